"""How a command ends that nobody listens to any more: one line at most, and a code of its own.

Loads nothing but Python's own modules: whatever is loaded later may be interrupted.
"""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

LOST, INTERRUPTED, UNREAD = 3, 130, 141
"""Done perhaps, and not told (``ending.UNCLEAR``); and what shells say of SIGINT and SIGPIPE."""


class OutputLost(Exception):
    """Standard output cannot be written. No ``OSError``: commands expect those of their own."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"Standard output cannot be written: {error.strerror}.")
        self.is_unread = isinstance(error, BrokenPipeError)


class _Output(io.FileIO):
    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except OSError as error:
            raise OutputLost(error) from error


@contextmanager
def one_line_at_most() -> Iterator[None]:
    """Ends the process when what is printed gets lost, and on Ctrl-C."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # else it was closed from the beginning
        sys.stdout = _watched(sys.stdout)
    try:
        try:
            yield
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except OutputLost as lost:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left would fail again at the end
        if lost.is_unread:
            sys.exit(UNREAD)
        sys.stderr.write(f"{lost}\n")
        sys.exit(LOST)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(INTERRUPTED)


def _watched(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    """Standard output as it was set up, but for the errors that it raises."""
    return io.TextIOWrapper(
        io.BufferedWriter(_Output(1, "w", closefd=False)),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering or stream.write_through,
    )
