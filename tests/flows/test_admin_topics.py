"""The topics of ``/pbx`` for admins: licences, hosts and both audits."""

from datetime import timedelta

import httpx
import pytest
from support import forging
from support.pressing import press, say

from storage import audit
from storage.engine import DatabaseUnusable


async def test_an_admin_sees_every_licence_in_days(world):
    answer = await say(world, "/pbx licence", "U0ANA")
    assert "paris, MiRTA PBX: ends 20 Nov 2027, 365 days left" in answer
    assert "crm, pbx-north.example.net (PBX0005): Pro licence ends 20 Dec 2026, 30 days" in answer
    assert "pbx-west.example.net (PBX0007): Pro licence ends 20 Nov 2026, today" in answer
    assert "pbx-old-town.example.net (PBX0010): Pro licence ended 08 Nov 2026, 12 days" in answer
    assert "pbx-closed" not in answer


async def test_days_are_counted_in_the_systems_own_zone(world):
    world.clock.set(world.clock.now().replace(hour=23, minute=30))
    answer = await say(world, "/pbx licence @crm", "U0ANA")
    assert "pbx-north.example.net (PBX0005): Pro licence ends 20 Dec 2026, 29 days" in answer


async def test_a_system_that_is_away_does_not_hide_the_other_licences(world):
    world.wires["paris"].die()
    answer = await say(world, "/pbx licence", "U0ANA")
    assert "paris cannot be reached." in answer
    assert "pbx-north" in answer


async def test_only_a_system_that_is_away_is_an_error(world):
    world.wires["paris"].die()
    answer = await say(world, "/pbx licence @paris", "U0ANA")
    assert answer.splitlines()[0] == "paris cannot be reached."


async def test_a_licence_whose_end_is_not_told_is_not_called_one_without_an_end(world):
    world.mirta.pbx.licence_days = ""
    answer = await say(world, "/pbx licence", "U0ANA")
    assert "paris does not tell the end of its licence." in answer
    assert "paris: its licence has no end" not in answer
    assert "pbx-north" in answer


@pytest.mark.parametrize("line", ["/pbx hosts @crm", "/pbx audit @crm"])
@pytest.mark.parametrize("said", ["\\ud83d maintenance", "\\u0000", "\\u001b[31mred"])
async def test_a_refusal_with_broken_characters_is_answered_like_any_other(said, line, world):
    body = f'{{"message": "{said}"}}'
    refusing = httpx.MockTransport(lambda request: httpx.Response(400, content=body))
    world.wires["crm"].lead_to(refusing)
    assert (await say(world, line, "U0ANA")).startswith("crm refused: status 400.")
    (row,) = await world.runtime.store.read(audit.list_newest, 1)
    assert row.outcome == "refused: crm refused: status 400."


async def test_hosts_and_audits_with_broken_characters_are_told_without_them(world):
    world.crm.pbx.garbled = True
    for line in ("/pbx hosts @crm", "/pbx audit @crm"):
        answer = await say(world, line, "U0ANA")
        assert all(letter.isprintable() or letter == "\n" for letter in answer)
    assert "pbx-north.example.net" in await say(world, "/pbx hosts @crm", "U0ANA")


async def test_hosts_are_all_told(world):
    answer = await say(world, "/pbx hosts", "U0ANA")
    assert "pbx-south.example.net (PBX0006): licence without an end, not active" in answer
    assert "pbx-north.example.net" in answer
    assert "simulated-" not in answer


async def test_the_audit_of_a_system_is_told_newest_first(world):
    await world.clock.advance(timedelta(hours=1).total_seconds())
    world.crm.pbx.write_audit("updated", 6, comment="moved")
    answer = await say(world, "/pbx audit", "U0ANA")
    assert "Ada Admin: updated pbx3cx_host 6" in answer
    assert answer.index("updated") < answer.index("created")


async def test_no_changes_are_told_as_such(world):
    world.crm.pbx.audits.clear()
    assert "crm remembers no changes." in await say(world, "/pbx audit @crm", "U0ANA")


async def test_the_own_audit_is_told_with_masked_numbers(world):
    await world.own("U0BO", "104", "paris")
    await say(world, "/dial 01 23 45 67 89")
    answer = await say(world, "/pbx audit own", "U0ANA")
    assert "<@U0BO>: dial ••• 89 on paris, done" in answer
    assert "<@U0BO>: originate ••• 89 on paris, accepted" in answer
    assert "0123456789" not in answer


