"""What the client makes of the answers to questions: the samples and their likely variants."""

import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot.adapters.threecx_ru.fields import ExtensionFields
from bot.adapters.threecx_ru.models import ExtensionInfo
from bot.adapters.transport import OUT_OF_SERVICE, READ_ATTEMPTS
from bot.telephony.errors import OutcomeUnknown, Refused, UnexpectedReply, Unreachable

FIXTURES = Path(__file__).parent / "fixtures"


def sample(name):
    return json.loads((FIXTURES / f"{name}.json").read_text())


def case(name, index):
    return sample(name)["cases"][index]["body_json"]


async def test_the_count_sample_is_read(answered):
    system, _ = answered(sample("01_calls_count")["response"]["body_json"])

    assert await system.client.count_calls() == 2


@pytest.mark.parametrize("count", [True, "2", -1, None, 2.0])
async def test_a_count_that_is_none_is_not_believed(count, answered):
    system, _ = answered({"result": count})

    with pytest.raises(UnexpectedReply):
        await system.client.count_calls()


async def test_the_connections_sample_is_read(answered):
    system, _ = answered(sample("02_active_connections")["response"]["body_json"])

    [connection] = await system.client.list_connections()

    assert (connection.call_id, connection.direction) == ("41", "Inbound")
    assert connection.did == "Main number"
    assert [leg.dn_num for leg in connection.legs] == ["10000", "101"]
    assert connection.legs[0].external_party == "15550100"


async def test_the_calls_sample_is_read(answered):
    system, _ = answered(sample("03_callsinfo")["response"]["body_json"])

    [call] = await system.client.list_calls()

    assert (call.call_id, call.state, call.answered_at) == ("41", "Routing", None)
    assert call.started_at == datetime(2025, 11, 20, 14, 2, 11, tzinfo=UTC)
    assert call.routing_to[0].dn_type == "Queue"


async def test_net_style_nothings_are_read_as_nothing(answered):
    call = {"callID": 1, "startedAt": "0001-01-01T00:00:00", "talkTo": None, "owner": None}
    system, _ = answered({"count": 1, "callsInfo": [call]})

    [read] = await system.client.list_calls()

    assert (read.started_at, read.talk_to, read.owner) == (None, (), None)


@pytest.mark.parametrize("method", ["list_connections", "list_calls"])
async def test_calls_without_their_list_are_not_no_calls(method, answered):
    system, _ = answered({"count": 0})

    with pytest.raises(UnexpectedReply):
        await getattr(system.client, method)()


async def test_the_list_samples_are_read(answered):
    extensions, _ = answered(case("04_lists", 0))
    groups, _ = answered(case("04_lists", 1))
    members, _ = answered(case("04_lists", 2))

    assert await extensions.client.list_extensions() == ["100", "101", "102"]
    assert await groups.client.list_extension_groups() == ["DEFAULT", "Support"]
    assert await members.client.list_queue_members("800") == ["101", "102"]


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        (["0101", "102"], ["0101", "102"]),
        ({"result": ["0101"]}, ["0101"]),
        ({"count": 1, "ids": [7]}, ["7"]),
        ({"nums": []}, []),
        ({"nums": None}, []),
    ],
)
async def test_a_list_may_go_by_any_name(body, numbers, answered):
    system, _ = answered(body)

    assert await system.client.list_queue_members("800") == numbers


@pytest.mark.parametrize(
    "body",
    [
        {"nums": ["101"], "more": ["102"]},
        {"nums": [True]},
        {"nums": [""]},
        {"nums": [{"num": "101"}]},
        {"nums": "101,102"},
        {"result": True},
        "101",
        5,
    ],
)
async def test_a_list_that_is_none_is_not_believed(body, answered):
    system, _ = answered(json.dumps(body))

    with pytest.raises(UnexpectedReply):
        await system.client.list_queue_members("800")


async def test_false_where_a_list_should_be_is_a_refusal(answered):
    system, _ = answered({"result": False})

    with pytest.raises(Refused, match=r"^moscow does not tell about 999; there may be no such"):
        await system.client.list_queue_members("999")


async def test_the_extension_state_sample_is_read(answered):
    system, _ = answered(sample("05_ext_state")["response"]["body_json"])

    status = await system.client.fetch_status("101")

    assert (status.num, status.registered, status.profile) == ("101", True, "Available")
    assert [(queue.num, queue.logged_in) for queue in status.queues] == [
        ("800", True),
        ("801", False),
    ]


@pytest.mark.parametrize(
    ("word", "logged_in"),
    [
        ("LoggedIn", True),
        ("logged in", True),
        ("On", True),
        (True, True),
        (1, True),
        ("LoggedOut", False),
        ("off", False),
        (False, False),
        (None, False),
    ],
)
async def test_the_likely_words_for_logged_in_are_known(word, logged_in, answered):
    system, _ = answered({"num": "101", "qStatus": [{"num": 800, "status": word}]})

    [queue] = (await system.client.fetch_status("101")).queues

    assert queue.logged_in is logged_in


