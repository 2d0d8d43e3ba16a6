"""``/dial``: what is rung, what is refused, and what is said of it."""

import re

import pytest
from support import forging

from bot.adapters.axeos.simulated_pbx import CallerSide
from bot.telephony.errors import Refused
from storage import audit, watches

NUMBER = "01 23 45 67 89"


@pytest.fixture
async def lines(world):
    await world.own("U0BO", "104", "paris")
    return world


async def dial(world, text, user="U0BO"):
    return await world.slash(user, "C0SUPPORT", f"/dial {text}".rstrip())


def dialled(world):
    return [(call.source, call.dest) for call in world.mirta.pbx.dialled]


async def test_the_own_phone_rings_and_then_the_number(lines):
    answer = await dial(lines, NUMBER)
    assert "Ringing extension 104, then 01 23 45 67 89." in answer
    assert dialled(lines) == [("104", "0123456789")]


async def test_nobody_else_sees_the_answer(lines):
    await dial(lines, NUMBER)
    assert lines.workspace.messages("C0SUPPORT") == []
    assert lines.workspace.ephemerals("U0ANA") == []


async def test_a_system_that_waits_for_the_caller_says_so(world):
    await world.own("U0BO", "pat", "lyon")
    answer = await dial(world, NUMBER)
    assert "Extension pat picked up; 01 23 45 67 89 is being called." in answer
    assert [call.number for call in world.axeos.pbx.calls.values()] == ["0123456789"]


async def test_a_refusal_inside_a_200_reaches_the_person(world):
    await world.own("U0BO", "999", "paris")
    answer = await dial(world, NUMBER)
    assert "paris" in answer
    assert "Originate failed" in answer
    assert world.wires["paris"].asked == 1


async def test_a_mistake_of_ours_after_the_phone_rang_invites_no_second_call(lines, monkeypatch):
    def break_down(*asked):
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(watches, "put_watch", break_down)
    answer = await dial(lines, NUMBER)
    assert dialled(lines) == [("104", "0123456789")]
    assert "it may have happened all the same" in answer
    assert "mistake of ours" not in answer


async def test_a_busy_phone_of_ones_own_is_told(world):
    await world.own("U0BO", "pat", "lyon")
    world.axeos.pbx.caller_side.append(CallerSide.BUSY)
    answer = await dial(world, NUMBER)
    assert "busy" in answer
    assert world.axeos.pbx.calls == {}
    assert world.wires["lyon"].asked == 1


async def test_a_lost_answer_is_told_as_it_is_and_nothing_is_dialled_twice(lines):
    lines.wires["paris"].lose_answer()
    answer = await dial(lines, NUMBER)
    assert "it may have happened" in answer
    assert "Your phone may ring; look before you dial again." in answer
    assert dialled(lines) == [("104", "0123456789")]
    assert lines.wires["paris"].asked == 1


async def test_the_root_command_gives_the_same_advice(lines):
    lines.wires["paris"].lose_answer()
    answer = await lines.slash("U0BO", "C0SUPPORT", f"/pbx dial {NUMBER}")
    assert "Your phone may ring; look before you dial again." in answer


async def test_a_system_that_is_away_rang_nobody(lines):
    lines.wires["paris"].die()
    answer = await dial(lines, NUMBER)
    assert "paris cannot be reached." in answer
    assert "may" not in answer


async def test_somebody_without_a_line_is_told_how_to_get_one(world):
    answer = await dial(world, NUMBER)
    assert "You have no extension yet" in answer
    assert "/pbx link" in answer
    assert dialled(world) == []


async def test_somebody_who_waits_for_an_admin_is_told_so(world):
    await world.slash("U0BO", "C0SUPPORT", "/pbx link 105 @paris")
    answer = await dial(world, NUMBER)
    assert "still waits for an admin" in answer
    assert dialled(world) == []


