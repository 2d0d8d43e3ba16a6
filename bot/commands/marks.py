"""Marks around and between words, as phones, habits and pasted text bring them."""

import re
from typing import Final

OPENING: Final = "\"'“”„\u2018\u2019«("
CLOSING: Final = "\"'“”\u2018\u2019»).,;:!?…"
AROUND: Final = f" {OPENING}{CLOSING}"
PAIR: Final = r'"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»'
"""Quotation marks, and what stands in them."""
UNSEEN: Final = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Marks of direction and their like. The joiners of emoji and of some scripts are none."""
BLANKS: Final = re.compile(r"[^\S\r\n]+")


def visible(text: str) -> str:
    """``text`` as a person sees it: without invisible marks, and with plain single blanks."""
    return BLANKS.sub(" ", UNSEEN.sub("", text)).strip()


def bare(text: str) -> str:
    """``text`` in small letters, without the marks around it, with the plain apostrophe."""
    return visible(text).lower().strip(AROUND).replace("\u2019", "'")


def unquoted(text: str) -> str:
    """``text`` without the pair of quotation marks around all of it, if there is one."""
    return text[1:-1].strip() if re.fullmatch(PAIR, text) else text
