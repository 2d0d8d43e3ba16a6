"""``/hangup``, the way in and out of queues, ``/agents`` and ``/calls``, buttons included."""

import pytest
from support import forging
from support.pressing import actions, asked, forge, press, say
from support.world_settings import MOSCOW

from bot.adapters.axeos.simulated_pbx import SUPPORT

NUMBER = "01 23 45 67 89"


@pytest.fixture
async def moscow(world_with):
    """Bo has 0102 on a system that logs agents in and out, and cannot pause them."""
    async with world_with(MOSCOW) as world:
        await world.own("U0BO", "0102", "moscow")
        yield world


@pytest.fixture
async def paris(world):
    await world.own("U0BO", "104", "paris")
    return world


@pytest.fixture
async def lyon(world):
    await world.own("U0BO", "pat", "lyon")
    return world


# Hanging up


async def test_the_call_of_ones_extension_is_ended(paris):
    await say(paris, f"/dial {NUMBER}")
    assert await say(paris, "/hangup") == "paris ended your call.\nparis ended your call."
    assert paris.mirta.dialled == []
    assert asked(paris.mirta.simulation, "reqtype=HANGUP") == 1


async def test_the_button_of_a_placed_call_ends_it(paris):
    await say(paris, f"/dial {NUMBER}")
    assert "paris ended your call." in await press(paris, "U0BO", "call.hang_up")
    assert asked(paris.mirta.simulation, "reqtype=HANGUP") == 1


async def test_a_system_that_wants_the_call_gets_the_last_one(lyon):
    await say(lyon, f"/dial {NUMBER}")
    first = next(iter(lyon.axeos.pbx.calls))
    await say(lyon, "/dial 01 23 45 67 80")
    assert "lyon ended your call." in await say(lyon, "/pbx hangup")
    assert list(lyon.axeos.pbx.calls) == [first]
    assert asked(lyon.axeos.simulation, "DELETE ") == 1


async def test_a_button_of_an_older_call_is_not_the_present_one(lyon):
    await say(lyon, f"/dial {NUMBER}")
    older = lyon.workspace.ephemerals("U0BO")[-1]
    await say(lyon, "/dial 01 23 45 67 80")
    await lyon.workspace.click("U0BO", older, "call.hang_up")
    await lyon.settle()
    assert "not the last call you placed" in lyon.workspace.ephemerals("U0BO")[-1].all_text
    assert len(lyon.axeos.pbx.calls) == 2
    assert asked(lyon.axeos.simulation, "DELETE ") == 0


async def test_a_call_that_was_ended_is_not_ended_again(lyon):
    await say(lyon, f"/dial {NUMBER}")
    placed = lyon.workspace.ephemerals("U0BO")[-1]
    await press(lyon, "U0BO", "call.hang_up")
    await lyon.workspace.click("U0BO", placed, "call.hang_up")
    await lyon.settle()
    assert "not the last call you placed" in lyon.workspace.ephemerals("U0BO")[-1].all_text
    assert asked(lyon.axeos.simulation, "DELETE ") == 1


async def test_nobodys_call_is_ended_when_there_is_none(paris):
    assert "No such channel" in await say(paris, "/hangup")
    assert asked(paris.mirta.simulation, "reqtype=HANGUP") == 1


async def test_others_calls_are_not_ended_by_whoever_asks(paris):
    paris.mirta.dial("105", "0123456789", "")
    refusal = "only an admin can end it"
    assert refusal in await say(paris, "/hangup 105")
    assert refusal in await forge(paris, "call.hang_up", "paris:105")
    assert len(paris.mirta.dialled) == 1
    assert asked(paris.mirta.simulation, "reqtype=HANGUP") == 0


async def test_an_admin_may_end_the_call_of_an_extension(paris):
    paris.mirta.dial("105", "0123456789", "")
    assert "paris ended the call 105." in await say(paris, "/hangup 105 @paris", "U0ANA")
    assert asked(paris.mirta.simulation, "reqtype=HANGUP") == 1


async def test_a_button_of_a_system_that_is_not_there_is_refused(paris):
    assert "not known here any more" in await forge(paris, "call.hang_up", "rome:104")


async def test_a_system_that_cannot_end_calls_says_so_and_offers_no_button(moscow):
    await say(moscow, f"/dial {NUMBER}")
    assert "call.hang_up" not in actions(moscow)
    assert "moscow (3CX with the 3cx.ru REST API) cannot end calls." in await say(moscow, "/hangup")


