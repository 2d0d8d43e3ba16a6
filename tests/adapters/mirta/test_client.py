"""What each operation makes of the documented answers, refusals and empty forms."""

import json
from datetime import date

import pytest

from bot.telephony.calls import Progress
from bot.telephony.errors import BadCredentials, OutcomeUnknown, Refused, UnexpectedReply

TODAY = date(2025, 11, 20)


def body(sample) -> str:
    answer = sample.get("response", sample)
    return answer["body_text"] if "body_text" in answer else json.dumps(answer["body_json"])


async def test_a_queued_call_is_accepted_and_not_called_answered(wired, fixture):
    system, wire = wired(body(fixture("01_dial_queued")))

    call = await system.calls.originate("402", "15550123")

    assert call.progress is Progress.ACCEPTED
    assert call.call_id == "25b0c0ffee1234"
    assert len(wire.requests) == 1


async def test_a_success_without_an_id_is_still_a_success(wired):
    system, _ = wired("SUCCESS|Originate successfully queued||\n")

    assert (await system.calls.originate("402", "15550123")).call_id is None


async def test_a_call_that_cannot_start_is_refused_with_the_reason(wired, fixture):
    system, _ = wired(body(fixture("02_dial_failed_guess")))

    with pytest.raises(Refused, match="paris refused the call: Originate failed"):
        await system.calls.originate("402", "15550123")


@pytest.mark.parametrize(
    "line", ["Success|Interface paused successfully|", "success", "OK", "ok\n"]
)
async def test_plausible_lines_confirm_a_pause(line, wired):
    system, wire = wired(line)

    assert await system.pausing.pause("104", "281", "Lunch") is None
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    "line", ["No extension specified", "Error|Interface not found|", "Okapi", "Unsuccessful"]
)
async def test_other_lines_refuse_a_pause(line, wired):
    system, _ = wired(line)

    with pytest.raises(Refused):
        await system.pausing.pause("104", "281", "Lunch")


async def test_a_yes_within_a_sentence_leaves_the_outcome_open(wired):
    system, wire = wired("Interface paused successfully")

    with pytest.raises(OutcomeUnknown):
        await system.pausing.pause("104", "281", "Lunch")
    assert len(wire.requests) == 1


async def test_the_samples_of_agent_are_understood(wired, fixture):
    system, _ = wired(body(fixture("03_agent_pause")))
    await system.pausing.pause("104", "281", "Lunch")

    system, _ = wired(body(fixture("04_agent_missing_extension")))
    with pytest.raises(Refused, match="No extension specified"):
        await system.pausing.unpause("104", "281")


async def test_an_empty_answer_to_a_pause_leaves_the_outcome_open(wired):
    system, wire = wired("")

    with pytest.raises(OutcomeUnknown, match="nothing: it may or may not have happened"):
        await system.pausing.pause("104", "281", "Lunch")
    assert len(wire.requests) == 1


async def test_queues_come_by_id_in_the_systems_order(wired, fixture):
    system, _ = wired(body(fixture("07_queues_plain_and_json")["cases"][1]))

    assert [(q.queue_id, q.name) for q in await system.client.list_queues()] == [
        ("281", "Support"),
        ("282", "Sales"),
    ]


async def test_queue_members_lose_the_tenant(wired, fixture):
    listed, empty, added = fixture("08_queue_members")["cases"]

    assert await wired(body(listed))[0].client.list_members("281") == ["104", "105"]
    assert await wired(body(empty))[0].client.list_members("282") == []
    assert await wired(body(added))[0].client.add_member("281", "106") is None


async def test_queue_figures_are_read_from_texts(wired, fixture):
    system, _ = wired(body(fixture("09_queue_stats")))

    figures = await system.client.fetch_queue("281")

    assert figures.waiting == 6
    assert figures.first_waiting_seconds == 184
    assert figures.service_level_percent == 74
    assert (figures.agents_online, figures.agents_available, figures.agents_paused) == (4, 3, 1)
    assert (figures.received, figures.answered, figures.abandoned) == (55, 41, 8)


@pytest.mark.parametrize(
    ("waiting", "level", "seconds", "percent"),
    [
        ("0/0", "0/0", 0, None),
        ("0:03:04", "98.5%", 184, 98.5),
        ("1:00", "", 60, None),
        ("2/184", "3/4", None, None),
        ("", "250", None, None),
        (None, None, None, None),
    ],
)
async def test_figures_of_unknown_form_are_unknown_and_not_nought(
    waiting, level, seconds, percent, wired
):
    system, _ = wired(
        json.dumps({"CALLSINQUEUE": "1", "FIRSTWAITING": waiting, "SERVICELEVEL": level})
    )

    figures = await system.client.fetch_queue("281")

    assert figures.first_waiting_seconds == seconds
    assert figures.service_level_percent == percent


@pytest.mark.parametrize("nothing", ["", "null", "]", "[]"])
async def test_an_unknown_queue_is_refused(nothing, wired):
    system, _ = wired(nothing)

    with pytest.raises(Refused, match="no queue 9200"):
        await system.client.fetch_queue("9200")


@pytest.mark.parametrize(
    "answer",
    [
        "104-DEMO:available|105-DEMO:paused|",
        json.dumps(
            {
                "104-DEMO": {"0": 0, "1": "available", "2": "NOT_INUSE", "10": "104-DEMO"},
                "105-DEMO": {"0": 0, "1": "paused", "2": "NOT_INUSE", "10": "105-DEMO"},
            }
        ),
    ],
)
async def test_agents_are_read_from_either_form(answer, wired):
    system, _ = wired(answer)

    agents = await system.client.list_agents("281")

    assert [(a.extension, a.state) for a in agents] == [("104", "available"), ("105", "paused")]


