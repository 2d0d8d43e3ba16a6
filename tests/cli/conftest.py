import sqlite3

import httpx
import pytest
import stamina
import typer
from support.clocks import FixedClock
from typer.testing import CliRunner

from bot.adapters import SETTINGS_MODELS
from bot.adapters.axeos.simulator import AxeosSimulator
from bot.adapters.bluerocktel.simulator import BlueRockTelSimulator
from bot.adapters.mirta.simulator import MirtaSimulator
from bot.adapters.threecx_legacy.simulator import ThreeCxLegacySimulator
from bot.adapters.threecx_ru.simulator import ThreeCxRuSimulator
from bot.cli.api import make_api
from bot.demo.simulators import SIMULATORS
from bot.settings_file import parse_settings

BUILD = {
    "axeos": AxeosSimulator,
    "bluerocktel": BlueRockTelSimulator,
    "mirta": MirtaSimulator,
    "threecx_legacy": ThreeCxLegacySimulator,
    "threecx_ru": ThreeCxRuSimulator,
}
SETTINGS = """
[database]
url = "sqlite:///{folder}/ringback.db"

[slack]
bot_token = "xoxb-made-up-token"
signing_secret = "made-up-signing-secret"
ops_channel = "C0OPS"
"""


@pytest.fixture(autouse=True)
def _retries_do_not_wait():
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One database for a whole module: it takes longer to make than to use."""
    return tmp_path_factory.mktemp("ringback")


@pytest.fixture(scope="session")
def stand_ins():
    """What ``ringback simulate`` would print for each vendor; nothing of it is sent to."""
    return {vendor: build(FixedClock()) for vendor, build in SIMULATORS.items()}


def _nobody(request):
    raise AssertionError("a system that only posts is not asked")


class CommandLine:
    """``ringback api`` against one simulator per vendor."""

    def __init__(self, folder, stand_ins):
        self.clock = FixedClock()
        self.simulators = {vendor: build(self.clock) for vendor, build in BUILD.items()}
        self.systems = stand_ins
        self.file = folder / "ringback.toml"
        self.file.write_text(
            SETTINGS.format(folder=folder)
            + "\n".join(each.snippet("http://pbx.example") for each in self.systems.values())
        )
        self.database = folder / "ringback.db"
        self.transports = {
            vendor: httpx.ASGITransport(app=each.app) for vendor, each in self.simulators.items()
        } | {"generic": httpx.MockTransport(_nobody)}
        self.somebody_is_there = False

    def key(self, vendor):
        return self.systems[vendor].key

    def requests(self, vendor):
        return self.simulators[vendor].simulation.requests

    def run(self, *words, typed=None):
        """Run it; ``typed`` is what somebody types in answer to questions."""
        app = typer.Typer()
        app.command()(make_api(self._http, lambda: self.somebody_is_there))
        return CliRunner().invoke(app, [*words, "--config", str(self.file)], input=typed)

    def audit(self):
        """The rows, newest first."""
        if not self.database.exists():
            return []
        connection = sqlite3.connect(self.database)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute("select * from audit order by id desc")]
        except sqlite3.OperationalError:
            return []
        finally:
            connection.close()

    def _http(self, settings):
        return httpx.AsyncClient(transport=self.transports[settings.vendor])


@pytest.fixture
def command_line(folder, stand_ins):
    return CommandLine(folder, stand_ins)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "var" / "ringback.db"


@pytest.fixture
def settings(file, tmp_path):
    raw = {
        "database": {"url": f"sqlite:///{file}"},
        "slack": {
            "bot_token": "xoxb-made-up",
            "signing_secret": "made-up",
            "ops_channel": "C0OPS",
            "api_url": "http://127.0.0.1:9/api/",
        },
        "systems": {
            "paris": {
                "vendor": "mirta",
                "url": "http://mirta.example/pbx/proxyapi.php",
                "key": "simulated-key",
                "tenant_code": "DEMO",
                "timezone": "Europe/Paris",
            }
        },
    }
    return parse_settings(raw, tmp_path, SETTINGS_MODELS, {})
