"""The ledger: every intent and every observation, one JSON object per line, in order of time."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Ledger:
    """Written by the harness, which nobody kills. ``t`` is seconds since the ledger was begun.

    ``holders`` is who was seen to hold which lease last. ``all_seen`` is set while every wish that
    was acknowledged has been in a message.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.holders: dict[str, str] = {}
        self.all_seen = asyncio.Event()
        self._unseen: set[str] = set()
        self._seen: set[str] = set()
        self._file = path.open("w", encoding="utf-8")
        self._began = time.monotonic()
        self.note("began", wall=time.time())

    def now(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began

    def note(self, what: str, **facts: Any) -> None:
        """Append one entry; ``t`` may be given for something that happened a moment ago."""
        entry = {"what": what, "t": round(self.now(), 4)} | facts
        self._remember(what, facts)
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def flush(self) -> None:
        """Make what was noted readable."""
        self._file.flush()

    def close(self) -> None:
        """Nothing more is noted."""
        self._file.close()

    def _remember(self, what: str, facts: dict[str, Any]) -> None:
        match what:
            case "lease":
                self.holders[facts["name"]] = facts["owner"]
            case "acknowledged":
                self._unseen |= {facts["name"]} - self._seen
            case "shown" | "edited":
                self._seen.update(facts["names"])
                self._unseen.difference_update(facts["names"])
        if self._unseen:
            self.all_seen.clear()
        else:
            self.all_seen.set()


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The entries of a ledger, oldest first."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
