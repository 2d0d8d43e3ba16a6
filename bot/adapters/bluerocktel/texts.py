"""Texts as they may be passed on: what others have typed or broken is in every answer."""

import re
from typing import Final

_UNFIT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def legible(text: str) -> str:
    """``text`` without control characters and halves of characters; blanks and line ends stay.

    No database and no terminal takes the former, nothing at all the latter.
    """
    return _UNFIT.sub("", text)
