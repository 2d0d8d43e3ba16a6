"""The layers of the design hold."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path for top in ("bot", "storage", "webhooks") for path in (ROOT / top).rglob("*.py")
)


def imports(path):
    """Every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def name_of(path):
    return str(path.relative_to(ROOT))


def importing(folder, *forbidden):
    """Files under a folder that import what they must not."""
    return [
        f"{name_of(path)}: {module}"
        for path in SOURCES
        if name_of(path).startswith(folder)
        for module in imports(path)
        if module.startswith(forbidden)
    ]


def test_nothing_imports_upwards():
    linter = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run(  # noqa: S603 - our own tool, from beside this Python
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert "kept" in checked.stdout.lower()


@pytest.mark.parametrize("folder", ["bot/alerts", "bot/commands", "bot/slack"])
def test_only_the_runtime_knows_the_adapters(folder):
    assert importing(folder, "bot.adapters") == []


@pytest.mark.parametrize("folder", ["bot/alerts", "bot/commands", "bot/telephony", "storage"])
def test_slack_stops_at_its_edge(folder):
    assert importing(folder, "slack_", "bot.slack") == []


def test_the_trade_needs_nothing_but_the_standard_library_and_phone_numbers():
    allowed = {*sys.stdlib_module_names, "bot", "phonenumbers"}
    foreign = [
        f"{name_of(path)}: {module}"
        for path in SOURCES
        if name_of(path).startswith("bot/telephony")
        for module in imports(path)
        if module.partition(".")[0] not in allowed
    ]
    assert foreign == []
    assert importing("bot/telephony", "bot.") == [
        line
        for line in importing("bot/telephony", "bot.")
        if line.partition(": ")[2].startswith("bot.telephony")
    ]


def test_only_one_function_posts_to_slack():
    posting = [name_of(path) for path in SOURCES if "chat_postMessage" in path.read_text()]
    assert posting == ["bot/slack/poster.py"]
