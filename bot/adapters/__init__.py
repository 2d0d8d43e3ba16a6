"""Phone systems: one folder per vendor, one line per vendor in ``_LOADERS``."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar

from bot.adapters.vendor import Vendor
from bot.settings import SystemSettings

ValueT = TypeVar("ValueT")


def _axeos() -> Vendor:
    from bot.adapters import axeos

    return axeos.VENDOR


def _bluerocktel() -> Vendor:
    from bot.adapters import bluerocktel

    return bluerocktel.VENDOR


def _generic() -> Vendor:
    from bot.adapters import generic

    return generic.VENDOR


def _mirta() -> Vendor:
    from bot.adapters import mirta

    return mirta.VENDOR


def _threecx_legacy() -> Vendor:
    from bot.adapters import threecx_legacy

    return threecx_legacy.VENDOR


def _threecx_ru() -> Vendor:
    from bot.adapters import threecx_ru

    return threecx_ru.VENDOR


_LOADERS: Final[Mapping[str, Callable[[], Vendor]]] = {
    "axeos": _axeos,
    "bluerocktel": _bluerocktel,
    "generic": _generic,
    "mirta": _mirta,
    "threecx_legacy": _threecx_legacy,
    "threecx_ru": _threecx_ru,
}
"""A folder is imported when a system needs it: few servers need all, which are 4 MB together."""


class _OnDemand(Mapping[str, ValueT]):
    """Something of each vendor."""

    def __init__(self, value_of: Callable[[Vendor], ValueT]) -> None:
        self._value_of = value_of

    def __getitem__(self, name: str) -> ValueT:
        return self._value_of(_LOADERS[name]())

    def __iter__(self) -> Iterator[str]:
        return iter(_LOADERS)

    def __len__(self) -> int:
        return len(_LOADERS)


VENDORS: Final[Mapping[str, Vendor]] = _OnDemand(lambda vendor: vendor)
SETTINGS_MODELS: Final[Mapping[str, type[SystemSettings]]] = _OnDemand(
    lambda vendor: vendor.settings
)
"""What a system of that vendor may say in the settings file."""
