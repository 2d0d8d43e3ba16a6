"""``/calls``: what goes on, what is over, and its recordings."""

import pytest
from support.pressing import actions, asked, forge, press, say


async def one_answered_call(world, by="104"):
    world.mirta.pbx.customer_is_answered("+33123456789", "Acme", "9200", by)
    await world.poll("paris")


@pytest.fixture
async def talked(paris):
    """104 has talked with a customer; the first look only says where the history stands."""
    await paris.poll("paris")
    await paris.clock.advance(120)
    await one_answered_call(paris)
    return paris


async def test_the_latest_calls_are_told_with_their_numbers(talked):
    answer = await say(talked, "/calls recent")
    assert "inbound 01 23 45 67 89 (Acme) to 9200: answered by 104, 1:05" in answer


async def test_where_only_a_count_is_told_the_count_is_told(talked):
    talked.mirta.pbx.talking = 2
    answer = await say(talked, "/calls")
    assert "Going on: 2. paris shows only how many." in answer
    assert "(Acme)" in answer


async def test_calls_going_on_are_told_one_by_one(moscow):
    call = moscow.moscow.pbx.customer_calls("+74951234567")
    moscow.moscow.pbx.agent_answers(call, "101")
    await moscow.clock.advance(65)
    answer = await say(moscow, "/calls active")
    assert "inbound: 8 (495) 123-45-67 to Main number: talking with 101, 1:05" in answer


async def test_silence_is_told_as_such(moscow):
    answer = await say(moscow, "/calls")
    assert "Nobody is on a call." in answer
    assert "No calls yet." in answer


async def test_a_system_that_is_away_hides_no_calls_of_ours(talked):
    talked.wires["paris"].die()
    answer = await say(talked, "/calls")
    assert "paris cannot be reached." in answer
    assert "(Acme)" in answer


async def test_as_many_calls_as_are_asked_for(talked):
    await talked.clock.advance(120)
    talked.mirta.pbx.customer_is_answered("+33123456780", "Zoe", "9200", "104")
    await talked.poll("paris")
    answer = await say(talked, "/calls 1")
    assert "(Zoe)" in answer
    assert "(Acme)" not in answer


async def test_who_asks_for_more_calls_than_are_ever_shown_is_told(talked):
    assert "The latest calls of paris:" in await say(talked, "/calls 21")
    for _ in range(20):
        await talked.clock.advance(120)
        await one_answered_call(talked)
    assert "The latest calls of paris, the newest 20 are shown:" in await say(talked, "/calls 21")
    assert "The latest calls of paris:" in await say(talked, "/calls 20")


async def test_calls_that_cannot_be_meant_are_told_how(paris):
    for text in ("yesterday", "recent please", "-1"):
        assert "Usage: `/calls`" in await say(paris, f"/calls {text}"), text


async def test_a_system_without_calls_says_so(paris):
    assert "crm (BlueRockTEL) cannot list calls." in await say(paris, "/calls @crm")


async def test_a_system_that_tells_no_calls_going_on_says_so(lyon):
    assert "lyon (Axeos PBX) cannot count the calls going on." in await say(lyon, "/calls active")


async def test_calls_are_for_people_of_the_system(talked):
    answer = await say(talked, "/calls @paris", "U0CY")
    assert "This is for people with an extension on paris." in answer
    assert "Acme" not in answer


async def test_a_recording_comes_as_a_file(talked):
    await say(talked, "/calls recent")
    assert "Here is the recording." in await press(talked, "U0BO", "call.recording")
    [file] = talked.workspace.files_of("U0BO")
    assert file.title == "Recording"
    assert file.content == next(iter(talked.mirta.pbx.recordings.values()))
    assert asked(talked.mirta.simulation, "info=recording") == 1


async def test_a_recording_of_others_is_not_for_everybody(talked):
    await talked.own("U0CY", "105", "paris")
    await say(talked, "/calls recent", "U0CY")
    assert actions(talked, "U0CY") == []
    refusal = "Only people on the call and admins can listen to it."
    assert refusal in await forge(talked, "call.recording", "paris:1", "U0CY")
    assert talked.workspace.files_of("U0CY") == []
    assert asked(talked.mirta.simulation, "info=recording") == 0


async def test_an_admin_listens_to_any_call(talked):
    await say(talked, "/calls recent @paris", "U0ANA")
    assert "Here is the recording." in await press(talked, "U0ANA", "call.recording")
    assert len(talked.workspace.files_of("U0ANA")) == 1


async def test_a_recording_that_is_gone_is_told(talked):
    talked.mirta.pbx.recordings.clear()
    await say(talked, "/calls recent")
    assert "recording" in await press(talked, "U0BO", "call.recording")
    assert talked.workspace.files_of("U0BO") == []


async def test_a_forged_recording_is_refused(talked):
    await talked.own("U0BO", "pat", "lyon")
    for value in ("paris:999", "paris:x", "paris:", "1", "lyon:1", f"paris:{10**30}"):
        assert "not known here" in await forge(talked, "call.recording", value), value
    assert asked(talked.mirta.simulation, "info=recording") == 0


async def test_a_call_that_nobody_took_has_no_recording(paris):
    await paris.poll("paris")
    await paris.clock.advance(120)
    paris.mirta.pbx.customer_calls_and_hangs_up("+33123456789", "Acme", "9200", 20)
    await paris.poll("paris")
    answer = await say(paris, "/calls recent @paris", "U0ANA")
    assert "(Acme)" in answer
    assert actions(paris, "U0ANA") == []


async def test_calls_with_long_names_are_all_shown(talked):
    for number in range(20):
        await talked.clock.advance(120)
        name = f"{number:02} {'Long ' * 70}"
        talked.mirta.pbx.customer_is_answered("+33123456789", name, "9200", "104")
        await talked.poll("paris")
    answer = await say(talked, "/calls 20")
    message = talked.workspace.ephemerals("U0BO")[-1]
    shown = "\n".join(block["text"]["text"] for block in message.blocks if "text" in block)
    assert [number for number in range(20) if f"({number:02} Long" not in shown] == []
    assert "more lines" in answer
