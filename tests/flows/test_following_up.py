"""A missed call in the hands of the team: claimed, called back, resolved, opened again."""

import pytest
from support import forging
from support.cards import NUMBER, lines, only_card

from bot.alerts import missed_calls
from storage import alerts


async def test_claim_call_back_and_a_conversation_turn_the_card_green(world):
    await world.poll("paris")
    await world.clock.advance(60)
    world.mirta.pbx.customer_calls_and_hangs_up(NUMBER, "Pat", "0987654321", 29)
    await world.poll("paris")
    await world.link("U0BO", "104", "paris")
    await world.click("U0BO", "C0SUPPORT", "Missed call: Pat", "missed_call.claim")
    assert "Claimed by <@U0BO>" in only_card(world).all_text
    await world.click("U0BO", "C0SUPPORT", "Missed call: Pat", "missed_call.call_back")
    assert "is calling back" in only_card(world).all_text
    assert [call.dest for call in world.mirta.pbx.dialled] == ["+33123456789"]
    await world.clock.advance(90)
    world.mirta.pbx.finish_dial(world.mirta.pbx.dialled[0].call_id, "ANSWERED", talk_seconds=60)
    await world.poll("paris")
    card = only_card(world)
    assert "Reached, talked 1:08." in card.all_text
    assert card.action_ids == ["missed_call.reopen"]
    assert lines(card) == ["bo claimed this call.", "bo is calling back.", "Reached, talked 1:08."]


async def card_of_pat(world):
    await world.post("door", *world.door.customer_calls_and_hangs_up(NUMBER, "Pat"))


async def press(world, user, action):
    await world.click(user, "C0SUPPORT", "Missed call: Pat", f"missed_call.{action}")


def told(world, user):
    return world.workspace.ephemerals(user)[-1].text


async def test_of_two_who_claim_at_once_one_is_told_whose_it_is(world):
    await card_of_pat(world)
    card = only_card(world)
    await world.workspace.click("U0BO", card, "missed_call.claim")
    await world.workspace.click("U0CY", card, "missed_call.claim")
    await world.settle()
    shown = only_card(world).all_text
    winner, loser = ("bo", "U0CY") if "Claimed by <@U0BO>" in shown else ("cy", "U0BO")
    assert f"Claimed by <@U0{winner.upper()}>" in shown
    assert told(world, loser) == f"{winner} has claimed this call."
    assert world.workspace.ephemerals(f"U0{winner.upper()}") == []


async def test_the_card_says_who_calls_back_for_whom(world):
    await world.own("U0BO", "104", "paris")
    await card_of_pat(world)
    await press(world, "U0CY", "claim")
    await press(world, "U0BO", "call_back")
    assert "<@U0BO> is calling back for <@U0CY>" in only_card(world).all_text
    assert only_card(world).text.endswith(". bo is calling back for cy")


async def test_a_button_of_another_message_with_the_same_number_does_nothing(world):
    """As after a restore: what was posted since the backup is not known, its numbers come again."""
    await card_of_pat(world)
    here = only_card(world)
    value = here.blocks[-1]["elements"][0]["value"]

    async def claim(ts):
        await forging.press(world, "U0BO", "missed_call.claim", value, ts=ts, trigger=f"3.{ts}")
        await world.settle()

    await claim("1700000000.000100")
    assert "This card is not known here any more." in world.workspace.dm("U0BO")[-1].text
    assert "nobody has claimed it" in only_card(world).all_text
    await claim(here.ts)
    assert "Claimed by <@U0BO>" in only_card(world).all_text


async def test_a_claim_that_nothing_came_of_lapses(world):
    await card_of_pat(world)
    await press(world, "U0BO", "claim")
    await world.clock.advance(30 * 60 + 1)
    await world.settle()
    card = only_card(world)
    assert "Open: nobody has claimed it" in card.all_text
    assert lines(card)[-1].endswith("It is open again.")


async def test_a_lapse_is_not_forgotten_over_a_restart(world):
    await card_of_pat(world)
    await press(world, "U0BO", "claim")
    await world.clock.advance(30 * 60 + 1)
    await world.restart()
    assert "Open: nobody has claimed it" in only_card(world).all_text


async def test_who_only_called_back_does_not_own_the_call_for_ever(world):
    await world.own("U0BO", "104", "paris")
    await card_of_pat(world)
    await press(world, "U0BO", "call_back")
    await world.clock.advance(30 * 60 + 1)
    await world.settle()
    assert "Open: nobody has claimed it" in only_card(world).all_text


async def test_resolving_closes_and_reopening_opens(world):
    await card_of_pat(world)
    await press(world, "U0BO", "resolve")
    assert "Resolved by bo." in only_card(world).all_text
    assert only_card(world).action_ids == ["missed_call.reopen"]
    await press(world, "U0CY", "reopen")
    card = only_card(world)
    assert "Open: nobody has claimed it" in card.all_text
    assert lines(card) == ["Resolved by bo.", "Opened again by cy."]


async def test_an_old_card_is_not_opened_beside_a_newer_one(world):
    await card_of_pat(world)
    await press(world, "U0BO", "resolve")
    old = only_card(world)
    await world.clock.advance(60)
    await card_of_pat(world)
    await world.workspace.click("U0BO", old, "missed_call.reopen")
    await world.settle()
    assert told(world, "U0BO") == "This caller has another card that is still open."


