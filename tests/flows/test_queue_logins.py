"""``/queue-login`` and ``/queue-logout``, and the offers of both where nobody can be paused."""

from support import forging
from support.pressing import asked, forge, press, say


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


ONE_AT_A_TIME = "Only one queue is taken at a time: repeat this for each"


async def test_two_queues_at_once_are_told_as_such(moscow):
    for words in ("800 801", "801, 800", "800 and 801", "800 all", "all all"):
        assert f"{ONE_AT_A_TIME}." in await say(moscow, f"/queue-login {words}"), words
        answer = await say(moscow, f"/queue-logout {words}")
        assert f'{ONE_AT_A_TIME}, or with "all".' in answer, words
    assert f"{ONE_AT_A_TIME}." in await say(moscow, "/queue-login 800 801 @moscow", "U0ANA")
    for line in ("/pause-agent 800 801", "/resume-agent 800 801", "/resume-agent all all"):
        assert f'{ONE_AT_A_TIME}, or with "all".' in await say(moscow, line), line
    assert asked(moscow.moscow.simulation, "ext.queue.set") == 0


async def test_a_queue_that_is_not_there_is_told_also_beside_one_that_is(moscow):
    assert "There is no queue Moon." in await say(moscow, "/queue-login 800 Moon")
    assert "There is no queue and." in await say(moscow, "/queue-login and")


async def test_one_logs_out_of_all_queues_by_that_word(moscow):
    assert "You are logged out of 800." in await say(moscow, "/queue-logout all")
    assert "Into which queue?" in await say(moscow, "/queue-login all")


async def test_an_extension_that_is_a_queues_hidden_id_is_an_extension(paris):
    answer = await say(paris, "/queue-login Support 282 @paris", "U0ANA")
    assert "paris refused the log-in: Extension not found." in answer


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
    assert paris.mirta.pbx.queues["282"].members == ["104"]
    assert "You are logged out of Support and Sales." in await say(paris, "/queue-logout")
    assert paris.mirta.pbx.queues["281"].members == ["105"]
    assert paris.mirta.pbx.queues["282"].members == []
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


async def test_the_offer_is_not_made_for_all_queues_where_one_was_mistyped(moscow):
    answer = await say(moscow, "/pause-agent 8001 lunch")
    assert "There is no queue 8001. There are: 800, 801." in answer


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


async def test_who_mentions_somebody_logs_nobody_in(moscow):
    for line in ("/queue-login @ana", "/queue-logout @ana", "/ext @ana", "/calls @ana"):
        assert "Nothing was done: a person" in await say(moscow, line), line
    assert moscow.wires["moscow"].asked == 0
