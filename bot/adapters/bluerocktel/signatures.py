"""Shows a method's many keyword parameters one by one, for the command line that reads them."""

import inspect
from collections.abc import Callable
from typing import TypeVar, get_type_hints

CallT = TypeVar("CallT", bound=Callable[..., object])


def spelled_out(properties: type) -> Callable[[CallT], CallT]:
    """Replace ``**properties`` in the signature by the members of a ``TypedDict``, all optional.

    The type checker knows them from ``Unpack``; ``inspect.signature`` would show one lump.
    """
    each = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for name, kind in get_type_hints(properties).items()
    ]

    def show(call: CallT) -> CallT:
        written = inspect.signature(call)
        named = [p for p in written.parameters.values() if p.kind is not p.VAR_KEYWORD]
        shown = written.replace(parameters=[*named, *each])
        call.__signature__ = shown  # type: ignore[attr-defined]
        call.__annotations__.pop("properties")
        call.__annotations__.update({p.name: p.annotation for p in each})
        return call

    return show