async def test_hanging_up_takes_a_line(world):
    assert "You have no extension yet" in await say(world, "/hangup")


# Into queues and out of them


async def test_one_logs_out_of_every_queue_one_is_in(moscow):
    answer = await say(moscow, "/queue-logout")
    assert "You are logged out of 800." in answer
    assert moscow.moscow.pbx.extensions["0102"].logged_in == set()
    assert asked(moscow.moscow.simulation, "ext.queue.set") == 1


async def test_one_logs_in_to_the_queue_one_names(moscow):
    await say(moscow, "/queue-logout 800")
    assert "You are logged in to 800." in await say(moscow, "/queue-login 800")
    assert moscow.moscow.pbx.extensions["0102"].logged_in == {"800"}
    assert asked(moscow.moscow.simulation, "ext.queue.set", "log=on") == 1


async def test_joining_needs_a_queue_when_there_are_several(moscow):
    answer = await say(moscow, "/queue-login")
    assert "Into which queue?" in answer
    assert "800, 801" in answer
    assert asked(moscow.moscow.simulation, "ext.queue.set") == 0


async def test_a_refusal_of_the_queue_reaches_the_person(moscow):
    assert "moscow" in await say(moscow, "/queue-login 801")
    assert moscow.moscow.pbx.extensions["0102"].logged_in == {"800"}
    assert asked(moscow.moscow.simulation, "ext.queue.set") == 1


async def test_a_queue_that_is_not_there_is_told(moscow):
    assert "There is no queue Moon. There are: 800, 801." in await say(moscow, "/queue-login Moon")


async def test_only_an_admin_logs_others_out(moscow):
    refusal = "Only an admin can log others in and out of queues."
    assert refusal in await say(moscow, "/queue-logout 800 101")
    assert asked(moscow.moscow.simulation, "ext.queue.set") == 0
    answer = await say(moscow, "/queue-logout 800 101 @moscow", "U0ANA")
    assert "Extension 101 is logged out of 800." in answer
    assert moscow.moscow.pbx.extensions["101"].logged_in == set()
    assert asked(moscow.moscow.simulation, "ext.queue.set") == 1


async def test_a_member_joins_and_leaves_a_queue_of_another_make(paris):
    assert "You are logged in to Sales." in await say(paris, "/queue-login Sales")
    assert paris.mirta.queues["282"].members == ["104"]
    assert "You are logged out of Support and Sales." in await say(paris, "/queue-logout")
    assert paris.mirta.queues["281"].members == ["105"]
    assert paris.mirta.queues["282"].members == []
    assert asked(paris.mirta.simulation, "reqtype=QUEUE", "action=del") == 2


async def test_a_system_without_queue_logins_says_so(lyon):
    assert "lyon (Axeos PBX) cannot log agents in and out of queues." in await say(
        lyon, "/queue-login Support"
    )


async def test_logging_in_takes_a_line(world):
    assert "You have no extension yet" in await say(world, "/queue-login Support")


async def test_where_nobody_can_be_paused_leaving_is_offered(moscow):
    moscow.moscow.pbx.queues["801"].agents.append("0102")
    moscow.moscow.pbx.extensions["0102"].logged_in.add("801")
    answer = await say(moscow, "/pause-agent 800 for 15m")
    assert "moscow (3CX with the 3cx.ru REST API) cannot pause agents." in answer
    assert asked(moscow.moscow.simulation, "ext.queue.set") == 0
    assert "You are logged out of 800." in await press(moscow, "U0BO", "queue.log_out")
    assert asked(moscow.moscow.simulation, "ext.queue.set", "num=0102", "log=off") == 1
    assert moscow.moscow.pbx.extensions["0102"].logged_in == {"801"}


async def test_the_offer_without_a_queue_is_for_all_of_ones_own(moscow):
    moscow.moscow.pbx.queues["801"].agents.append("0102")
    moscow.moscow.pbx.extensions["0102"].logged_in.add("801")
    await say(moscow, "/pause-agent")
    assert "You are logged out of 800 and 801." in await press(moscow, "U0BO", "queue.log_out")
    assert asked(moscow.moscow.simulation, "ext.queue.set") == 2


