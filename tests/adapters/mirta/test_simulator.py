"""The stand-in is as unpleasant as the documents say."""

import csv
import io
import json
import wave

import httpx
import pytest

from bot.adapters.mirta.simulator import KEY, MISTAKEN, PATH, READ_ONLY_KEY, MirtaSimulator


@pytest.fixture
async def http(furnished: MirtaSimulator):
    transport = httpx.ASGITransport(app=furnished.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://pbx.example") as http:
        yield http


@pytest.fixture
def ask(http):
    async def ask(key=KEY, tenant="DEMO", **query):
        params = {"key": key} | ({"tenant": tenant} if tenant else {}) | query
        return await http.get(PATH, params=params)

    return ask


@pytest.mark.parametrize(
    "query",
    [
        {"key": "wrong"},
        {"tenant": None},
        {"tenant": "OTHER"},
        {"key": READ_ONLY_KEY, "reqtype": "DIAL", "source": "402", "dest": "1"},
    ],
)
async def test_one_sentence_with_200_answers_every_mistake_about_the_key(query, ask):
    reply = await ask(**({"reqtype": "INFO", "info": "queues", "format": "json"} | query))

    assert (reply.status_code, reply.text) == (200, MISTAKEN)
    assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ({"reqtype": "INFO", "info": "nonsense"}, ""),
        ({"reqtype": "NONSENSE"}, ""),
        ({"reqtype": "INFO", "info": "simplecdrs", "start": "2001-01-01", "end": "2001-01-01"}, ""),
        (
            {
                "reqtype": "INFO",
                "info": "CDRS",
                "format": "json",
                "start": "2001-01-01",
                "end": "2001-01-01",
            },
            "]",
        ),
        (
            {
                "reqtype": "INFO",
                "info": "QUEUELOGS",
                "format": "json",
                "start": "2001-01-01",
                "end": "2001-01-01",
            },
            "]",
        ),
        ({"reqtype": "INFO", "info": "agents", "queue": "99999"}, "null"),
        ({"reqtype": "QUEUE", "action": "list", "id": "282"}, "null"),
        ({"reqtype": "QUEUE", "action": "list"}, "Missing number or id"),
        ({"reqtype": "AGENT", "action": "PAUSE", "queue": "281"}, "No extension specified"),
        ({"reqtype": "INFO", "info": "recording"}, "No id specified"),
        ({"reqtype": "VOICEMAIL", "action": "messages"}, ""),
    ],
)
async def test_nothing_is_spelt_as_by_the_real_thing(query, body, ask):
    reply = await ask(**query)

    assert (reply.status_code, reply.text) == (200, body)


async def test_plain_text_is_labelled_html(ask):
    assert (await ask(reqtype="INFO", info="queues")).headers["content-type"] == (
        "text/html; charset=utf-8"
    )


async def test_letter_case_of_values_means_nothing(ask):
    reply = await ask(reqtype="agent", action="pause", queue="281", extension="104-DEMO")

    assert reply.text.startswith("Success|")


async def test_a_read_only_key_reads(ask):
    assert (await ask(READ_ONLY_KEY, reqtype="INFO", info="queues")).text == (
        "281: Support|282: Sales|"
    )


async def test_json_rows_have_every_value_twice(ask):
    (row,) = (await ask(reqtype="INFO", info="SIMPLECDRS", format="json")).json()

    names = [name for name in row if not name.isdigit()]
    assert len(row) == 2 * len(names) == 22
    assert [row[str(position)] for position in range(11)] == [row[name] for name in names]


async def test_other_peoples_secrets_are_in_the_answers(ask):
    for query in (
        {"reqtype": "INFO", "info": "QUEUELOGS", "format": "json"},
        {"reqtype": "INFO", "info": "extensions"},
        {"reqtype": "VOICEMAIL", "action": "list", "format": "json"},
    ):
        assert "canary" in (await ask(**query)).text


async def test_the_two_csv_layouts_differ_in_order_and_columns(ask):
    tenant = await ask(reqtype="INFO", info="CDRS", format="csv")
    every = await ask(tenant="%", reqtype="INFO", info="CDRS", format="csv")

    first, second = (list(csv.DictReader(io.StringIO(r.text))) for r in (tenant, every))
    assert list(first[0]) != list(second[0])
    assert "pincode" in second[0]
    assert "pincode" not in first[0]
    assert first[0]["clid"] == second[0]["clid"] == '"O\'Neil, Pat" <15550100>'
    assert '""O\'Neil, Pat""' in tenant.text


async def test_a_dialled_call_becomes_a_record_with_its_originate_id(ask, furnished):
    reply = await ask(reqtype="DIAL", source="402", dest="15550199", var="callid=1")
    call_id = reply.text.split("|")[2]
    assert len(furnished.pbx.dialled) == 2

    furnished.pbx.finish_dial(call_id, "BUSY")

    text = (await ask(reqtype="INFO", info="CDRS", format="csv")).text
    (row,) = [row for row in csv.DictReader(io.StringIO(text)) if row["originateid"] == call_id]
    assert (row["disposition"], row["firstdst"]) == ("BUSY", "15550199")


async def test_voicemail_is_real_sound_under_a_generic_type(ask):
    reply = await ask(
        reqtype="VOICEMAIL", action="message", mailbox="102", msgid="1475685709-00000004"
    )

    assert reply.headers["content-type"] == "application/octet-stream"
    with wave.open(io.BytesIO(reply.content)) as sound:
        assert sound.getnframes() == sound.getframerate()


async def test_an_update_echoes_its_sql_and_wants_the_row_named_twice(http, furnished):
    query = {"key": KEY, "reqtype": "MANAGEDB", "object": "custom", "tenant": "DEMO"}
    query |= {"action": "update", "objectid": "286"}

    once = await http.post(PATH, params=query, data={"jsondata": json.dumps({"cu_name": "A"})})
    assert once.text.startswith("update cu_customs set")
    assert furnished.pbx.custom["286"]["cu_name"] == "Boss"

    twice = {"jsondata": json.dumps({"cu_name": "A", "cu_id": 286})}
    await http.post(PATH, params=query, data=twice)
    assert furnished.pbx.custom["286"]["cu_name"] == "A"
