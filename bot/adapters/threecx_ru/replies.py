"""The small answers of the webapi: yes or no, a count, a list, an identifier.

The vendor's document shows no such answer. What is accepted here is what its newer pages show,
and what is likely beside it; README.md lists the assumptions.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Callable
from typing import Any, Final, TypeVar

from pydantic import BaseModel
from pydantic_core import from_json

ShapeT = TypeVar("ShapeT", bound=BaseModel)

YES: Final = (True, 1, "true", "1", "ok", "success")
NO: Final = (False, 0, "false", "0", "fail", "failed", "failure", "error")
IDENTIFIER: Final = re.compile(r"(?!err)(?=.*[1-9])[0-9a-z{][0-9a-z_.:-]{0,63}}?", re.I)
"""One word with a number in it. Any other may be the reason why nothing was made."""


NOT_JSON: Final = object()
"""Stands for an answer that is no JSON."""


def decode(content: bytes) -> Any:
    """JSON, with or without a byte order mark. Raises ``ValueError``."""
    return from_json(content.removeprefix(BOM_UTF8))


class SaidNo(Exception):
    """The system understood and declined. ``reason`` is its own word, if it gave one."""

    def __init__(self, reason: str = "") -> None:
        self.reason = reason
        super().__init__(reason)


def read_truth(payload: Any) -> bool:
    """Read ``{"result": true}`` and its likely spellings. Raises ``ValueError``."""
    result = payload.get("result") if isinstance(payload, dict) else payload
    if isinstance(result, str):
        result = result.strip().lower()
    if isinstance(result, bool | int | str):
        if result in YES:
            return True
        if result in NO:
            return False
    raise ValueError("neither yes nor no")


def read_done(payload: Any) -> None:
    """Read the answer to a changing command. Raises ``SaidNo`` and ``ValueError``."""
    if not read_truth(payload):
        raise SaidNo


def read_count(payload: Any) -> int:
    """Read ``{"result": 2}``. Raises ``ValueError``."""
    count = payload.get("result") if isinstance(payload, dict) else None
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise ValueError("not a count")
    return count


def read_list(payload: Any) -> list[Any]:
    """Read a bare list, or the only list among an object's members.

    The lists' names are known for some commands only (``nums``, ``extGroups``), so none is asked
    for. ``{"result": false}`` is a refusal, ``null`` where the list should be is an empty one.
    """
    if isinstance(payload, list):
        return payload
    if not isinstance(payload, dict) or not payload:
        raise ValueError("not a list")
    members = [value for name, value in payload.items() if name != "count"]
    lists = [value for value in members if isinstance(value, list)]
    if len(lists) == 1:
        return lists[0]
    if members == [None]:
        return []
    read_done(payload)
    raise ValueError("not a list")


def read_numbers(payload: Any) -> list[str]:
    """Read a list of numbers or names as text. Raises ``SaidNo`` and ``ValueError``."""
    return [_as_text(item) for item in read_list(payload)]


def read_anything(payload: Any) -> Any:
    """Take JSON of any form. Raises ``ValueError`` for what is none."""
    if payload is NOT_JSON:
        raise ValueError("no JSON")
    return payload


def object_reader(shape: type[ShapeT]) -> Callable[[Any], ShapeT]:
    """Make a reader of one object. Nothing, or ``{"result": false}``, is a refusal."""

    def read(payload: Any) -> ShapeT:
        if payload is None or (isinstance(payload, dict) and list(payload) == ["result"]):
            raise SaidNo
        found = shape.model_validate(payload)
        if not found.model_fields_set:
            raise ValueError("none of the members that we know")
        return found

    return read


def read_new_id(payload: Any) -> str:
    """Read the identifier of something just made: ``{"id": 7}``, ``{"result": 7}`` or ``7``.

    Raises ``SaidNo``, and ``ValueError`` for anything else, an identifier beside no yes too.
    """
    said = payload
    if isinstance(payload, dict):
        said, result = payload.get("id"), payload.get("result")
        if said in (None, ""):
            said = result
        elif not _is_no(said) and not _agrees(result, said):
            raise ValueError("both an identifier and a no")
    if _is_no(said):
        raise SaidNo
    new_id = _as_text(said)
    if not IDENTIFIER.fullmatch(new_id):
        raise ValueError("no identifier")
    return new_id


def read_placed(payload: Any) -> str | None:
    """Read the answer to makecall: the call's ``chid``, or ``None`` from builds that give none.

    Raises ``SaidNo`` with the build's own word when ``finalStatus`` is not ``Success``.
    """
    if not isinstance(payload, dict):
        read_done(payload)
        raise ValueError("no outcome")
    chid, status = payload.get("chid"), payload.get("finalStatus")
    if isinstance(chid, str) and chid.strip():
        return chid.strip()
    if isinstance(status, str) and status.strip():
        if status.strip().lower() == "success":
            return None
        raise SaidNo(status)
    read_done(payload)
    raise ValueError("no outcome")


def _agrees(result: Any, new_id: Any) -> bool:
    """Whether what stands beside an identifier says nothing, the same, or yes."""
    return result in (None, "") or str(result) == str(new_id) or read_truth(result)


def _is_no(said: Any) -> bool:
    return said is False or said == 0 or str(said).strip().lower() in NO


def _as_text(item: Any) -> str:
    if isinstance(item, bool) or not isinstance(item, str | int) or str(item).strip() == "":
        raise ValueError("neither a number nor a name")
    return str(item).strip()