async def test_where_nobody_comes_back_from_a_pause_joining_is_offered(moscow):
    await say(moscow, "/queue-logout 800")
    answer = await say(moscow, "/resume-agent")
    assert "moscow (3CX with the 3cx.ru REST API) cannot pause agents." in answer
    assert asked(moscow.moscow.simulation, "ext.queue.set", "log=on") == 0
    assert "You are logged in to 800." in await press(moscow, "U0BO", "queue.log_in")
    assert moscow.moscow.pbx.extensions["0102"].logged_in == {"800"}
    assert asked(moscow.moscow.simulation, "ext.queue.set", "num=0102", "log=on") == 1


async def test_who_is_in_several_queues_chooses_the_one_to_join(moscow):
    moscow.moscow.pbx.queues["801"].agents.append("0102")
    await say(moscow, "/resume-agent")
    answer = await press(moscow, "U0BO", "queue.log_in", "moscow:801")
    assert "You are logged in to 801." in answer
    assert moscow.moscow.pbx.extensions["0102"].logged_in == {"800", "801"}


async def test_the_offer_to_join_is_for_a_queue_that_is_there(moscow):
    assert "There is no queue Moon." in await say(moscow, "/resume-agent Moon")
    for value in ("moscow:999", "moscow:*", "rome:800"):
        assert "not known here" in await forge(moscow, "queue.log_in", value), value
    assert asked(moscow.moscow.simulation, "ext.queue.set") == 0


async def test_a_forged_way_out_is_refused(moscow):
    assert "not known here" in await forge(moscow, "queue.log_out", "moscow:999")
    assert asked(moscow.moscow.simulation, "ext.queue.set") == 0


async def test_somebody_elses_offer_leaves_with_the_one_who_presses(moscow):
    """The value names no extension: who has no line there leaves nothing."""
    await forging.press(moscow, "U0CY", "queue.log_out", "moscow:800")
    await moscow.settle()
    assert "You have no extension" in moscow.workspace.dm("U0CY")[-1].text
    assert asked(moscow.moscow.simulation, "ext.queue.set") == 0


# Agents


async def test_agents_are_told_queue_by_queue(paris):
    paris.mirta.queues["281"].paused["105"] = "lunch"
    answer = await say(paris, "/agents")
    for line in ("Support: 2 agents", "• 104: free", "• 105: paused", "Sales: nobody"):
        assert line in answer


async def test_agents_of_one_queue_are_only_its_own(moscow):
    call = moscow.moscow.pbx.customer_calls(queue="800")
    moscow.moscow.pbx.agent_answers(call, "101")
    answer = await say(moscow, "/agents 800")
    assert "• 101: talking" in answer
    assert "• 0102: free" in answer
    assert "801" not in answer


async def test_agents_of_a_system_that_names_its_queues_are_told(lyon):
    lyon.axeos.api.identifies_queues = True
    lyon.axeos.pbx.queues[SUPPORT].agents[0]["calls_taken"] = 3
    answer = await say(lyon, "/agents support")
    assert "• pat: idle, 3 calls taken" in answer


async def test_a_system_without_queues_says_so(moscow):
    moscow.moscow.pbx.queues.clear()
    assert "moscow has no queues." in await say(moscow, "/agents")


async def test_agents_are_for_people_of_the_system(paris):
    answer = await say(paris, "/agents @paris", "U0CY")
    assert "This is for people with an extension on paris." in answer
    assert paris.wires["paris"].asked == 0


async def test_a_system_without_agents_says_so(paris):
    answer = await say(paris, "/agents @crm")
    assert "crm (BlueRockTEL) cannot list the agents of a queue." in answer


async def test_an_unknown_queue_of_agents_gets_the_known_ones(paris):
    assert "There is no queue Moon. There are: Support, Sales." in await say(paris, "/agents Moon")


# Calls


async def one_answered_call(world, by="104"):
    world.mirta.customer_is_answered("+33123456789", "Acme", "9200", by)
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
    talked.mirta.talking = 2
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
    talked.mirta.customer_is_answered("+33123456780", "Zoe", "9200", "104")
    await talked.poll("paris")
    answer = await say(talked, "/calls 1")
    assert "(Zoe)" in answer
    assert "(Acme)" not in answer


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
    assert file.content == next(iter(talked.mirta.recordings.values()))
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
    talked.mirta.recordings.clear()
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
    paris.mirta.customer_calls_and_hangs_up("+33123456789", "Acme", "9200", 20)
    await paris.poll("paris")
    answer = await say(paris, "/calls recent @paris", "U0ANA")
    assert "(Acme)" in answer
    assert actions(paris, "U0ANA") == []
