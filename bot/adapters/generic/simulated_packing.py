"""The ways in which the specification lets events be put into posts."""

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from bot.adapters.generic.sender import GenericSender, SignedPost

FORM = "application/x-www-form-urlencoded"


class Packing(StrEnum):
    """One event is a JSON object or a form, several are an array."""

    OBJECTS = "objects"
    ARRAY = "array"
    FORMS = "forms"


def packed(
    sender: GenericSender, posts: Sequence[SignedPost], packing: Packing
) -> Sequence[SignedPost]:
    """The same events in other posts, signed anew."""
    notices = [json.loads(post.body) for post in posts]
    match packing:
        case Packing.ARRAY:
            return [sender.post(*notices)]
        case Packing.FORMS:
            return [_form(sender, notice) for notice in notices]
        case _:
            return [sender.post(notice) for notice in notices]


def _form(sender: GenericSender, notice: dict[str, Any]) -> SignedPost:
    texts = {
        name: value if isinstance(value, str | list) else json.dumps(value)
        for name, value in notice.items()
    }
    body = urlencode(texts, doseq=True).encode()
    return SignedPost({"content-type": FORM, **sender.signature(body)}, body)
