"""The ways in which the simulated 3CX may read orders and answer them."""

from enum import StrEnum

PATHS = ("/ivr/PbxAPI.aspx", "/PbxAPI.aspx")
"""V10 and V9 on Abyss; V9 on IIS."""


class Spelling(StrEnum):
    """Which names of the extension's parameter are read."""

    BOTH = "both"
    EXT_NUM = "ext_num"
    EXTNUM = "extnum"


class Manner(StrEnum):
    """How orders are answered; the last two do nothing."""

    EMPTY = "empty"
    HTML = "html"
    REDIRECT = "redirect"
    ERROR_PAGE = "error_page"
    YELLOW_PAGE = "yellow_page"
