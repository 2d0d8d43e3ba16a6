"""The two functions of 3CX's V9 and V10 HTTP API, by their own names."""

from typing import Final

from bot.adapters.operations import Operation
from bot.adapters.threecx_legacy.client import ThreeCxLegacyClient

OPERATIONS: Final[dict[str, Operation]] = {
    "make_call": Operation(ThreeCxLegacyClient.make_call, changes=True),
    "upd_ext": Operation(ThreeCxLegacyClient.update_extension, changes=True),
}
