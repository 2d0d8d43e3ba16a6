"""Many missed calls at once: one message to read instead of a hundred."""

CALLS = 40


async def storm(world):
    posts = []
    for number in range(CALLS):
        posts += world.door.customer_calls_and_hangs_up(f"+3312345{number:04}", f"Caller {number}")
    await world.post("door", *posts)
    await world.settle(400)
    return world.workspace.messages("C0SUPPORT")


async def test_every_call_is_listed_and_few_messages_are_posted(world):
    messages = await storm(world)
    shown = "\n".join(message.all_text for message in messages)
    assert [n for n in range(CALLS) if f"Caller {n} " not in shown] == []
    assert len(messages) <= 8
    assert world.workspace.too_fast == []


async def test_calls_are_handed_out_one_by_one(world):
    await storm(world)
    await world.link("U0BO", "104", "paris")
    before = len(world.workspace.ephemerals("U0BO"))
    await world.click("U0BO", "C0SUPPORT", "alerts at once", "storm.claim")
    await world.click("U0BO", "C0SUPPORT", "alerts at once", "storm.claim")
    first, second = (one.all_text for one in world.workspace.ephemerals("U0BO")[before:])
    assert "Yours: the missed call from Caller" in first
    assert first != second
    assert "✋" in world.workspace.find("C0SUPPORT", "alerts at once").all_text


async def test_a_calm_channel_gets_cards_again(world):
    count = len(await storm(world))
    await world.clock.advance(60)
    await world.post("door", *world.door.customer_calls_and_hangs_up("+33987654321", "Late One"))
    messages = world.workspace.messages("C0SUPPORT")
    assert len(messages) == count + 1
    assert messages[-1].text.startswith("Missed call: Late One")
