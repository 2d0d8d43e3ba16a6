"""Each vendor's simulator by itself, with what it takes to point a real Ringback at it."""

import base64
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

import httpx
from starlette.applications import Starlette

from bot.adapters.axeos.simulated_office import SUPPORT
from bot.adapters.axeos.simulator import API_KEY, AxeosSimulator
from bot.adapters.bluerocktel.simulator import BlueRockTelSimulator
from bot.adapters.generic.sender import GenericSender
from bot.adapters.generic.simulator import GenericSimulator
from bot.adapters.mirta.simulator import KEY as MIRTA_KEY
from bot.adapters.mirta.simulator import PATH as MIRTA_PATH
from bot.adapters.mirta.simulator import READ_ONLY_KEY as MIRTA_READ_ONLY_KEY
from bot.adapters.mirta.simulator import MirtaSimulator
from bot.adapters.threecx_legacy.simulator import ThreeCxLegacySimulator
from bot.adapters.threecx_ru.simulator import KEY as THREECX_RU_KEY
from bot.adapters.threecx_ru.simulator import READ_ONLY_KEY as THREECX_RU_READ_ONLY_KEY
from bot.adapters.threecx_ru.simulator import ThreeCxRuSimulator
from bot.clock import Clock

TARGET: Final = "http://127.0.0.1:3000/phone/door"
"""Where a Ringback with the settings' defaults takes posts for the system ``door``."""

PREFIX: Final = "whsec_"

Field = bool | int | str | list[str] | dict[str, str]


class UnusableSecret(Exception):
    """Nothing can be signed with it."""


async def _nothing() -> None:
    """Most stand-ins hold nothing that would have to be closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """One simulator. ``key`` is what its settings call it; ``{url}`` in ``settings`` is its own.

    ``close`` is for whoever built it.
    """

    app: Starlette
    key: str
    settings: Mapping[str, Field]
    credentials: Mapping[str, str]
    close: Callable[[], Awaitable[None]] = _nothing

    def snippet(self, url: str) -> str:
        """The part of ``ringback.toml`` that points at it."""
        lines = [f"{name} = {_toml(value)}" for name, value in self.settings.items()]
        return "\n".join([f"[systems.{self.key}]", *lines]).replace("{url}", url)


def posting(clock: Clock, target: str = TARGET, secret: str = "") -> StandIn:
    """The one that only posts, signed with ``secret``; without one it makes its own.

    Raises ``UnusableSecret`` for one that is not ``whsec_`` and Base64.
    """
    secret = secret or f"{PREFIX}{base64.b64encode(secrets.token_bytes(24)).decode()}"
    _check(secret)
    http = httpx.AsyncClient()
    simulator = GenericSimulator(GenericSender(clock, secret), target, http)
    return StandIn(
        app=simulator.app,
        key=target.rstrip("/").rpartition("/")[2] or "door",
        settings={"vendor": "generic", "webhook_secret": secret},
        credentials={"posts to": target, "secret": secret},
        close=http.aclose,
    )


def _check(secret: str) -> None:
    try:
        usable = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError:
        usable = b""
    if not usable or not secret.startswith(PREFIX):
        raise UnusableSecret(f"expected {PREFIX} and Base64")


def _axeos(clock: Clock) -> StandIn:
    simulator = AxeosSimulator(clock)
    return StandIn(
        app=simulator.app,
        key="lyon",
        settings={
            "vendor": "axeos",
            "url": "{url}",
            "api_key": API_KEY,
            "timezone": simulator.pbx.events.zone.key,
            "users": {"101": "pat", "0102": "kim"},
            "queues": {SUPPORT: "Support"},
        },
        credentials={"API key": API_KEY},
    )


def _bluerocktel(clock: Clock) -> StandIn:
    simulator = BlueRockTelSimulator(clock)
    return StandIn(
        app=simulator.app,
        key="crm",
        settings={
            "vendor": "bluerocktel",
            "url": "{url}",
            "token": simulator.token,
            "call_logs": True,
            "poll_seconds": 15,
        },
        credentials={"token": simulator.token},
    )


def _mirta(clock: Clock) -> StandIn:
    simulator = MirtaSimulator(clock)
    return StandIn(
        app=simulator.app,
        key="paris",
        settings={
            "vendor": "mirta",
            "url": f"{{url}}{MIRTA_PATH}",
            "key": MIRTA_KEY,
            "tenant_code": simulator.pbx.tenant,
            "timezone": simulator.pbx.zone.key,
            "counted_mailboxes": sorted(simulator.pbx.boxes),
        },
        credentials={"key": MIRTA_KEY, "read-only key": MIRTA_READ_ONLY_KEY},
    )


def _threecx_legacy(clock: Clock) -> StandIn:
    simulator = ThreeCxLegacySimulator(clock)
    pins = {number: each.pin for number, each in simulator.pbx.extensions.items()}
    listed = ", ".join(f"{pin} for {number}" for number, pin in pins.items())
    return StandIn(
        app=simulator.app,
        key="old",
        settings={
            "vendor": "threecx_legacy",
            "url": "{url}/ivr/PbxAPI.aspx",
            "pins": pins,
            "console_password": simulator.pbx.console_password,
        },
        credentials={"console password": simulator.pbx.console_password, "PINs": listed},
    )


def _threecx_ru(clock: Clock) -> StandIn:
    http = httpx.AsyncClient()
    return StandIn(
        app=ThreeCxRuSimulator(clock, http=http).app,
        key="moscow",
        settings={"vendor": "threecx_ru", "url": "{url}", "key": THREECX_RU_KEY, "events": "poll"},
        credentials={"key": THREECX_RU_KEY, "read-only key": THREECX_RU_READ_ONLY_KEY},
        close=http.aclose,
    )


def _toml(value: Field) -> str:
    """Our texts and numbers are the same in TOML and JSON."""
    if not isinstance(value, dict):
        return json.dumps(value)
    return f"{{ {', '.join(f'{json.dumps(key)} = {_toml(one)}' for key, one in value.items())} }}"


SIMULATORS: Final[Mapping[str, Callable[[Clock], StandIn]]] = {
    "axeos": _axeos,
    "bluerocktel": _bluerocktel,
    "generic": posting,
    "mirta": _mirta,
    "threecx_legacy": _threecx_legacy,
    "threecx_ru": _threecx_ru,
}
POSTING: Final[Mapping[str, Callable[[Clock, str, str], StandIn]]] = {"generic": posting}
"""Those that post to an address (the second argument) and sign with a secret (the third)."""