async def test_somebody_with_two_lines_is_asked_which(lines):
    await lines.own("U0BO", "pat", "lyon")
    assert "say which with @lyon, @paris" in await dial(lines, NUMBER)
    await dial(lines, f"{NUMBER} @paris")
    assert dialled(lines) == [("104", "0123456789")]


async def test_a_system_that_is_not_there_is_named(lines):
    answer = await dial(lines, f"{NUMBER} @rome")
    assert "There is no phone system @rome." in answer
    assert dialled(lines) == []


@pytest.fixture(scope="module")
def refusals():
    return {
        "112": "Emergency numbers are never dialled from here",
        "15": "Emergency numbers are never dialled from here",
        "1 1 2": "Emergency numbers are never dialled from here",
        "+112": "Emergency numbers are never dialled from here",
        "112#": "Emergency numbers are never dialled from here",
        "0899 12 34 56": "Premium-rate numbers are not dialled from here",
        "+33 899 12 34 56": "Premium-rate numbers are not dialled from here",
        "0899 12 34 56 00": "That is not a phone number",
        "01 23 45 67 89 ext 5": "That is not a phone number",
        "+44 20 7946 0018": "Only numbers that begin with +33 are dialled from here",
        "+44 20 7946 0018 00 00 00": "That is not a phone number",
        "*21*0123456789#": "That is not a phone number",
        "Pat": "That is not a phone number",
        "0123456789; rm -rf": "That is not a phone number",
        "": "Usage: `/dial <number>`",
    }


async def test_what_must_not_be_dialled_never_reaches_the_phone_system(world_with, refusals):
    async with world_with('[dialling]\nallowed_prefixes = ["+33"]') as world:
        await world.own("U0BO", "104", "paris")
        answers = {text: await dial(world, text) for text in refusals}
        assert dialled(world) == []
        assert world.wires["paris"].asked == 0
    wrong = {text: said for text, said in answers.items() if refusals[text] not in plain(said)}
    assert wrong == {}


async def test_an_outside_line_gets_no_number_past_what_is_allowed(world_with):
    async with world_with('[dialling]\nallowed_prefixes = ["+33"]') as world:
        await world.own("U0BO", "104", "paris")
        answer = await dial(world, "0000123456")
        assert "Only numbers that begin with +33 are dialled from here." in answer
        assert dialled(world) == []


async def test_what_may_be_dialled_reaches_it_as_digits(world_with):
    more = '[dialling]\nallowed_prefixes = ["+33"]'
    wanted = {
        "+33 (0)1 23 45 67 89": "+33123456789",
        "01.23.45.67.89": "0123456789",
        "tel:+33123456789": "+33123456789",
        "102": "102",
        "0101": "0101",
        "*97": "*97",
    }
    async with world_with(more) as world:
        await world.own("U0BO", "104", "paris")
        for text in wanted:
            await dial(world, text)
        assert [dest for _, dest in dialled(world)] == list(wanted.values())


async def test_the_answer_shows_what_is_dialled(lines):
    answer = await dial(lines, "0044 020 7946 0018")
    assert dialled(lines) == [("104", "004402079460018")]
    assert "then 004402079460018." in answer


async def test_a_number_that_slack_made_a_link_of_is_dialled(lines):
    await forging.command(lines, "/dial", "<tel:0123456789|01 23 45 67 89>")
    await lines.settle()
    assert dialled(lines) == [("104", "0123456789")]


async def test_calls_within_an_hour_are_limited_by_whatever_way_they_are_asked_for(world_with):
    async with world_with("[dialling]\ncalls_per_hour = 3") as world:
        await world.own("U0BO", "104", "paris")
        await dial(world, "no number")
        await dial(world, "0123456781")
        await world.slash("U0BO", "C0SUPPORT", "/pbx dial 0123456782")
        await world.post("door", *world.door.customer_calls_and_hangs_up("0123456783", "Pat"))
        await world.own("U0BO", "104", "paris")
        await world.click("U0BO", "C0SUPPORT", "Missed call: Pat", "missed_call.call_back")
        for line in ("/dial 0123456784", "/pbx dial 0123456784"):
            answer = await world.slash("U0BO", "C0SUPPORT", line)
            assert "You have placed 3 calls within an hour" in answer
        assert [dest[-1] for _, dest in dialled(world)] == ["1", "2", "3"]
        await world.clock.advance(3601)
        await dial(world, "0123456785")
        assert [dest[-1] for _, dest in dialled(world)] == ["1", "2", "3", "5"]


