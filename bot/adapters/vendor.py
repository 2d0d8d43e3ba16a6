"""What an adapter folder hands to the rest: one ``VENDOR`` each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from bot.adapters.operations import Operation
from bot.clock import Clock
from bot.settings import SystemSettings
from bot.telephony.system import PhoneSystem


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """One make of phone system.

    ``title`` is how the vendor spells it. ``build`` gets the system's key, its settings (an
    instance of ``settings``), an HTTP client that is the caller's to close, and the clock.
    """

    title: str
    settings: type[SystemSettings]
    build: Callable[[str, Any, httpx.AsyncClient, Clock], PhoneSystem]
    operations: Mapping[str, Operation]
