"""The parts of the system do their work on the simulated PBX."""

import json
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from bot.adapters.mirta import VENDOR, build
from bot.adapters.mirta.simulator import MirtaSimulator
from bot.telephony.calls import Direction, Disposition
from bot.telephony.errors import NotSupported, Refused, UnexpectedReply
from bot.telephony.system import PhoneSystem


async def test_probing_asks_once_and_says_one_line(system: PhoneSystem, simulator: MirtaSimulator):
    assert await system.probe() == "2 queues"
    assert len(simulator.simulation.requests) == 1


async def test_pausing_keeps_the_agent_in_the_queue(system, simulator):
    await system.pausing.pause("104", "281", "Lunch")

    assert simulator.pbx.queues["281"].paused == {"104": "Lunch"}
    assert simulator.pbx.queues["281"].members == ["104", "105"]
    assert [(a.number, a.paused, a.available) for a in await system.agents.list_agents("281")] == [
        ("104", True, False),
        ("105", False, True),
    ]

    await system.pausing.unpause("104", "281")

    assert simulator.pbx.queues["281"].paused == {}


async def test_logging_out_takes_the_agent_out_of_the_queue(system, simulator):
    await system.membership.log_out("104", "281")
    assert simulator.pbx.queues["281"].members == ["105"]

    await system.membership.log_in("104", "281")
    assert simulator.pbx.queues["281"].members == ["105", "104"]


async def test_the_number_that_people_dial_is_no_queue_id(system, simulator):
    with pytest.raises(Refused):
        await system.pausing.pause("104", "9200", "Lunch")
    with pytest.raises(Refused):
        await system.membership.log_in("402", "9200")
    with pytest.raises(Refused):
        await system.queues.fetch_figures("9200")
    assert simulator.pbx.queues["281"].paused == {}


async def test_figures_carry_the_queues_name(system, simulator):
    simulator.pbx.set_queue(
        "281", waiting=6, longest_wait_seconds=184, abandoned=8, service_level=74
    )
    await system.pausing.pause("104", "281", "Lunch")

    figures = await system.queues.fetch_figures("281")

    assert (figures.name, figures.waiting, figures.longest_wait_seconds) == ("Support", 6, 184)
    assert (figures.agents_logged_in, figures.agents_paused, figures.agents_available) == (2, 1, 1)
    assert (figures.offered, figures.abandoned, figures.service_level_percent) == (14, 8, 74)


async def test_names_of_queues_are_asked_for_once(system, simulator):
    await system.queues.list_queues()
    await system.queues.fetch_figures("281")
    await system.queues.fetch_figures("282")

    assert len(simulator.simulation.requests) == 3


async def test_queues_show_the_numbers_from_the_settings(simulator, clock, settings):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=simulator.app)) as http:
        system = build("paris", settings(queue_numbers={"281": "9200"}), http, clock)
        queues = await system.queues.list_queues()

    assert [(q.queue_id, q.number) for q in queues] == [("281", "9200"), ("282", None)]


async def test_a_dialled_call_is_hung_up_by_its_extension(system, simulator):
    await system.calls.originate("402", "15550123")
    assert await system.call_count.count_active() == 1

    await system.hang_up.hang_up("402")

    assert await system.call_count.count_active() == 0
    with pytest.raises(Refused, match="No such channel"):
        await system.hang_up.hang_up("402")


async def test_the_id_of_a_dialled_call_cannot_be_hung_up(system, simulator):
    with pytest.raises(NotSupported, match="extension or channel"):
        await system.hang_up.hang_up("15a4cfe6429054")
    assert simulator.simulation.requests == []


async def test_a_bare_extension_is_refused_unless_the_pbx_takes_it(simulator, clock, settings):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=simulator.app)) as http:
        system = build("paris", settings(extension_suffix=False), http, clock)

        with pytest.raises(Refused):
            await system.pausing.pause("104", "281", "Lunch")
        simulator.pbx.suffix_required = False
        await system.pausing.pause("104", "281", "Lunch")

    assert simulator.pbx.queues["281"].paused == {"104": "Lunch"}


async def test_a_recording_is_found_by_the_dialled_calls_id_once_it_is_over(system, simulator):
    call = await system.calls.originate("402", "15550123")
    with pytest.raises(Refused):
        await system.recordings.fetch_recording(call.call_id)

    simulator.pbx.finish_dial(call.call_id)

    audio = await system.recordings.fetch_recording(call.call_id)
    assert (audio.content[:4], audio.content_type) == (b"RIFF", "audio/wav")


async def test_the_call_log_is_in_order_and_within_its_span(system, simulator, clock):
    now = clock.now()
    for minutes, answered_by in ((90, "104"), (30, ""), (300, "105")):
        simulator.pbx.add_call(
            number="15550100",
            dialled="15550123",
            disposition="ANSWERED" if answered_by else "NO ANSWER",
            duration=65,
            who_answered=f"{answered_by}-DEMO" if answered_by else "",
            started_at=now - timedelta(minutes=minutes),
        )

    records = await system.call_log.list_records(now - timedelta(hours=2), now)

    assert [record.started_at for record in records] == [
        now - timedelta(minutes=90),
        now - timedelta(minutes=30),
    ]
    assert (records[0].answered_by, records[0].disposition) == ("104", Disposition.ANSWERED)
    assert (records[1].answered_by, records[1].disposition) == (None, Disposition.NO_ANSWER)
    assert records[0].direction is Direction.INBOUND
    assert (records[0].duration_seconds, records[0].talk_seconds) == (65, None)


