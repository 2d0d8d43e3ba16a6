"""A vendor's operations as a table: its own name for each, and the client method that does it."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a vendor's interface.

    ``call`` is the client's unbound method: its keyword parameters are the operation's, its
    docstring the help text. ``changes`` is true for whatever rings, sets, adds or deletes.
    """

    call: Callable[..., Awaitable[Any]]
    changes: bool = False

    @property
    def parameters(self) -> tuple[inspect.Parameter, ...]:
        """The parameters without ``self``."""
        return tuple(inspect.signature(self.call).parameters.values())[1:]

    @property
    def summary(self) -> str:
        """The first line of the method's docstring."""
        return (inspect.getdoc(self.call) or "").partition("\n")[0]
