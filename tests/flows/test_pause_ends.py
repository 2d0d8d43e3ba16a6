"""The end of a pause that comes by itself."""

import pytest
from sqlmodel import select
from support.pausing import bo, later, paused

from bot.adapters.simulation import Fault
from storage.tables import TimerRow


def told(world):
    return [message.text for message in world.workspace.dm("U0BO")]


async def test_a_pause_for_a_while_ends_by_itself(agents):
    answer = await bo(agents, "/pause-agent Support lunch for 15m")
    assert "Paused in Support (lunch) until 14:17 CET" in answer
    await later(agents, 14 * 60)
    assert paused(agents) == {"281": "lunch"}
    await later(agents, 61)
    assert paused(agents) == {}
    assert "You take calls again in Support." in told(agents)[-1]


async def test_a_pause_until_a_time_of_day_is_in_the_systems_zone(agents):
    answer = await bo(agents, "/pause-agent Support until 14:05")
    assert "until 14:05 CET" in answer
    await later(agents, 180)
    assert paused(agents) == {}


async def test_a_pause_ends_by_itself_after_a_restart_too(agents):
    await bo(agents, "/pause-agent Support for 15m")
    await agents.restart()
    assert paused(agents) == {"281": "Break"}
    await agents.process.stop()
    await agents.clock.advance(15 * 60)
    await agents.process.start()
    await agents.settle()
    assert paused(agents) == {}
    assert told(agents) == ["You take calls again in Support."]


async def test_a_pause_is_the_extensions_and_ends_for_that(agents):
    agents.mirta.pbx.queues["281"].members.append("105")
    await bo(agents, "/pause-agent Support for 15m")
    await agents.own("U0BO", "105", "paris")
    await bo(agents, "/pause-agent Support meeting for 2h")
    await later(agents, 15 * 60 + 1)
    assert agents.mirta.pbx.queues["281"].paused == {"105": "meeting"}
    said = told(agents)[-1]
    assert said == "Extension 104 takes calls again in Support."
    await later(agents, 2 * 60 * 60)
    assert agents.mirta.pbx.queues["281"].paused == {}
    assert told(agents)[-1] == "You take calls again in Support."


async def test_a_pause_ends_when_the_extension_is_nobodys(agents):
    await bo(agents, "/pause-agent Support for 15m")
    await bo(agents, "/pbx unlink")
    await later(agents, 15 * 60 + 1)
    assert paused(agents) == {}


async def test_the_queue_whose_pause_ends_is_the_one_that_was_meant(agents):
    agents.mirta.pbx.queues["281"].name = "282"
    await bo(agents, "/pause-agent Sales for 15m")
    await later(agents, 15 * 60 + 1)
    assert paused(agents) == {}
    assert told(agents)[-1] == "You take calls again in Sales."


async def test_an_end_that_is_not_to_be_had_is_told(agents):
    await bo(agents, "/pause-agent Support for 15m")
    agents.mirta.pbx.queues["281"].members.remove("104")
    await later(agents, 15 * 60 + 1)
    said = told(agents)[-1]
    assert said.startswith("Extension 104 was to take calls again in Support now, and does not: ")


async def test_an_end_needs_no_list_of_the_queues(agents):
    await bo(agents, "/pause-agent Support for 15m")
    agents.wires["paris"].lose_answer("QUEUE&info=LIST")
    queues = agents.mirta.pbx.queues
    queues["281"].name = "Helpdesk"
    await later(agents, 15 * 60 + 1)
    assert paused(agents) == {}
    assert told(agents)[-1] == "You take calls again in Support."


async def test_an_end_that_a_wrong_key_prevents_is_a_matter_for_an_admin(agents):
    await bo(agents, "/pause-agent Support for 15m")
    agents.mirta.simulation.order(Fault.REFUSE_KEY, times=9)
    await later(agents, 15 * 60 + 1)
    said = told(agents)[-1]
    assert said.startswith("Extension 104 was to take calls again in Support now, and does not: ")
    assert said.endswith("Please tell an admin.")


async def test_an_end_that_nobody_answers_for_may_have_come(agents):
    await bo(agents, "/pause-agent Support for 15m")
    agents.wires["paris"].lose_answer("PAUSE")
    await later(agents, 15 * 60 + 1)
    said = told(agents)[-1]
    assert "take calls again in Support now, and may or may not: " in said
    assert said.endswith("Look how things stand before you do it again.")