async def test_messages_come_newest_first_with_the_callers_name(system, simulator, clock):
    first = simulator.pbx.leave_voicemail("102", "15550100", "Pat O'Neil")
    await clock.advance(60)
    second = simulator.pbx.leave_voicemail("102", "15550101", "15550101")

    messages = await system.voicemail.list_messages("102")

    assert [message.message_id for message in messages] == [second.message_id, first.message_id]
    assert [message.caller_name for message in messages] == [None, "Pat O'Neil"]
    assert messages[0].left_at == datetime(2026, 11, 20, 13, 3, 11, tzinfo=UTC)
    assert (messages[0].seconds, messages[0].is_new) == (17, True)


async def test_reading_moves_a_message_to_the_old_ones_and_deleting_removes_it(system, simulator):
    message = simulator.pbx.leave_voicemail("102", "15550100", "Pat")

    await system.voicemail.mark_read("102", message.message_id)
    assert not (await system.voicemail.list_messages("102"))[0].is_new

    await system.client.mark_unread("102", message.message_id)
    assert (await system.voicemail.list_messages("102"))[0].is_new

    await system.voicemail.delete("102", message.message_id)
    assert await system.voicemail.list_messages("102") == []


async def test_a_message_that_vanishes_between_list_and_fetch_is_refused(system, simulator):
    simulator.pbx.leave_voicemail("102", "15550100", "Pat", seconds=1)
    (message,) = await system.voicemail.list_messages("102")
    assert (await system.voicemail.fetch_audio("102", message.message_id)).content[:4] == b"RIFF"

    simulator.pbx.remove_message("102", message.message_id)

    with pytest.raises(Refused, match="no such message in mailbox 102"):
        await system.voicemail.fetch_audio("102", message.message_id)


async def test_mailboxes_have_counts_only_where_asked_for(simulator, clock, settings):
    simulator.pbx.leave_voicemail("102", "15550100", "Pat")
    simulator.pbx.leave_voicemail("102", "15550100", "Pat").folder = "Old"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=simulator.app)) as http:
        system = build("paris", settings(counted_mailboxes=("102",)), http, clock)
        desk, ana = await system.mailboxes.list_mailboxes()

    assert (desk.mailbox, desk.name, desk.new, desk.old) == ("102", "Front Desk", 1, 1)
    assert (ana.mailbox, ana.new, ana.old) == ("104", None, None)
    assert len(simulator.simulation.requests) == 2


async def test_an_extensions_address_is_its_mailboxes(system):
    assert await system.directory.fetch_email("104") == "ana@example.com"
    assert await system.directory.fetch_email("105") is None


async def test_extensions_are_idle_talking_unregistered_or_unknown(system, simulator):
    idle = await system.presence.fetch_state("402")
    assert (idle.registered, idle.on_call) == (True, False)

    await system.calls.originate("402", "15550123")
    assert (await system.presence.fetch_state("402")).on_call

    simulator.pbx.unregistered.add("104")
    gone = await system.presence.fetch_state("104")
    assert (gone.registered, gone.on_call) == (False, False)

    with pytest.raises(Refused, match="no extension 999"):
        await system.presence.fetch_state("999")


async def test_the_samples_of_extension_states_are_understood(wired, fixture):
    states = fixture("14_extstate")["cases"]

    for case, on_call in zip(states, [False, True], strict=True):
        system, wire = wired(json.dumps(case["body_json"]))
        state = await system.presence.fetch_state("402")
        assert (state.registered, state.on_call) == (on_call, on_call)
        assert len(wire.requests) == 1


async def test_the_licence_ends_so_many_local_days_from_today(wired, clock):
    clock.set(datetime(2026, 11, 20, 23, 30, tzinfo=UTC))  # already the 21st in Paris

    licence = await wired("30")[0].licence.fetch_licence()

    assert licence.expires_on == date(2026, 12, 21)


@pytest.mark.parametrize(
    ("answer", "ends"), [("0", date(2026, 11, 20)), ("-1", date(2026, 11, 19))]
)
async def test_a_licence_can_end_today_or_have_ended(answer, ends, wired):
    assert (await wired(answer)[0].licence.fetch_licence()).expires_on == ends


@pytest.mark.parametrize("answer", ["999999999", "-999999999"])
async def test_a_licence_that_ends_outside_the_calendar_cannot_be_read(answer, wired):
    with pytest.raises(UnexpectedReply):
        await wired(answer)[0].licence.fetch_licence()


async def test_a_licence_that_is_not_told_is_not_one_without_an_end(wired):
    with pytest.raises(Refused, match="paris does not tell the end of its licence"):
        await wired("")[0].licence.fetch_licence()


async def test_what_mirta_cannot_do_is_said_plainly(system):
    assert system.contacts is None
    with pytest.raises(NotSupported, match=r"paris \(MiRTA PBX\) cannot forward calls"):
        system.need(system.forwarding, "forward calls")


async def test_building_asks_nobody(wired):
    system, wire = wired()

    assert wire.requests == []
    assert (system.key, system.vendor, VENDOR.title) == ("paris", "mirta", "MiRTA PBX")
