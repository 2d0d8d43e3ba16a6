"""Lost answers where nobody may look: what matters is repeated and says so, a line is not."""

import pytest
from support.delivery import AUDITED, lose, slack_settings

from bot.demo.workspace import Fault
from bot.slack.undelivered import decide_blindly
from storage import dead_letters


@pytest.fixture(params=["no scope", "switched off"])
def blind(request, slack):
    """Nobody may look into a channel: Slack refuses, or the settings say so."""
    if request.param == "switched off":
        slack.restart(settings=slack_settings(history=False))
    for method in ("conversations.history", "conversations.replies"):
        lose(slack, Fault.ERROR, method, error="missing_scope", times=1000)
    return request.param


@pytest.mark.parametrize("kind", ["card", "notice", "storm"])
async def test_what_must_not_be_missed_is_repeated_and_says_so(slack, blind, kind):
    lose(slack, Fault.DROP_AFTER)
    await slack.put("a", kind=kind, alert_id=1 if kind == "card" else None)
    await slack.run(AUDITED)
    first, second = slack.workspace.messages("C0SUPPORT")
    assert "possibly repeated" not in first.all_text
    shown = "\n".join(second.all_text.split("\n")[1:]) if kind == "card" else second.text
    assert "(possibly repeated)" in shown
    assert (await slack.row("a")).state == "sent"
    asked = slack.asked("conversations.history")
    assert asked == (0 if blind == "switched off" else 2)


async def test_a_line_is_not_repeated(slack, blind):
    card = await slack.put("card", kind="card", alert_id=1)
    await slack.run(2)
    lose(slack, Fault.DROP_AFTER)
    await slack.put("line", kind="line", parent_id=card)
    await slack.run(AUDITED)
    (message,) = slack.workspace.messages("C0SUPPORT")
    assert [reply.text for reply in message.replies] == ["line"]
    row = await slack.row("line")
    assert row.state == "dead"
    assert "not repeated" in row.problem


async def test_what_it_shall_show_by_now_is_repeated(slack):
    """The decision comes while somebody lets the message show something else."""
    await slack.put("a")
    before = await slack.row("a")
    await slack.revise("a", "newer")
    await slack.store.write(decide_blindly, before, slack.clock.now(), "nobody may look")
    assert (await slack.row("a")).body == {"text": "newer", "unsure": True}
    await slack.store.write(dead_letters.drop, [before.id], "terminal:me", slack.clock.now())
    await slack.store.write(decide_blindly, before, slack.clock.now(), "nobody may look")


async def test_a_private_message_is_never_looked_for_but_repeated_and_says_so(slack):
    """Whoever asked for something is to hear how it ended, twice rather than not at all."""
    lose(slack, Fault.DROP_AFTER)
    await slack.put("a", kind="private", slack_channel="U0ANA")
    await slack.run(AUDITED)
    seen = [message.text for message in slack.workspace.dm("U0ANA")]
    assert seen == ["a", "(possibly repeated) a"]
    assert slack.asked("conversations.history") == 0