async def test_a_command_that_slack_delivers_twice_is_done_once(lines):
    first = await forging.command(lines, "/dial", NUMBER, trigger="7.7.twice")
    again = await forging.command(lines, "/dial", NUMBER, trigger="7.7.twice")
    assert (first.status_code, again.status_code) == (200, 200)
    await lines.settle()
    await forging.command(lines, "/dial", NUMBER, trigger="7.7.twice")
    await lines.settle()
    assert dialled(lines) == [("104", "0123456789")]


async def test_the_audit_tells_what_was_asked_with_the_number_masked(lines):
    await dial(lines, "112")
    await lines.slash("U0BO", "C0SUPPORT", f"/pbx dial {NUMBER}")
    rows = await lines.runtime.store.read(audit.list_newest, 10)
    told = [(row.actor, row.action, row.system, row.subject, row.outcome) for row in rows]
    refusal = "refused: Emergency numbers are never dialled from here: use a phone."
    assert told == [
        ("U0BO", "originate", "paris", "••• 89", "accepted"),
        ("U0BO", "dial", "paris", "dial ••• 89", "done"),
        ("U0BO", "dial", "paris", "112", refusal),
    ]


@pytest.mark.parametrize("asked", ["/dial ", "/pbx dial ", "/pbx dial\u00a0", "/pbx \u200fdial\t"])
@pytest.mark.parametrize(
    "typed", ["1-800-FLOWERS", "1 (800) FLOWERS", "0800 a12 b34", "01a23b45c67d89 @paris"]
)
async def test_letters_between_its_digits_do_not_get_a_number_into_the_audit(lines, asked, typed):
    await lines.slash("U0BO", "C0SUPPORT", f"{asked}{typed}")
    rows = await lines.runtime.store.read(audit.list_newest, 10)
    subjects = " ".join(row.subject for row in rows).replace("@paris", "")
    assert len(re.sub(r"\D", "", subjects)) <= 2 * len(rows)


async def originations(world):
    rows = await world.runtime.store.read(audit.list_newest, 10)
    return [row.outcome for row in rows if row.action == "originate"]


async def test_the_audit_tells_what_came_of_each_call(lines):
    await lines.own("U0BO", "pat", "lyon")
    lines.wires["paris"].lose_answer()
    await dial(lines, f"{NUMBER} @paris")
    lines.wires["paris"].die()
    await dial(lines, f"{NUMBER} @paris")
    await dial(lines, f"{NUMBER} @lyon")
    lines.axeos.pbx.caller_side.append(CallerSide.BUSY)
    await dial(lines, f"{NUMBER} @lyon")
    busy, answered, away, lost = await originations(lines)
    assert busy.startswith("refused: ")
    assert "busy" in busy
    assert (answered, away) == ("caller answered", "refused: paris cannot be reached.")
    assert lost == "unknown"


async def test_a_refusal_that_quotes_the_number_is_audited_without_it(lines, monkeypatch):
    async def refuse(extension, number):
        raise Refused(f"paris cannot reach {number}.")

    monkeypatch.setattr(lines.runtime.systems["paris"].calls, "originate", refuse)
    assert "paris cannot reach 0123456789." in await dial(lines, NUMBER)
    rows = await lines.runtime.store.read(audit.list_newest, 10)
    assert [row.action for row in rows] == ["originate", "dial"]
    assert {row.outcome for row in rows} == {"refused: paris cannot reach ••• 89."}


def plain(text):
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("\u2060", "")
