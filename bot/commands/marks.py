"""Marks around and between words, as phones, habits and pasted text bring them."""

import re
from typing import Final

OPENING: Final = "\"'“”„\u2018\u2019«("
CLOSING: Final = "\"'“”\u2018\u2019»).,;:!?…"
AROUND: Final = f" {OPENING}{CLOSING}"
PAIR: Final = r'["“”„][^"“”„]*["“”„]|[«»][^«»]*[«»]'
"""Quotation marks, and what stands in them."""
UNSEEN: Final = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Marks of direction and their like. The joiners of emoji and of some scripts are none."""
PLAIN: Final = str.maketrans("\u2018\u2019“”„«»", "''" + '"' * 5)
BLANKS: Final = re.compile(r"[^\S\r\n]+")


def visible(text: str) -> str:
    """``text`` as a person sees it: without invisible marks, and with plain single blanks."""
    return BLANKS.sub(" ", UNSEEN.sub("", text)).strip()


def bare(text: str) -> str:
    """``text`` in small letters, without the marks around it, and with plain ones in it."""
    return plain(visible(text)).lower().strip(AROUND)


def plain(text: str) -> str:
    """With the plain quotation marks and apostrophes of a keyboard, one for one."""
    return text.translate(PLAIN)


def unquoted(text: str) -> str:
    """``text`` without the pair of quotation marks around all of it, if there is one."""
    return text[1:-1].strip() if re.fullmatch(PAIR, text) else text
