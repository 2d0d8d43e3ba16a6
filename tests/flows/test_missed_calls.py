"""A missed call, from the phone system to the team and back."""

from datetime import timedelta

from support import forging

NUMBER = "0123456789"


def only_card(world):
    cards = world.workspace.messages("C0SUPPORT")
    assert len(cards) == 1, [card.all_text for card in cards]
    return cards[0]


def lines(card):
    return [reply.text for reply in card.replies]


async def test_a_signed_webhook_gives_one_card_stamped_with_the_arrival(world):
    posts = world.door.customer_calls_and_hangs_up(NUMBER, "Acme Ltd", "Support")
    assert await world.post("door", *posts) == [202, 202, 202]
    card = only_card(world)
    assert "Missed call: Acme Ltd" in card.text
    assert "hung up while waiting" in card.all_text
    assert "Fri 20 Nov 14:01 CET (Europe/Paris)" in card.all_text
    assert card.action_ids == ["missed_call.call_back", "missed_call.claim", "missed_call.resolve"]


async def test_the_same_posts_again_change_nothing(world):
    posts = world.door.customer_calls_and_hangs_up(NUMBER)
    await world.post("door", *posts)
    before = len(world.workspace.calls)
    assert await world.post("door", *posts) == [202, 202, 202]
    assert len(world.workspace.calls) == before
    only_card(world)


async def test_an_answered_call_is_nobodys_business(world):
    await world.post("door", *world.door.customer_calls_and_is_answered(NUMBER))
    assert world.workspace.messages("C0SUPPORT") == []


async def test_posts_in_the_wrong_order_give_the_same_verdict(world):
    posts = world.door.customer_calls_and_is_answered(NUMBER)
    await world.post("door", posts[2], posts[0], posts[1])
    await world.post("door", posts[3])
    assert world.workspace.messages("C0SUPPORT") == []


async def test_news_that_comes_late_corrects_the_card(world):
    blind_end = world.door.post(
        {
            "event": "call.ended",
            "call_id": "late-1",
            "at": world.clock.now().isoformat(),
            "direction": "inbound",
            "caller_number": NUMBER,
        }
    )
    await world.post("door", blind_end)
    assert "Open" in only_card(world).all_text
    late = world.door.post(
        {
            "event": "call.answered",
            "call_id": "late-1",
            "at": world.clock.now().isoformat(),
            "extension": "101",
        }
    )
    await world.post("door", late)
    assert "answered after all" in only_card(world).all_text


async def test_axeos_events_give_one_card_per_call_whoever_rang(world):
    await world.poll("lyon")
    world.axeos.customer_calls_and_hangs_up(NUMBER, "Pat", rang=("pat",), waited_seconds=29)
    await world.poll("lyon")
    card = only_card(world)
    assert "Missed call: Pat" in card.text
    assert "0:29" in card.all_text


async def test_mirta_call_records_give_one_card_per_call(world):
    await world.poll("paris")
    await world.clock.advance(60)
    world.mirta.customer_calls_and_hangs_up(NUMBER, "Pat", "0987654321", 29)
    await world.poll("paris")
    await world.poll("paris")
    card = only_card(world)
    assert "Missed call: Pat" in card.text
    assert "seen by polling, up to 15 s late" in card.all_text


async def test_the_same_caller_again_counts_on_the_open_card(world):
    await world.post("door", *world.door.customer_calls_and_hangs_up(NUMBER))
    await world.clock.advance(120)
    await world.post("door", *world.door.customer_calls_and_hangs_up("+33 1 23 45 67 89"))
    card = only_card(world)
    assert "*Tries*\n2" in card.all_text
    assert lines(card) == ["Missed again: try 2."]


async def test_claim_call_back_and_a_conversation_turn_the_card_green(world):
    await world.poll("paris")
    await world.clock.advance(60)
    world.mirta.customer_calls_and_hangs_up(NUMBER, "Pat", "0987654321", 29)
    await world.poll("paris")
    await world.link("U0BO", "104", "paris")
    await world.click("U0BO", "C0SUPPORT", "Missed call: Pat", "missed_call.claim")
    assert "Claimed by <@U0BO>" in only_card(world).all_text
    await world.click("U0BO", "C0SUPPORT", "Missed call: Pat", "missed_call.call_back")
    assert "is calling back" in only_card(world).all_text
    assert [call.dest for call in world.mirta.dialled] == ["+33123456789"]
    await world.clock.advance(90)
    world.mirta.finish_dial(world.mirta.dialled[0].call_id, "ANSWERED", talk_seconds=60)
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
    assert told(world, "U0BO") == "This caller has a newer card that is still open."


async def test_the_caller_who_rings_again_and_is_answered_closes_the_card(world):
    await card_of_pat(world)
    await world.clock.advance(600)
    await world.post("door", *world.door.customer_calls_and_is_answered(NUMBER, extension="102"))
    assert "The caller rang again and 102 answered, talked 1:30." in only_card(world).all_text


async def test_a_conversation_on_another_system_of_the_company_closes_it_too(world):
    await card_of_pat(world)
    await world.poll("paris")
    await world.clock.advance(600)
    world.mirta.customer_is_answered(NUMBER, "Pat", "0987654321", "104", talk_seconds=60)
    await world.poll("paris")
    assert "talked 1:05" in only_card(world).all_text


async def test_a_talk_of_seconds_is_an_attempt_and_not_a_conversation(world):
    await world.own("U0BO", "104", "paris")
    await world.poll("paris")
    await card_of_pat(world)
    await press(world, "U0BO", "call_back")
    await world.clock.advance(30)
    world.mirta.finish_dial(world.mirta.dialled[0].call_id, "ANSWERED", talk_seconds=1, rang=1)
    await world.poll("paris")
    card = only_card(world)
    assert "Claimed by <@U0BO>" in card.all_text
    assert lines(card)[-1] == "Called back without reaching anybody (1)."


