"""``ringback check`` asks everything, says how each stands, and changes nothing."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from pydantic import AnyHttpUrl, SecretStr
from starlette.responses import PlainTextResponse
from support.clocks import FixedClock
from support.databases import copy_to
from support.serving import serving

from bot.adapters import SETTINGS_MODELS
from bot.adapters.mirta.simulator import MirtaSimulator
from bot.cli.checking import ask_all, doubles
from bot.listening import open_socket
from bot.settings import DatabaseSettings, ServerSettings
from bot.settings_file import parse_settings
from webhooks.health import HEALTHY

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])  # where no Slack listens


@pytest.fixture
def asked(settings, capsys):
    """Ask everything; returns whether all is well and what was printed, by the first word."""

    def asked(key="simulated-key", of=settings):
        simulator = MirtaSimulator(FixedClock(), key=key)

        def http(_):
            return httpx.AsyncClient(transport=httpx.ASGITransport(simulator.app))

        good = asyncio.run(ask_all(of, http))
        lines = capsys.readouterr().out.splitlines()
        return good, {line.partition(" ")[0].rstrip(":"): line for line in lines}

    return asked


def test_the_addresses_to_post_to_are_named_where_the_public_one_is_known(settings, capsys):
    asyncio.run(ask_all(settings))
    assert "posts to" not in capsys.readouterr().out
    server = ServerSettings(public_url=AnyHttpUrl("https://ringback.example/"))
    settings.systems["paris"].__dict__["webhook_secret"] = (SecretStr("made-up"),)
    asyncio.run(ask_all(settings.model_copy(update={"server": server})))
    told = capsys.readouterr().out.splitlines()
    assert told[-2:] == [
        "slack posts to https://ringback.example/slack/events",
        "paris posts to https://ringback.example/phone/paris",
    ]


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://localhost:3000", "localhost"),
        ("https://10.0.0.5", "10.0.0.5"),
        ("https://[::1]", "[::1]"),
    ],
)
def test_an_address_that_slack_cannot_reach_is_a_warning(settings, capsys, address, host):
    server = ServerSettings(public_url=AnyHttpUrl(address))
    asyncio.run(ask_all(settings.model_copy(update={"server": server})))
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"warning: Slack cannot reach {host}: let server.public_url be the address that the "
        "internet knows"
    )


def test_a_public_address_without_https_is_a_warning(settings, capsys):
    server = ServerSettings(public_url=AnyHttpUrl("http://ringback.example"))
    asyncio.run(ask_all(settings.model_copy(update={"server": server})))
    assert capsys.readouterr().out.splitlines()[-1] == (
        "warning: Slack posts to https alone, and server.public_url has http"
    )


@pytest.mark.parametrize("host", ["203.0.113.7", "\N{LATIN SMALL LETTER E WITH ACUTE}.."])
def test_an_address_that_is_not_this_machines_is_told(settings, capsys, host):
    server = ServerSettings(host=host, port=3000)
    assert not asyncio.run(ask_all(settings.model_copy(update={"server": server})))
    told = capsys.readouterr().out.partition("\n")[0]
    assert told.startswith("server: FAILED in ")
    assert f"Cannot listen on {host} port 3000: " in told


@pytest.mark.parametrize("said", ["ok\n", "Welcome"])
async def test_an_address_in_use_is_no_mistake_where_ringback_uses_it(settings, capsys, said):
    listening = open_socket()
    server = ServerSettings(port=listening.getsockname()[1])
    async with serving(PlainTextResponse(said), listening):
        await ask_all(settings.model_copy(update={"server": server}))
    (told,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("server:"))
    if said == HEALTHY:
        assert told.startswith("server: ok in ")
        assert told.endswith(f"Ringback runs on 127.0.0.1 port {server.port}")
    else:
        assert told.startswith("server: FAILED in ")
        assert told.endswith(f"port {server.port}: Address already in use.")


MIRTA = {
    "vendor": "mirta",
    "url": "https://mirta.example/pbx/proxyapi.php",
    "key": "made-up",
    "tenant_code": "DEMO",
}
DOOR = {"vendor": "generic", "webhook_secret": "whsec_" + "A" * 32}
CRM = {"vendor": "bluerocktel", "url": "https://crm.example", "token": "made-up"}
AXEOS = {"vendor": "axeos", "url": "https://axeos.example", "api_key": "made-up"}
OLD = {"vendor": "threecx_legacy", "host": "old.example", "pins": {"101": "77101"}}
OLD_BY_URL = {"vendor": "threecx_legacy", "url": "http://old.example:5000/ivr/PbxAPI.aspx"}
SAME = "warning: lyon and paris look like one phone system: what it tells is shown twice"


@pytest.mark.parametrize(
    ("first", "second", "is_told"),
    [
        (MIRTA, MIRTA, True),
        (MIRTA, MIRTA | {"url": "https://MIRTA.example:443/pbx/proxyapi.php", "tenant": "x"}, True),
        (MIRTA, MIRTA | {"key": "another", "events": "cdrs"}, True),
        (MIRTA, MIRTA | {"tenant_code": "OTHER"}, False),
        (MIRTA, MIRTA | {"url": "https://other.example/pbx/proxyapi.php"}, False),
        (MIRTA, MIRTA | {"url": "https://mirta.example:8443/pbx/proxyapi.php"}, False),
        (MIRTA, MIRTA | {"url": "https://mirta.example/other/proxyapi.php"}, False),
        (CRM, CRM | {"url": "https://crm.example/api/", "token": "another"}, True),
        (CRM, CRM | {"customer_id": 7}, False),
        (AXEOS, AXEOS | {"url": "https://Axeos.example/", "api_key": "another"}, True),
        (AXEOS, CRM | {"url": "https://axeos.example"}, False),
        (OLD, OLD | {"host": "OLD.example", "pins": {}}, True),
        (OLD, OLD_BY_URL, True),
        (OLD, OLD | {"url_style": "v9_iis"}, False),
        (DOOR, DOOR, False),
    ],
)
def test_one_phone_system_under_two_names_is_a_warning(tmp_path, settings, first, second, is_told):
    slack = {"bot_token": "xoxb-made-up", "signing_secret": "made-up", "ops_channel": "C0OPS"}
    raw = {"slack": slack, "systems": {"lyon": first, "paris": second}}
    read = parse_settings(raw, tmp_path, SETTINGS_MODELS, {})
    assert list(doubles(read)) == ([SAME] if is_told else [])


def test_a_warning_stands_below_the_answers(asked, settings):
    copies = dict.fromkeys(("lyon", "paris"), settings.systems["paris"])
    _, told = asked(of=settings.model_copy(update={"systems": copies}))
    assert list(told.items())[-1] == ("warning", SAME)


@pytest.mark.parametrize("said", ["\\ud83d maintenance", "\\u001b[31mred", "a\\u0000b"])
def test_a_refusal_with_broken_characters_is_a_line_like_any_other(said, tmp_path, capsys):
    crm = {"vendor": "bluerocktel", "url": "https://crm.example", "token": "simulated-token"}
    slack = {"bot_token": "xoxb-made-up", "signing_secret": "made-up", "ops_channel": "C0OPS"}
    raw = {"slack": slack, "systems": {"crm": crm}}
    answer = httpx.Response(200, content=f'{{"error": "{said}"}}')

    def http(_):
        return httpx.AsyncClient(transport=httpx.MockTransport(lambda request: answer))

    assert not asyncio.run(ask_all(parse_settings(raw, tmp_path, SETTINGS_MODELS, {}), http))
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("crm")]
    assert len(told) == 1
    assert told[0].startswith("crm (BlueRockTEL): FAILED in ")
    assert told[0].isprintable()


def test_the_database_is_told_by_its_whole_path(asked, settings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    database = DatabaseSettings(url=SecretStr("sqlite:///data/x.db"))
    _, told = asked(of=settings.model_copy(update={"database": database}))
    assert told["database"].startswith(f"database ({tmp_path}/data/x.db): ok in ")


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


def test_a_newer_database_is_a_problem(asked, file):
    file.parent.mkdir()
    copy_to(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    good, told = asked()
    assert not good
    assert "FAILED" in told["database"]
    assert told["database"].endswith("made by a newer Ringback: update this one.")


def test_a_folder_that_cannot_be_made_is_a_problem(asked, file):
    file.parent.write_text("not a folder")
    _, told = asked()
    assert "FAILED" in told["database"]
    assert told["database"].endswith(f"{file.parent} is not a folder.")


@pytest.mark.parametrize("closed", ["ringback.db", "ringback.db.lock", "."])
def test_what_cannot_be_written_is_a_problem(asked, file, closed, monkeypatch):
    file.parent.mkdir()
    copy_to(file)
    file.with_name("ringback.db.lock").touch()
    (file.parent / closed).chmod(0o500)
    if os.geteuid() == 0:  # who may write everywhere
        monkeypatch.setattr("os.access", lambda path, _: Path(path) != file.parent / closed)
    _, told = asked()
    file.parent.chmod(0o700)
    assert "FAILED" in told["database"]
    assert "this user may not write to" in told["database"]
    assert told["database"].endswith(f"{file.parent / closed}.")


def test_a_pipe_is_not_waited_for(asked, file):
    file.parent.mkdir()
    os.mkfifo(file)
    _, told = asked()
    assert "FAILED" in told["database"]
    assert told["database"].endswith("it is not a regular file.")


def contents(file):
    return {one.name: one.read_bytes() for one in file.parent.iterdir()}


def test_a_database_that_is_looked_at_stays_as_it_is(asked, file):
    file.parent.mkdir()
    copy_to(file)
    before = contents(file)
    assert "up to date" in asked()[1]["database"]
    assert contents(file) == before


def test_the_log_of_a_server_that_was_killed_is_left_for_the_next_start(asked, file, tmp_path):
    with closing(sqlite3.connect(copy_to(tmp_path / "old.db"), isolation_level=None)) as killed:
        killed.execute("PRAGMA journal_mode=WAL")
        killed.execute("UPDATE alembic_version SET version_num = '9999'")
        file.parent.mkdir()
        for part in ("", "-wal"):
            shutil.copy(tmp_path / f"old.db{part}", f"{file}{part}")
    before = contents(file)
    assert "newer Ringback" in asked()[1]["database"]
    assert before.items() <= contents(file).items()


def test_a_file_that_is_no_database_is_said(asked, file):
    file.parent.mkdir()
    file.write_text("these are not the bytes of a database" * 100)
    good, told = asked()
    assert not good
    assert "FAILED" in told["database"]
    assert "not a database: name another in database.url" in told["database"]


def test_each_system_and_slack_has_its_line(asked):
    good, told = asked()
    assert not good
    assert "paris (MiRTA PBX): ok in" in told["paris"]
    assert "FAILED" in told["slack"]
    _, told = asked(key="another one")
    assert "FAILED" in told["paris"]
