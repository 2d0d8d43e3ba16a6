"""``/pause-agent`` and ``/resume-agent``."""

from support import forging
from support.pausing import bo, later, paused


async def test_a_pause_without_a_queue_is_for_all_of_ones_own(agents):
    agents.mirta.pbx.queues["282"].members.remove("104")
    answer = await bo(agents, "/pause-agent")
    assert "Paused in Support. `/resume-agent` brings you back." in answer
    assert paused(agents) == {"281": "Break"}


async def test_a_pause_in_several_queues_names_them(agents):
    assert "Paused in Support and Sales" in await bo(agents, "/pause-agent all lunch")
    assert paused(agents) == {"281": "lunch", "282": "lunch"}


async def test_a_queue_and_a_reason_are_told_apart(agents):
    answer = await bo(agents, "/pause-agent sales team meeting")
    assert "Paused in Sales (team meeting)." in answer
    assert paused(agents) == {"282": "team meeting"}


async def test_a_reason_keeps_its_ampersand(agents):
    await bo(agents, "/pause-agent Sales Q&A <live>")
    assert paused(agents) == {"282": "Q&A <live>"}


async def test_coming_back_takes_calls_again(agents):
    await bo(agents, "/pause-agent all")
    assert "You take calls again in Support and Sales." in await bo(agents, "/resume-agent")
    assert paused(agents) == {}


async def test_a_time_that_does_not_exist_pauses_nobody(agents):
    for end in ("until 25:00", "for -5m", "for 0m", "for"):
        assert "That is no end of a pause." in await bo(agents, f"/pause-agent {end}"), end
    assert paused(agents) == {}


async def test_an_hour_behind_until_is_a_time_of_day(agents):
    assert "until 14:05 CET" in await bo(agents, "/pause-agent Support until 14h05")
    assert "until 15:00 CET" in await bo(agents, "/pause-agent Support until 15h")
    assert "until Sat 21 Nov, 05:02 CET" in await bo(agents, "/pause-agent Support for 15h")


async def test_what_begins_as_an_end_and_is_none_pauses_nobody(agents):
    ends = ("until tomorrow 9:00", "for an hour", "For half an hour", "til 14:00", "until now")
    ends += ("“for an hour”", "(until noon)")
    for where in ("Support", "all", ""):
        for end in ends:
            answer = await bo(agents, f"/pause-agent {where} {end}")
            assert "That is no end of a pause." in answer, (where, end)
    assert paused(agents) == {}


async def test_a_mistyped_queue_is_no_reason_to_pause_everywhere(agents):
    for line in ("Suport for 15m", "slaes until 15:00", "Suport", "Suport lunch for 15m"):
        answer = await bo(agents, f"/pause-agent {line}")
        assert f"There is no queue {line.split()[0]}. There are: Support, Sales." in answer, line
    assert paused(agents) == {}


async def test_a_reason_that_is_no_queue_pauses_everywhere(agents):
    assert "Paused in Support and Sales (lunch)" in await bo(agents, "/pause-agent lunch for 30m")


async def test_behind_all_a_reason_may_be_nearly_a_queue(agents):
    await bo(agents, "/pause-agent all supporting Ana for 30m")
    assert paused(agents) == {"281": "supporting Ana", "282": "supporting Ana"}


async def test_an_end_on_another_day_is_told_with_its_day(agents):
    answer = await bo(agents, "/pause-agent Support for 25h")
    assert "Paused in Support until Sat 21 Nov, 15:02 CET" in answer


async def test_somebody_in_no_queue_is_told_so(world):
    await world.own("U0BO", "402", "paris")
    answer = await bo(world, "/pause-agent")
    assert "Extension 402 is not an agent of any queue." in answer


async def test_a_refusal_inside_a_200_reaches_the_person(agents):
    await agents.own("U0BO", "402", "paris")
    answer = await bo(agents, "/pause-agent Support")
    assert "Interface not found" in answer
    assert agents.mirta.pbx.queues["281"].paused == {}


async def test_a_system_that_cannot_pause_says_so_in_one_sentence(world):
    await world.own("U0BO", "pat", "lyon")
    answer = await bo(world, "/pause-agent")
    sentence = answer.splitlines()[0]
    assert sentence == "lyon (Axeos PBX) cannot pause agents."
    assert world.wires["lyon"].asked == 0