async def test_the_own_audit_of_a_system_has_all_that_was_asked_of_it(paris):
    await paris.poll("paris")
    paris.mirta.pbx.customer_calls_and_hangs_up("+33123456780", "Pat", "0987654321", 29)
    await paris.poll("paris")
    await paris.click("U0BO", "C0SUPPORT", "Missed call: Pat", "missed_call.claim")
    for line in ("/dial 102", "/pause-agent Support", "/vm", "/queue", "/pbx link 105"):
        await say(paris, line)
    await say(paris, "/pbx link 105 @lyon")
    await say(paris, "/pbx status")
    await say(paris, "/dial 102")
    await press(paris, "U0BO", "call.hang_up")
    await paris.workspace.click("U0ANA", paris.workspace.dm("U0ANA")[-1], "link.deny")
    await paris.settle()
    assert await audited(paris, "paris") == [
        "missed_call.claim",
        "dial",
        "originate",
        "pause-agent",
        "vm",
        "queue",
        "dial",
        "originate",
        "call.hang_up",
    ]
    assert await audited(paris, "lyon") == ["pbx", "link.deny", "link"]


async def audited(world, system):
    rows = await world.runtime.store.read(audit.list_newest, 50, system)
    return [row.action for row in reversed(rows)]


async def test_a_refusal_is_audited_with_the_system_that_was_meant(paris):
    paris.wires["paris"].die()
    await say(paris, "/pause-agent Support")
    await say(paris, "/queue @lyon")
    assert await audited(paris, "paris") == ["pause-agent"]
    assert await audited(paris, "lyon") == ["queue"]


async def test_the_own_audit_shows_extensions_and_queues(moscow):
    for line in ("/queue-logout 800 101", "/queue-logout 800 0102", "/dial 100", "/ext 1012345"):
        await say(moscow, line)
    answer = await say(moscow, "/pbx audit own", "U0ANA")
    assert "queue-logout 800 101 on moscow, not done" in answer
    assert "queue-logout 800 0102 on moscow, done" in answer
    assert "dial 100 on moscow, done" in answer
    assert "originate 100 on moscow, " in answer
    assert "ext ••• 45 on moscow, refused: moscow knows no extension ••• 45." in answer


async def test_what_was_cut_off_is_audited_with_the_system_that_was_named(paris, monkeypatch):
    async def is_cut_off(*args):
        raise DatabaseUnusable("gone")

    monkeypatch.setattr(paris.wires["paris"], "handle_async_request", is_cut_off)
    await forging.command(paris, "/vm", "@Paris")
    await forging.press(paris, "U0BO", "vm.play", "paris:1")
    await paris.runtime.carrier.look()
    await paris.runtime.carrier.settle()
    assert await audited(paris, "paris") == ["vm", "vm.play"]


async def test_a_word_that_is_called_like_a_system_names_none(paris):
    await say(paris, "/pause-agent paris", "U0CY")
    assert await audited(paris, "paris") == []


async def test_the_own_audit_calls_those_who_are_mentioned_by_their_names(paris):
    await say(paris, "/pbx status", "U0ANA")
    await forging.command(paris, "/pause-agent", "with <@U0ANA|ana> <@U01234567|cy> <!channel>")
    await paris.settle()
    answer = await say(paris, "/pbx audit own @paris", "U0ANA")
    assert "<@U0BO>: pause-agent with @ana @cy @channel on paris, done" in answer


async def test_who_did_something_at_a_terminal_is_no_mention(world):
    noted = {"at": world.clock.now(), "action": "outbox drop", "outcome": "done"}
    for actor, surface in (("WATCH", "terminal"), ("U0CY", "command")):
        await world.runtime.store.write(audit.note, actor=actor, surface=surface, **noted)
    answer = await say(world, "/pbx audit own", "U0ANA")
    assert ", WATCH: outbox drop, done" in answer
    assert ", <@U0CY>: outbox drop, done" in answer
    await world.runtime.store.write(
        audit.note, actor="U0CY", surface="command", system="lyon", **noted
    )
    answer = await say(world, "/pbx audit own @lyon", "U0ANA")
    assert answer.startswith("What people asked Ringback for on lyon, newest first (UTC):")
    assert "WATCH" not in answer


async def test_these_are_for_admins(world):
    for topic in ("licence", "hosts", "audit", "audit own"):
        assert "Only an admin can see" in await say(world, f"/pbx {topic}"), topic
    assert world.wires["crm"].asked == 0


async def test_what_cannot_be_told_is_one_sentence(world):
    sentences = {
        "licence @lyon": "lyon (Axeos PBX) cannot list licences.",
        "hosts @paris": "paris (MiRTA PBX) cannot list hosts.",
        "audit @paris": "paris (MiRTA PBX) cannot show who changed what.",
        "audit everything": "Usage: `/pbx audit",
    }
    for topic, sentence in sentences.items():
        assert sentence in await say(world, f"/pbx {topic}", "U0ANA"), topic
