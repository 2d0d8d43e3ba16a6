"""``ringback check`` asks everything, says how each stands, and changes nothing."""

import asyncio
import sqlite3

import httpx
import pytest
from support.clocks import FixedClock
from support.databases import copy_to

from bot.adapters import VENDORS
from bot.adapters.mirta.simulator import MirtaSimulator
from bot.cli.checking import ask_all
from bot.settings_file import parse_settings

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])  # where no Slack listens


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
    models = {name: vendor.settings for name, vendor in VENDORS.items()}
    return parse_settings(raw, tmp_path, models, {})


@pytest.fixture
def asked(settings, capsys):
    """Ask everything; returns whether all is well and what was printed, by the first word."""

    def asked(key="simulated-key"):
        simulator = MirtaSimulator(FixedClock(), key=key)

        def http(of):
            return httpx.AsyncClient(transport=httpx.ASGITransport(simulator.app))

        good = asyncio.run(ask_all(settings, http))
        lines = capsys.readouterr().out.splitlines()
        return good, {line.partition(" ")[0].rstrip(":"): line for line in lines}

    return asked


def test_a_database_that_is_not_there_is_not_made(asked, file):
    _, told = asked()
    assert "not there yet: it is made at the first start" in told["database"]
    assert not file.parent.exists()


def test_a_database_of_an_older_version_stays_as_it_is(asked, file):
    file.parent.mkdir()
    copy_to(file)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()
    _, told = asked()
    assert "brought up to date at the next start" in told["database"]
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            ("0000",)
        ]
    connection.close()


def test_a_database_in_use_is_up_to_date(asked, file):
    file.parent.mkdir()
    copy_to(file)
    _, told = asked()
    assert "up to date" in told["database"]


def test_a_file_that_is_no_database_is_said(asked, file):
    file.parent.mkdir()
    file.write_text("these are not the bytes of a database" * 100)
    good, told = asked()
    assert not good
    assert "FAILED" in told["database"]
    assert "not a database" in told["database"]


def test_each_system_and_slack_has_its_line(asked):
    good, told = asked()
    assert not good
    assert "paris (MiRTA PBX): ok in" in told["paris"]
    assert "FAILED" in told["slack"]
    _, told = asked(key="another one")
    assert "FAILED" in told["paris"]