async def test_a_lost_answer_to_a_pause_is_told_as_it_is(agents):
    agents.wires["paris"].lose_answer("PAUSE")
    answer = await bo(agents, "/pause-agent Support")
    assert "it may have happened all the same. Look how things stand" in answer
    assert paused(agents) == {"281": "Break"}


async def test_coming_back_to_a_queue_that_there_is_not_brings_one_back_nowhere(agents):
    await bo(agents, "/pause-agent all")
    answer = await bo(agents, "/resume-agent Suport")
    assert "There is no queue Suport. There are: Support, Sales." in answer
    assert set(paused(agents)) == {"281", "282"}


async def test_two_queues_at_once_are_no_queue_and_a_reason(agents):
    told = 'Only one queue is taken at a time: repeat this for each, or with "all".'
    for words in ("Support Sales", "Support, Sales", "Support and Sales for 15m", "sales support"):
        assert told in await bo(agents, f"/pause-agent {words}"), words
        assert told in await bo(agents, f"/resume-agent {words.partition(' for')[0]}"), words
    assert told in await bo(agents, "/resume-agent all all")
    assert paused(agents) == {}


async def test_a_queue_beside_one_that_is_not_there_is_told_with_all_that_are(agents):
    answer = await bo(agents, "/resume-agent Support Moon")
    assert "There is no queue Moon. There are: Support, Sales." in answer


async def test_a_queue_is_read_as_a_phone_writes_it(agents):
    for words in (
        "“Sales” lunch for 15m.",
        "\u200fSales\u200e,\u00a0lunch (15m)",
        "SALES: lunch 15m!",
    ):
        answer = await bo(agents, f"/pause-agent {words}")
        assert "Paused in Sales (lunch) until 14:17 CET" in answer, words
        assert paused(agents) == {"282": "lunch"}
    assert "You take calls again in Sales." in await bo(agents, "/resume-agent Sales.")


async def test_a_length_of_time_is_no_queue_of_that_number(agents):
    agents.mirta.pbx.queues["30"] = agents.mirta.pbx.queues.pop("282")
    agents.mirta.pbx.queues["30"].queue_id = "30"
    answer = await bo(agents, "/pause-agent 30 minutes")
    assert "until 14:32 CET" in answer
    assert "Support" in answer


async def test_a_channel_is_no_queue_and_pauses_nobody(agents):
    for line in (
        "/pause-agent #support lunch",
        "/resume-agent #support",
        "/pause-agent all #support",
    ):
        answer = await bo(agents, line)
        assert "a channel cannot be mentioned here. Leave out the # of a name." in answer, line
    assert paused(agents) == {}
    await bo(agents, "/pause-agent Sales cover for #support")
    assert paused(agents) == {"282": "cover for #support"}


async def test_where_no_answer_came_it_is_called_open_and_ends_by_itself_all_the_same(agents):
    agents.wires["paris"].lose_answer("action=PAUSE&queue=282")
    answer = await bo(agents, "/pause-agent all for 15m")
    assert "Paused in Support until 14:17 CET" in answer
    assert "Perhaps in Sales: no answer came" in answer
    assert "Not in" not in answer
    assert set(paused(agents)) == {"281", "282"}
    await later(agents, 15 * 60)
    assert paused(agents) == {}


async def test_an_end_in_words_that_are_not_read_pauses_nobody(agents):
    answer = await bo(agents, "/pause-agent Support until noon")
    assert 'Try "for 15m" or "until 14:00"' in answer
    assert paused(agents) == {}


async def test_a_call_for_help_pauses_nobody(agents):
    for line in ("/pause-agent help", "/pause-agent HELP", "/pbx pause-agent help"):
        assert "/pause-agent [queue|all] [reason]" in await bo(agents, line), line
    assert paused(agents) == {}


async def test_who_mentions_somebody_pauses_nobody(agents):
    for line in ("/pause-agent @ana for 15m", "/pbx pause-agent @ana"):
        assert "Nothing was done: a person cannot be mentioned here." in await bo(agents, line)
    assert paused(agents) == {}


async def test_who_mentions_somebody_brings_nobody_back(agents):
    await bo(agents, "/pause-agent Support")
    assert "Nothing was done: a person" in await bo(agents, "/resume-agent @ana")
    assert paused(agents) == {"281": "Break"}


async def test_a_link_in_a_reason_is_what_was_typed(agents):
    text = "Sales see <http://acme.com|acme.com> &amp; <tel:0123456789|0123456789>"
    await forging.command(agents, "/pause-agent", text)
    await agents.settle()
    assert paused(agents) == {"282": "see acme.com & 0123456789"}
