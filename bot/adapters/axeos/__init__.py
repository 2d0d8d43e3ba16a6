"""Axeos PBX: its REST interface and its long-polled events."""

from typing import Final

from bot.adapters.axeos.operations import OPERATIONS
from bot.adapters.axeos.settings import AxeosSettings
from bot.adapters.axeos.system import TITLE, build
from bot.adapters.vendor import Vendor

VENDOR: Final = Vendor(title=TITLE, settings=AxeosSettings, build=build, operations=OPERATIONS)
