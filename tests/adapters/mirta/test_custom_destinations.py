"""Custom destinations: rows of a database behind a web form."""

import json

import pytest

from bot.telephony.errors import OutcomeUnknown, Refused


def body(sample) -> str:
    answer = sample.get("response", sample)
    return answer["body_text"] if "body_text" in answer else json.dumps(answer["body_json"])


async def test_custom_destinations_are_listed_added_and_changed(wired, fixture):
    listed, added, updated = fixture("15_managedb_custom")["cases"]

    (row,) = await wired(body(listed))[0].client.list_custom_destinations()
    new_id = await wired(body(added))[0].client.add_custom_destination({"cu_name": "Duty phone"})
    system, wire = wired(body(updated))
    result = await system.client.update_custom_destination(68, {"cu_param1": "15550192"})

    assert (row.destination_id, row.name, row.type_id) == ("67", "Boss mobile", "1")
    assert row.parameters == {"param1": "15550190"}
    assert new_id == "68"
    assert result is None
    assert wire.requests[0].url.params["objectid"] == "68"
    assert b"%22cu_id%22%3A68" in wire.requests[0].content


async def test_an_added_destination_without_an_id_leaves_the_outcome_open(wired):
    system, _ = wired("OK")

    with pytest.raises(OutcomeUnknown, match="look at the list"):
        await system.client.add_custom_destination({"cu_name": "Duty phone"})


@pytest.mark.parametrize(
    "answer", ["0", '"0"', '{"id":"12', '{"id":0}', '{"cu_id":true}', '{"cu_id":[12]}', "[12]"]
)
async def test_an_answer_that_names_no_row_leaves_the_outcome_of_adding_open(answer, wired):
    system, wire = wired(answer)

    with pytest.raises(OutcomeUnknown):
        await system.client.add_custom_destination({"cu_name": "Duty phone"})
    assert len(wire.requests) == 1


async def test_a_duplicate_is_a_refusal_whatever_id_goes_with_it(wired):
    for answer in ('{"error":"duplicate","id":0}', '{"error":"duplicate","id":12}'):
        with pytest.raises(Refused, match="duplicate"):
            await wired(answer)[0].client.add_custom_destination({"cu_name": "Duty phone"})


@pytest.mark.parametrize("answer", ["68", '"68"', '{"cu_id":68}', '{"id":"68"}'])
async def test_each_plausible_form_of_a_new_id_is_read(answer, wired):
    assert await wired(answer)[0].client.add_custom_destination({"cu_name": "Duty"}) == "68"


@pytest.mark.parametrize(
    "answer", ["Update not allowed for this key", "Update failed: unknown column cu_x"]
)
async def test_a_sentence_about_an_update_is_a_refusal(answer, wired):
    system, wire = wired(answer)

    with pytest.raises(Refused, match=answer):
        await system.client.update_custom_destination(68, {"cu_param1": "15550192"})
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        "UPDATE `cu_customs` SET cu_name='where', cu_x='a = 1'\nWHERE `cu_id` = 68;",
        "update pbx.cu_customs set cu_name='x' where cu_te_id=5 and cu_id=\"68\"",
        "OK",
        "Success|Updated|",
    ],
)
async def test_the_sql_that_ran_or_a_plain_yes_confirms_an_update(answer, wired):
    assert await wired(answer)[0].client.update_custom_destination(68, {"cu_x": "1"}) is None


@pytest.mark.parametrize(
    "answer",
    [
        "update cu_customs set cu_x='1' where cu_id='686'",
        "update cu_customs set cu_x='1'",
        "update cu_customs set cu_x='68",
        "update cu_customs set cu_x='1' where cu_id='68' Unknown column cu_x",
        "update where cu_id='68'",
    ],
)
async def test_sql_that_does_not_end_in_our_row_leaves_the_outcome_open(answer, wired):
    with pytest.raises(OutcomeUnknown):
        await wired(answer)[0].client.update_custom_destination(68, {"cu_x": "1"})


@pytest.mark.parametrize("answer", ['{"1": "Dial"}', '[{"ct_id": 1, "ct_name": "Dial"}]'])
async def test_custom_types_are_read_from_either_form(answer, wired):
    (kind,) = await wired(answer)[0].client.list_custom_types()

    assert (kind.type_id, kind.name) == ("1", "Dial")


async def test_a_missing_destination_is_refused(wired):
    with pytest.raises(Refused, match="no custom destination 99"):
        await wired("")[0].client.fetch_custom_destination(99)