async def test_a_call_back_that_is_refused_is_said_on_the_card(world):
    await world.own("U0BO", "999", "paris")
    await card_of_pat(world)
    await press(world, "U0BO", "call_back")
    card = only_card(world)
    assert "Claimed by <@U0BO>" in card.all_text
    assert lines(card)[-1].startswith("Not called back: ")
    assert "Originate failed" in told(world, "U0BO")


async def test_a_call_back_with_a_lost_answer_stays_one_call(world):
    await world.own("U0BO", "104", "paris")
    await card_of_pat(world)
    world.wires["paris"].lose_answer()
    await press(world, "U0BO", "call_back")
    assert "look before you dial again" in told(world, "U0BO")
    assert "is calling back" in only_card(world).all_text
    assert len(world.mirta.dialled) == 1


async def test_somebody_without_a_line_changes_nothing_by_calling_back(world):
    await card_of_pat(world)
    await press(world, "U0CY", "call_back")
    assert "You have no extension yet" in told(world, "U0CY")
    card = only_card(world)
    assert "Open: nobody has claimed it" in card.all_text
    assert lines(card) == []


async def test_a_withheld_caller_cannot_be_called_back_and_matches_nobody(world):
    for _ in range(2):
        await world.post("door", *world.door.customer_calls_and_hangs_up("anonymous", "Hidden"))
    first, second = world.workspace.messages("C0SUPPORT")
    assert "withheld" in first.all_text
    assert "missed_call.call_back" not in second.action_ids


async def test_a_card_of_another_channel_cannot_be_pressed(world):
    await card_of_pat(world)
    await forging.press(world, "U0CY", "missed_call.claim", "1", channel="C0SALES")
    await world.settle()
    assert "This card is not known here" in world.workspace.dm("U0CY")[-1].text
    assert "Open: nobody has claimed it" in only_card(world).all_text


async def test_late_news_of_an_older_call_leaves_the_newer_card_alone(world):
    await world.post("door", _ended(world, "old", NUMBER))
    await world.click("U0BO", "C0SUPPORT", "Missed call", "missed_call.resolve")
    await world.clock.advance(600)
    await world.post("door", _ended(world, "new", NUMBER))
    await world.post("door", _late_answer(world, "old", seconds_ago=601))
    _, newer = world.workspace.messages("C0SUPPORT")
    assert "Open: nobody has claimed it" in newer.all_text


async def test_late_news_that_the_newest_try_was_answered_closes_the_card(world):
    await world.post("door", _ended(world, "first", NUMBER))
    await world.clock.advance(60)
    await world.post("door", _ended(world, "second", NUMBER))
    await world.post("door", _late_answer(world, "second"))
    assert "answered after all" in only_card(world).all_text


async def test_a_transfer_that_is_told_late_corrects_the_card(world):
    await world.post("door", _ended(world, "a", NUMBER))
    await world.post("door", _late_answer(world, "b"), _ended(world, "b", NUMBER))
    await world.post(
        "door",
        world.door.post(
            {
                "event": "call.transferred",
                "at": world.clock.now().isoformat(),
                "call_id": "a",
                "other_call_id": "b",
            }
        ),
    )
    assert "answered after all" in only_card(world).all_text


def _ended(world, call_id, number):
    facts = {"direction": "inbound", "caller_number": number}
    return _event(world, "call.ended", call_id, **facts)


def _late_answer(world, call_id, seconds_ago=0):
    at = (world.clock.now() - timedelta(seconds=seconds_ago)).isoformat()
    return _event(world, "call.answered", call_id, at=at, extension="101")


def _event(world, kind, call_id, **more):
    facts = {"event": kind, "call_id": call_id, "at": world.clock.now().isoformat()}
    return world.door.post(facts | more)


HOSTILE = "<!channel> *x* _y_ `z` & <http://a|b> <@U0ANA>"


async def test_a_hostile_caller_name_is_inert_everywhere(world):
    await world.own("U0BO", "104", "paris")
    await world.post("door", *world.door.customer_calls_and_hangs_up(NUMBER, HOSTILE, HOSTILE))
    await world.clock.advance(60)
    await world.post("door", *world.door.customer_calls_and_hangs_up(NUMBER, HOSTILE, HOSTILE))
    world.mirta.leave_voicemail("104", NUMBER, HOSTILE.replace('"', ""))
    await world.slash("U0BO", "C0SUPPORT", "/vm")
    world.mirta.queues["281"].name = HOSTILE
    await world.slash("U0BO", "C0SUPPORT", "/queue @paris")
    await world.slash("U0BO", "C0SUPPORT", "/agents @nowhere <!channel>")
    await world.watch("paris")
    seen = [only_card(world), *only_card(world).replies, *world.workspace.ephemerals("U0BO")]
    assert len(seen) == 5
    found = {
        live
        for message in seen
        for live in ("<!channel", "<http", "<@U0ANA", "*x*", "_y_", "`z`", "& <")
        if live in _marked_up(message)
    }
    assert found == set()


def _marked_up(message):
    """Everything in which Slack reads markup: plain-text headers and names on buttons apart."""
    header = "\n".join(
        block["text"]["text"] for block in message.blocks if block["type"] == "header"
    )
    return message.all_text.replace(header, _entities_only(header)) if header else message.all_text


def _entities_only(text):
    return "".join(mark for mark in text if mark in "<>")
