"""What Slack wants to be left alone with, and for how long: its ``Retry-After`` is by method."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

from bot.clock import Clock
from bot.slack.outcomes import LIMITED, REQUEST_ERRORS, NotSent, outcome_of


class AskLater(Exception):
    """Slack wants not to be asked by that method before ``again_at``, by the monotonic clock."""

    def __init__(self, again_at: float) -> None:
        super().__init__(LIMITED)
        self.again_at = again_at


class Pauses:
    """Leaves a method alone for as long as Slack wants that."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._again_at: dict[str, float] = {}

    def check(self, *methods: str) -> None:
        """Raises ``AskLater`` for as long as one of these methods is to be left alone."""
        again_at = max(self._again_at.get(method, -inf) for method in methods)
        if self._clock.monotonic() < again_at:
            raise AskLater(again_at)

    @contextmanager
    def heeded(self, method: str) -> Iterator[None]:
        """Slack is asked inside, by that method. Raises ``AskLater`` when it says so, and before
        anything is asked for as long as that holds."""
        self.check(method)
        try:
            yield
        except REQUEST_ERRORS as error:
            outcome = outcome_of(error)
            if not isinstance(outcome, NotSent) or outcome.reason != LIMITED:
                raise
            again_at = self._clock.monotonic() + outcome.again_seconds
            self._again_at[method] = max(again_at, self._again_at.get(method, again_at))
            raise AskLater(self._again_at[method]) from error
