"""The manifest that people paste into Slack, held against the table of commands."""

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from bot.cli.program import app
from bot.commands import COMMANDS
from bot.slack.manifest import SCOPES, manifest_for, to_yaml

FILE = Path(__file__).parent.parent / "manifest.yml"
TAKEN = frozenset(
    [
        "me",
        "status",
        "away",
        "dnd",
        "remind",
        "msg",
        "who",
        "join",
        "leave",
        "search",
        "topic",
        "mute",
        "open",
        "feed",
        "shrug",
        "collapse",
        "expand",
        "pro",
        "shortcuts",
    ]
)


def manifest():
    return yaml.safe_load(FILE.read_text())


def test_the_file_is_what_the_program_prints():
    assert FILE.read_text() == to_yaml(manifest_for("https://ringback.example.org"))


@pytest.mark.parametrize(
    "address",
    [
        "foo",
        "http://x.example",
        "https://",
        "https://x.example?y",
        "https://x.example#y",
        "https://me:canary@x.example",
        "https://canary@x.example",
        "https://x y.example",
        "https://x.example ",
        "https://x.example/a b",
        "https://x.example:port",
        "https://[x",
        "https://x.example:1234567890",
        "",
    ],
)
def test_an_address_that_slack_cannot_use_is_refused_and_no_password_shown(address):
    done = CliRunner().invoke(app, ["manifest", address])
    assert done.exit_code == 2
    assert "Slack wants HTTPS" in done.output
    assert "canary" not in done.output


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://x.example:99999", "There is no port 99999: the last is 65535."),
        ("https://x.example:0", "There is no port 0: "),
        ("https://localhost", "Slack cannot reach localhost: "),
        ("https://ringback:3000/", "Slack cannot reach ringback: "),
        ("https://127.0.0.1:3000", "Slack cannot reach 127.0.0.1: "),
        ("https://192.168.1.4/phones", "Slack cannot reach 192.168.1.4: "),
        ("https://x.example/slack/events", "Leave out /slack/events: "),
        ("https://x.example/phones/Slack/Events/", "Leave out /slack/events: "),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_with_the_reason(address, told):
    done = CliRunner().invoke(app, ["manifest", address])
    assert done.exit_code == 2
    assert done.stderr.startswith(told)


@pytest.mark.parametrize(
    "address", ["HTTPS://x.example", "https://x.example:8443/", "https://x.example/phones/"]
)
def test_an_address_with_a_port_or_a_path_is_taken(address):
    done = CliRunner().invoke(app, ["manifest", address])
    made = yaml.safe_load(done.output)
    url = f"{address.rstrip('/')}/slack/events"
    assert made["settings"]["interactivity"]["request_url"] == url


def test_every_command_is_in_it_and_no_other():
    named = [command["command"] for command in manifest()["features"]["slash_commands"]]
    assert named == [f"/{name}" for name in sorted(COMMANDS)]


@pytest.mark.parametrize("command", manifest()["features"]["slash_commands"])
def test_a_command_is_within_what_slack_takes(command):
    name = command["command"]
    assert 2 <= len(name) <= 32
    assert name == name.lower()
    assert name.removeprefix("/") not in TAKEN
    assert len(command["description"]) <= 2000
    assert len(command.get("usage_hint", "x")) <= 1000
    assert command["should_escape"] is True


def test_there_are_at_most_fifty_commands():
    assert len(manifest()["features"]["slash_commands"]) <= 50


def test_the_texts_fit():
    shown = manifest()["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140


def test_every_scope_has_a_reason_and_all_addresses_are_one():
    made = manifest()
    assert made["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)
    addresses = {command["url"] for command in made["features"]["slash_commands"]}
    addresses.add(made["settings"]["interactivity"]["request_url"])
    assert addresses == {"https://ringback.example.org/slack/events"}
