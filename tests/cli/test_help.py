"""What the command line says of itself: whole sentences on a terminal of 80 columns."""

import pytest
from typer.testing import CliRunner

from bot.cli.program import app


@pytest.mark.parametrize("words", [(), ("outbox",), ("replay",)], ids=" ".join)
def test_every_command_is_told_in_one_whole_line(words):
    told = CliRunner().invoke(app, [*words, "--help"]).stdout.partition("Commands:\n")[2]

    lines = told.splitlines()
    assert len(lines) > 1
    assert all(line.endswith(".") and not line.endswith("..") for line in lines), told
    assert max(map(len, lines)) <= 78  # the margin on a terminal, which the runner has none of


@pytest.mark.parametrize(
    "words",
    [("check",), ("serve",), ("api", "paris"), ("backup", "copy.db"), ("replay", "list")],
    ids=" ".join,
)
def test_where_no_settings_are_it_is_told_how_to_name_or_begin_them(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    done = CliRunner().invoke(app, list(words))

    assert done.exit_code == 2
    assert done.stderr == (
        "ringback.toml: there is no such file. Name yours with --config FILE, or write one: "
        'README.md, under "Connect a Slack workspace", has one to begin with.\n'
    )