async def end_while_away(agents):
    """A pause is to end, and the phone system cannot be reached."""
    await bo(agents, "/pause-agent Support for 15m")
    agents.wires["paris"].die()
    await later(agents, 15 * 60 + 1)


async def test_an_end_that_the_system_cannot_be_reached_for_is_tried_again(agents):
    await end_while_away(agents)
    for _ in range(3):
        await later(agents, 61)
    assert paused(agents) == {"281": "Break"}
    agents.wires["paris"].mend()
    await later(agents, 61)
    assert paused(agents) == {}
    first, second = told(agents)
    assert first.endswith(
        "paris cannot be reached. It is tried again each minute, for a quarter of an hour."
    )
    assert second == "You take calls again in Support."


async def test_an_end_that_no_system_can_be_reached_for_is_given_up(agents):
    await end_while_away(agents)
    for _ in range(20):
        await later(agents, 61)
    assert len(told(agents)) == 2
    assert told(agents)[-1].endswith("It is not tried again: `/resume-agent` brings you back.")
    asked = agents.wires["paris"].asked
    await later(agents, 3600)
    assert agents.wires["paris"].asked == asked


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("/resume-agent", {}),
        ("/pause-agent Support", {"281": "Break"}),
        ("/pause-agent Support for 1h", {"281": "Break"}),
    ],
)
async def test_an_end_is_tried_again_only_while_nothing_else_was_asked(agents, typed, left):
    await end_while_away(agents)
    agents.wires["paris"].mend()
    await bo(agents, typed)
    for _ in range(3):
        await later(agents, 61)
    assert paused(agents) == left
    assert len(told(agents)) == 1


async def test_an_end_at_a_system_that_is_gone_from_the_settings_is_told(agents):
    await bo(agents, "/pause-agent Support for 15m")
    agents.runtime.systems.pop("paris")
    await later(agents, 15 * 60 + 1)
    assert told(agents)[-1] == (
        "Extension 104 was to take calls again in Support now: there is no phone system paris "
        "here any more, so look there."
    )


async def test_an_end_that_waited_too_long_is_not_carried_out_and_that_is_said(agents):
    await bo(agents, "/pause-agent Support for 15m")
    await agents.clock.advance(15 * 60 + 1)
    await agents.runtime.checks.timers()
    await agents.process.stop()
    await agents.clock.advance(6 * 60)
    await agents.process.start()
    await agents.settle()
    assert paused(agents) == {"281": "Break"}
    said = told(agents)[-1]
    assert said == (
        "Extension 104 was to take calls again in Support now, but Ringback was not running, and "
        "has only seen it now. Nothing was done: `/resume-agent` brings you back."
    )


async def test_an_end_of_an_older_version_names_the_queue_by_its_id(agents):
    await bo(agents, "/pause-agent Support for 15m")

    def forget_name(session):
        (timer,) = session.exec(select(TimerRow)).all()
        timer.payload = {name: of for name, of in timer.payload.items() if name != "queue"}

    await agents.runtime.store.write(forget_name)
    await later(agents, 15 * 60 + 1)
    assert told(agents) == ["You take calls again in the queue 281."]


async def test_each_queue_has_an_end_of_its_own(agents):
    await bo(agents, "/pause-agent Support for 15m")
    await bo(agents, "/pause-agent Sales for 30m")
    await later(agents, 15 * 60 + 1)
    assert paused(agents) == {"282": "Break"}
    await later(agents, 15 * 60)
    assert paused(agents) == {}


async def test_who_comes_back_early_is_not_fetched_later(agents):
    await bo(agents, "/pause-agent Support for 15m")
    await bo(agents, "/resume-agent")
    await bo(agents, "/pause-agent Support meeting")
    await later(agents, 16 * 60)
    assert paused(agents) == {"281": "meeting"}


async def test_a_longer_pause_replaces_the_earlier_end(agents):
    await bo(agents, "/pause-agent Support for 15m")
    await bo(agents, "/pause-agent Support for 1h")
    await later(agents, 16 * 60)
    assert paused(agents) == {"281": "Break"}