async def test_secrets_in_an_answer_do_not_reach_the_models(client, simulator):
    info = await client.fetch_extension("101")

    assert (info.num, info.firstname, info.email) == ("101", "Ana", "ana@example.org")
    assert "canary" not in repr(info)


async def test_an_extension_is_shown_with_every_field_of_the_document_but_its_passwords(
    client, simulator
):
    simulator.pbx.extensions["101"].options["vmemail"] = "2"

    info = await client.fetch_extension("101")

    passwords = {"authpass", "vmpin"}
    assert set(ExtensionInfo.model_fields) == {"num", *ExtensionFields.model_fields} - passwords
    assert info.model_fields_set == set(ExtensionInfo.model_fields)
    assert (info.vmemail, info.noanswertimeout, info.enabled) == ("2", 20, True)


async def test_the_fields_of_an_extension_may_be_written_in_any_case(answered):
    system, _ = answered({"Num": 101, "FirstName": "Ana", "VMEnabled": 1, "CallerID": None})

    info = await system.client.fetch_extension("101")

    assert (info.num, info.firstname, info.vmenabled, info.callerid) == ("101", "Ana", 1, None)


async def test_a_contact_is_read_by_the_update_names_or_by_the_legend(answered):
    by_update, _ = answered({"FirstName": "Pat", "phone": "1", "data0": "2", "data5": "p@x.org"})
    by_legend, _ = answered({"first_name": "Pat", "mobile": 1, "Mobile2": "2", "mail": "p@x.org"})

    for system in (by_update, by_legend):
        card = await system.client.fetch_contact("1")
        assert (card.firstname, card.mobile, card.mobile2, card.email) == (
            "Pat",
            "1",
            "2",
            "p@x.org",
        )


async def test_the_query_sample_is_read(answered):
    system, requests = answered(sample("08_query")["response"]["body_json"])
    asked = sample("08_query")["request"]["body_json"]

    rows = await system.client.query(asked["query"], asked["count"])

    assert rows[0]["start_time"] == "2025-11-20T14:03:00"
    assert json.loads(requests[0].content) == asked


@pytest.mark.parametrize(
    "body", [[], [1], [[1, "a"]], {"rows": ["x"], "count": 1}, {"result": False}, "done", 7, None]
)
async def test_whatever_json_answers_a_query_is_given_back(body, answered):
    system, _ = answered(json.dumps(body))

    assert await system.client.query("select 1") == body


@pytest.mark.parametrize("body", ["", "<p>rows</p>", "id\n1\n", "{"])
async def test_what_is_no_json_leaves_the_outcome_of_a_query_open(body, answered):
    system, _ = answered(body)

    with pytest.raises(OutcomeUnknown):
        await system.client.query("select 1")


async def test_a_refused_query_does_not_quote_the_statement(client):
    with pytest.raises(Refused) as caught:
        await client.query("selec canary from nowhere")

    assert str(caught.value) == "moscow did not accept the query."
    assert caught.value.__context__ is None


async def test_a_key_with_a_slash_stays_one_segment(answered):
    system, requests = answered({"result": 2}, key="a/b ?c")

    await system.client.count_calls()

    assert str(requests[0].url) == "https://pbx.example.ru/webapi/a%2Fb%20%3Fc/pbx.calls.get"


@pytest.mark.parametrize("status", [301, 302, 500, 502, 503])
async def test_a_redirect_or_a_server_error_is_never_a_success(status, answered):
    system, requests = answered({"result": True}, status)

    with pytest.raises(OutcomeUnknown):
        await system.client.delete_extension("101")
    away = status in OUT_OF_SERVICE
    with pytest.raises(Unreachable if away else UnexpectedReply):
        await system.client.has_free_agent("800")

    assert len(requests) == (1 + READ_ATTEMPTS if away else 2)


async def test_an_endless_nesting_is_only_an_unreadable_answer(answered):
    system, _ = answered("[" * 100_000)

    with pytest.raises(UnexpectedReply):
        await system.client.list_queues()


def test_the_fixtures_name_their_sources():
    listed = (FIXTURES / "SOURCES.md").read_text()

    assert [path.name for path in FIXTURES.glob("*.*") if path.name not in listed] == ["SOURCES.md"]


def test_httpx_would_have_shown_the_key():
    """Why no httpx exception may get out: their texts hold the address."""
    request = httpx.Request("GET", "https://pbx.example.ru/webapi/canary/pbx.calls.get")

    with pytest.raises(httpx.HTTPStatusError, match="canary"):
        httpx.Response(404, request=request).raise_for_status()