async def test_the_caller_who_rings_again_and_is_answered_closes_the_card(world):
    await card_of_pat(world)
    await world.clock.advance(600)
    await world.post("door", *world.door.customer_calls_and_is_answered(NUMBER, extension="102"))
    assert "The caller rang again and 102 answered, talked 1:30." in only_card(world).all_text


async def test_a_conversation_on_another_system_of_the_company_closes_it_too(world):
    await card_of_pat(world)
    await world.poll("paris")
    await world.clock.advance(600)
    world.mirta.pbx.customer_is_answered(NUMBER, "Pat", "0987654321", "104", talk_seconds=60)
    await world.poll("paris")
    assert "talked 1:05" in only_card(world).all_text


async def test_a_talk_of_seconds_is_an_attempt_and_not_a_conversation(world):
    await world.own("U0BO", "104", "paris")
    await world.poll("paris")
    await card_of_pat(world)
    await press(world, "U0BO", "call_back")
    await world.clock.advance(30)
    world.mirta.pbx.finish_dial(
        world.mirta.pbx.dialled[0].call_id, "ANSWERED", talk_seconds=1, rang=1
    )
    await world.poll("paris")
    card = only_card(world)
    assert "Claimed by <@U0BO>" in card.all_text
    assert lines(card)[-1] == "Called back without reaching anybody (1)."


async def test_a_call_back_that_is_refused_is_said_on_the_card_and_claims_nothing(world):
    await world.own("U0BO", "999", "paris")
    await card_of_pat(world)
    before = only_card(world).action_ids
    await press(world, "U0BO", "call_back")
    card = only_card(world)
    assert "Open: nobody has claimed it" in card.all_text
    assert card.action_ids == before
    assert lines(card)[-1].startswith("bo could not call back: ")
    assert "Originate failed" in told(world, "U0BO")
    await world.clock.advance(30 * 60 + 1)
    await world.settle()
    assert lines(only_card(world)) == lines(card)


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ('allowed_prefixes = ["+44"]', "Only numbers that begin with +44 are dialled"),
        ("calls_per_hour = 1", "You have placed 1 calls within an hour"),
    ],
)
async def test_a_call_back_that_may_not_be_made_leaves_an_open_card_open(world_with, limits, why):
    async with world_with(f"[dialling]\n{limits}") as world:
        await world.own("U0BO", "104", "paris")
        await world.slash("U0BO", "C0SUPPORT", "/dial 104")
        placed = len(world.mirta.pbx.dialled)
        await card_of_pat(world)
        await press(world, "U0BO", "call_back")
        assert why in told(world, "U0BO")
        assert "Open: nobody has claimed it" in only_card(world).all_text
        assert len(world.mirta.pbx.dialled) == placed


@pytest.mark.parametrize("owner", ["U0BO", "U0CY"])
async def test_a_refused_call_back_leaves_a_claim_as_it_was_and_as_long(world, owner):
    await world.own("U0BO", "999", "paris")
    await card_of_pat(world)
    await press(world, owner, "claim")
    await world.clock.advance(20 * 60)
    await press(world, "U0BO", "call_back")
    assert f"Claimed by <@{owner}>" in only_card(world).all_text
    await world.clock.advance(10 * 60 + 1)
    await world.settle()
    assert "Open: nobody has claimed it" in only_card(world).all_text


async def test_a_refused_second_call_back_leaves_the_first_one_ringing(world):
    await world.own("U0BO", "104", "paris")
    await world.own("U0CY", "999", "paris")
    await card_of_pat(world)
    await press(world, "U0BO", "call_back")
    await world.clock.advance(60)
    await press(world, "U0CY", "call_back")
    assert "<@U0BO> is calling back" in only_card(world).all_text
    assert "U0CY" not in only_card(world).all_text


async def test_a_call_back_with_a_lost_answer_stays_one_call(world):
    await world.own("U0BO", "104", "paris")
    await card_of_pat(world)
    world.wires["paris"].lose_answer()
    await press(world, "U0BO", "call_back")
    assert "look before you dial again" in told(world, "U0BO")
    assert "is calling back" in only_card(world).all_text
    assert len(world.mirta.pbx.dialled) == 1


async def test_somebody_without_a_line_changes_nothing_by_calling_back(world):
    await card_of_pat(world)
    await press(world, "U0CY", "call_back")
    assert "You have no extension yet" in told(world, "U0CY")
    card = only_card(world)
    assert "Open: nobody has claimed it" in card.all_text
    assert lines(card) == []


async def test_a_card_of_another_channel_cannot_be_pressed(world):
    await card_of_pat(world)
    await forging.press(world, "U0CY", "missed_call.claim", "1", channel="C0SALES")
    await world.settle()
    assert "This card is not known here" in world.workspace.dm("U0CY")[-1].text
    assert "Open: nobody has claimed it" in only_card(world).all_text


async def test_no_new_call_waits_for_the_lines_of_threads(world):
    await card_of_pat(world)
    await world.clock.advance(60)

    def to_and_fro(session):
        (card,) = alerts.list_open(session, "missed_call")
        for _ in range(5):
            missed_calls.resolve(session, card.id, "bo", world.clock.now())
            missed_calls.reopen(session, world.settings, card.id, "bo", world.clock.now())

    await world.runtime.store.write(to_and_fro)
    await world.post("door", *world.door.customer_calls_and_hangs_up("+33123450000", "Kim"))
    old, new = world.workspace.messages("C0SUPPORT")
    assert len(old.replies) == 10
    assert float(new.ts) < min(float(reply.ts) for reply in old.replies[1:])
