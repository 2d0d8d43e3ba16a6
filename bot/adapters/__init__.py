"""Phone systems: one folder per vendor, one line per vendor in ``VENDORS``."""

from collections.abc import Mapping
from typing import Final

from bot.adapters import axeos, bluerocktel, generic, mirta, threecx_legacy, threecx_ru
from bot.adapters.vendor import Vendor

VENDORS: Final[Mapping[str, Vendor]] = {
    "axeos": axeos.VENDOR,
    "bluerocktel": bluerocktel.VENDOR,
    "generic": generic.VENDOR,
    "mirta": mirta.VENDOR,
    "threecx_legacy": threecx_legacy.VENDOR,
    "threecx_ru": threecx_ru.VENDOR,
}
