"""Phone systems: one folder per vendor, one word per vendor in ``NAMES``."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Final, TypeVar

from bot.adapters.vendor import Vendor
from bot.settings import SystemSettings

ValueT = TypeVar("ValueT")

NAMES: Final = ("axeos", "bluerocktel", "generic", "mirta", "threecx_legacy", "threecx_ru")


class _OnDemand(Mapping[str, ValueT]):
    """Something of each vendor. A folder is imported when it is asked for: few need all of them."""

    def __init__(self, value_of: Callable[[Vendor], ValueT]) -> None:
        self._value_of = value_of

    def __getitem__(self, name: str) -> ValueT:
        if name not in NAMES:
            raise KeyError(name)
        return self._value_of(import_module(f"{__name__}.{name}").VENDOR)

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


VENDORS: Final[Mapping[str, Vendor]] = _OnDemand(lambda vendor: vendor)
SETTINGS_MODELS: Final[Mapping[str, type[SystemSettings]]] = _OnDemand(
    lambda vendor: vendor.settings
)
"""What a system of that vendor may say in the settings file."""
