"""What ``ringback api`` lists when nobody says what to ask."""

from typer.testing import CliRunner

from bot.adapters import VENDORS
from bot.cli.ending import DONE, MISUSED
from bot.cli.program import app


def test_every_operation_is_listed_without_a_settings_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    result = CliRunner().invoke(app, ["api", "--list"])

    lines = result.stdout.splitlines()
    assert result.exit_code == DONE
    assert len(lines) == sum(len(vendor.operations) for vendor in VENDORS.values())
    assert [line.partition(" ")[0] for line in lines] == sorted(
        line.partition(" ")[0] for line in lines
    )
    assert 'mirta "AGENT UNPAUSE" queue=TEXT extension=TEXT (changes)' in lines
    assert "mirta LICENSEDAYS [with_tenant=YES|NO]" in lines
    assert 'mirta "MEDIAFILE GETAUDIO" objectid=TEXT [id=TEXT] (sound: --out FILE)' in lines


def test_without_a_system_it_says_how_to_go_on(command_line):
    result = command_line.run()

    assert result.exit_code == MISUSED
    assert "ringback api --list" in result.stderr


def test_a_system_alone_lists_its_operations_and_what_they_do(command_line):
    result = command_line.run("old")

    lines = result.stdout.splitlines()
    assert lines[0] == "make_call extension=TEXT number=TEXT (changes)"
    assert lines[1].strip() == VENDORS["threecx_legacy"].operations["make_call"].summary
    assert len(lines) == 4
    assert command_line.requests("threecx_legacy") == []


def test_a_system_that_only_posts_says_so(command_line):
    result = command_line.run("door")

    assert result.stdout == "door (generic webhook) has no operations.\n"


def test_the_command_is_on_the_command_line():
    result = CliRunner().invoke(app, ["api", "--help"])

    assert result.exit_code == 0
    assert "0\n" not in result.stderr
    assert "KEY=VALUE" in result.stdout
