"""Slack's refusals, and the mistakes of somebody who drives the stand-in."""

from collections.abc import Sequence


class SlackError(Exception):
    """Slack answers ``{"ok": false, "error": code}``; ``problems`` say where, for blocks."""

    def __init__(self, code: str, problems: Sequence[str] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.problems = tuple(problems)


class NotPossible(Exception):
    """A person in Slack could not have done this: no such button, a required field left empty."""