async def test_calls_are_read_by_name_and_not_by_position(wired, fixture):
    rows = fixture("10_simplecdrs_json_doubled")["response"]["body_json"]
    rows[0] = {"0": "wrong", "7": "wrong", **rows[0], "3": "wrong", "sc_secret": "canary"}
    system, _ = wired(json.dumps(rows))

    (call,) = await system.client.list_simple_cdrs(TODAY, TODAY)

    assert call.caller_name == "O’Neil, Pat"  # noqa: RUF001 - as in the sample
    assert (call.direction, call.disposition, call.duration) == ("IN", "NO ANSWER", 29)
    assert "canary" not in repr(call)


TENANT_CSV = (
    "start,clid,src,firstdst,duration,billsec,disposition,uniqueid\n"
    '"2025-11-20 14:02:11","""O\'Neil, Pat"" <15550100>",15550100,15550123,29,0,'
    '"NO ANSWER",srv01-1763643731.48\n'
)
ADMIN_CSV = (
    "accountcode,uniqueid,disposition,newcolumn,start,pincode,realsrc,firstdst,clid,billsec,"
    "duration,OriginateID\r\n"
    'DEMO,srv01-1763643731.48,NO ANSWER,"a, b","2025-11-20 14:02:11",canary,15550100,15550123,'
    '"""O\'Neil, Pat"" <15550100>",0,29,25b0c0ffee1234\r\n'
)


@pytest.mark.parametrize("layout", [TENANT_CSV, ADMIN_CSV, "\ufeff" + TENANT_CSV])
async def test_both_csv_layouts_are_read_by_their_headers(layout, wired):
    system, _ = wired(layout)

    (leg,) = await system.client.list_cdrs(TODAY, TODAY)

    assert (leg.uniqueid, leg.start) == ("srv01-1763643731.48", "2025-11-20 14:02:11")
    assert (leg.source, leg.dialled, leg.duration) == ("15550100", "15550123", 29)
    assert leg.clid == '"O\'Neil, Pat" <15550100>'
    assert "canary" not in repr(leg)


async def test_a_csv_layout_without_what_we_need_is_not_an_empty_day(wired):
    system, _ = wired("start,src,dst\n2025-11-20 14:02:11,15550100,104\n")

    with pytest.raises(UnexpectedReply):
        await system.client.list_cdrs(TODAY, TODAY)


async def test_rows_without_names_are_not_read_by_position(wired):
    system, _ = wired(json.dumps([{"0": "12", "1": "DEMO", "2": "2025-11-20 14:02:11"}]))

    with pytest.raises(UnexpectedReply):
        await system.client.list_simple_cdrs(TODAY, TODAY)


@pytest.mark.parametrize("nothing", ["", "]", "null", "\n"])
async def test_each_form_of_nothing_is_nothing(nothing, wired):
    client = wired(nothing)[0].client

    assert await client.list_simple_cdrs(TODAY, TODAY) == []
    assert await client.list_cdrs(TODAY, TODAY) == []
    assert await client.list_all_cdrs(TODAY, TODAY) == []
    assert await client.list_queue_logs(TODAY, TODAY) == []
    assert await client.list_messages("102") == []
    assert await client.list_mailboxes() == []
    assert await client.list_extensions() == []
    assert await client.list_agents("281") == []
    assert await client.list_members("281") == []
    assert await client.list_queues() == []
    assert await client.list_custom_destinations() == []
    assert await client.list_custom_types() == []
    assert await client.count_calls() == 0
    assert await client.fetch_licence_days() is None
    assert await client.fetch_extension("402") is None


@pytest.mark.parametrize("wrong", ["false", "0", '"text"', "[[1, 2]]"])
async def test_json_of_another_kind_is_not_nothing(wrong, wired):
    client = wired(wrong)[0].client

    with pytest.raises(UnexpectedReply):
        await client.list_simple_cdrs(TODAY, TODAY)
    with pytest.raises(UnexpectedReply):
        await client.list_queues()


@pytest.mark.parametrize(("text", "count"), [("3", 3), ('"12"\n', 12), ("", 0)])
async def test_calls_are_counted(text, count, wired):
    assert await wired(text)[0].client.count_calls() == count


async def test_mailboxes_and_messages_are_read(wired, fixture):
    boxes, messages, _ = fixture("13_voicemail_list_messages_audio")["cases"]

    (box,) = await wired(body(boxes))[0].client.list_mailboxes()
    (message,) = await wired(body(messages))[0].client.list_messages("102")

    assert (box.mailbox, box.full_name, box.email) == ("102", "Front Desk", "desk@example.com")
    assert (message.message_id, message.duration) == ("1763647500-00000002", 17)


async def test_hanging_up_wants_an_extension_or_a_channel_and_asks_nobody_else(wired):
    system, wire = wired("OK")

    with pytest.raises(Refused, match="either an extension or a channel"):
        await system.client.hang_up()
    with pytest.raises(Refused, match="either an extension or a channel"):
        await system.client.hang_up("104", "SIP/104")
    assert wire.requests == []


async def test_the_sentence_about_the_key_is_known_whatever_its_case_and_blanks(wired):
    system, _ = wired("  too bad... you mistaken the security API key.  \n")

    with pytest.raises(BadCredentials):
        await system.queues.list_queues()
