"""The command line's door: ``ringback`` or ``python -m bot``."""

import gc
import sys

from bot.cli.output import one_line_at_most


def main() -> None:
    """Run the command line."""
    with one_line_at_most():
        _run()


def _run() -> None:
    """``serve`` loads no other command: it starts sooner, stays smaller."""
    if sys.argv[1:2] == ["serve"]:
        gc.disable()  # until all is built: a fifth of the start would be spent looking for garbage
        # httpx has a command line of its own, which loads rich and pygments, and allows for its
        # absence. None makes that import fail; Python's types know only modules there.
        sys.modules["httpx._main"] = None  # type: ignore[assignment]
        from bot.cli.serving import app
    else:
        from bot.cli.program import app
    app()


if __name__ == "__main__":
    main()
