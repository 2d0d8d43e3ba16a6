"""The phone system inside the simulator: its extensions, what it does when told, and its habits."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

PATHS: Final = ("/ivr/PbxAPI.aspx", "/PbxAPI.aspx")
"""V10 and V9 on Abyss; V9 on IIS."""

WRONG_PIN: Final = "Invalid extension or PIN"
WRONG_PASSWORD: Final = "Access denied"  # noqa: S105 - what a refusal says


class Spelling(StrEnum):
    """Which names of the extension's parameter are read."""

    BOTH = "both"
    EXT_NUM = "ext_num"
    EXTNUM = "extnum"


class Manner(StrEnum):
    """How orders are answered; the last two do nothing.

    ``SENT_BACK`` carries an order out, and then redirects to the address that was asked.
    """

    EMPTY = "empty"
    HTML = "html"
    REDIRECT = "redirect"
    SENT_BACK = "sent_back"
    ERROR_PAGE = "error_page"
    YELLOW_PAGE = "yellow_page"


@dataclass
class SimulatedExtension:
    """The flags as the system has them: the first two take something away."""

    pin: str
    disable: bool = False
    disable_external: bool = False
    record_calls: bool = False


class SimulatedPbx:
    """``extensions`` and ``calls`` (pairs of extension and number) are to be read and changed.

    ``only_path`` makes the other path a 404, as on a machine of the other version, and
    ``only_method`` the other method a 405. ``wrong_key_status`` goes with the page that refuses a
    PIN or the console's password.
    """

    def __init__(self, console_password: str) -> None:
        self.console_password = console_password
        self.spelling = Spelling.BOTH
        self.manner = Manner.EMPTY
        self.only_path: str | None = None
        self.only_method: str | None = None
        self.wrong_key_status = 200
        self.extensions = {
            number: SimulatedExtension(pin=f"77{number}") for number in ("100", "101", "0102")
        }
        self.calls: list[tuple[str, str]] = []

    def make_call(self, fields: Mapping[str, str]) -> str:
        """Place the call, or say why not."""
        extension = self.extensions.get(fields.get("from", ""))
        number = fields.get("to", "")
        if extension is None or fields.get("pin") != extension.pin:
            return WRONG_PIN
        if extension.disable:
            return "Extension not allowed"
        if extension.disable_external and number not in self.extensions:
            return "External calls not allowed"
        self.calls.append((fields["from"], number))
        return ""

    def update_extension(self, fields: Mapping[str, str]) -> str:
        """Set the flags that are named, and no other, or say why not."""
        names = ("ext_num", "extnum") if self.spelling is Spelling.BOTH else (self.spelling.value,)
        number = next((fields[name] for name in names if name in fields), "")
        extension = self.extensions.get(number)
        if fields.get("pwd") != self.console_password:
            return WRONG_PASSWORD
        if extension is None:
            return "Extension not found"
        for flag in ("disable", "disable_external", "record_calls"):
            if flag in fields:
                setattr(extension, flag, fields[flag] == "1")
        return ""
