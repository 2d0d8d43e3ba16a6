"""Back-ticks: our own around commands are markup, those from outside are characters."""

import ast
import re
from pathlib import Path

import pytest

from bot.commands import COMMANDS, contacts, dial, ext, linking, pausing, vm
from bot.commands.request import Reply
from bot.slack.answers import render

SPAN = re.compile(r"`([^`]*)`")
OUTSIDE = "\u2060`\u2060"
"""A back-tick that is none to Slack."""


def opening(text):
    return render(Reply(text=text)).blocks[0]["text"]["text"]


@pytest.mark.parametrize(
    "text", [contacts.USAGE, dial.USAGE, ext.USAGE, linking.USAGE, pausing.NO_END, vm.USAGE]
)
def test_help_has_its_commands_as_code(text):
    assert SPAN.findall(opening(text)) == [
        span.replace("<", "&lt;").replace(">", "&gt;") for span in SPAN.findall(text)
    ]
    assert OUTSIDE not in opening(text)


@pytest.mark.parametrize("name", ["`code`", "```x```", "a`b", "`", "`/no-such thing`", "``"])
def test_back_ticks_in_a_name_are_no_markup(name):
    shown = opening(f"Paused in {name}. `/resume-agent` brings you back.")
    assert shown == (f"Paused in {name.replace('`', OUTSIDE)}. `/resume-agent` brings you back.")


def test_a_name_that_opens_a_command_does_not_swallow_ours():
    shown = opening("Paused in `/dial. `/resume-agent` brings you back.")
    assert "`/resume-agent`" in shown


def test_all_that_we_call_code_is_a_command():
    """Whatever else stands between back-ticks would be shown with them."""
    odd = []
    for folder in ("bot/commands", "bot/telephony"):
        for file in Path(folder).glob("*.py"):
            for text in literals(ast.parse(file.read_text())):
                spans = SPAN.findall(text)
                odd += [span for span in spans if span.split()[:1] not in KNOWN]
    assert odd == []


KNOWN = [[f"/{name}"] for name in COMMANDS] + [["…"]]


def literals(tree):
    """The texts of a module, without docstrings; ``…`` stands for what is put in."""
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    told = {id(part) for node in joined for part in node.values}
    told |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in joined:
        yield "".join(part.value if is_text(part) else "…" for part in node.values)
    for node in ast.walk(tree):
        if is_text(node) and id(node) not in told:
            yield node.value


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
