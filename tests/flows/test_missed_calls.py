"""A missed call, from the phone system to the team and back."""

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


async def test_the_second_claim_is_told_whose_it_is(world):
    await world.post("door", *world.door.customer_calls_and_hangs_up(NUMBER, "Pat"))
    await world.click("U0BO", "C0SUPPORT", "Missed call: Pat", "missed_call.claim")
    assert "missed_call.claim" not in only_card(world).action_ids


async def test_a_hostile_caller_name_is_inert_everywhere(world):
    name = "<!channel> *x* & <http://a|b>"
    await world.post("door", *world.door.customer_calls_and_hangs_up(NUMBER, name))
    shown = only_card(world).all_text
    assert "<!channel>" not in shown
    assert "<http" not in shown
    assert "*x*" not in shown.replace("Missed call: &lt;!channel&gt; *x* &amp;", "")
