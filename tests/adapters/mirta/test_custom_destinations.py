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


@pytest.mark.parametrize("answer", ['{"1": "Dial"}', '[{"ct_id": 1, "ct_name": "Dial"}]'])
async def test_custom_types_are_read_from_either_form(answer, wired):
    (kind,) = await wired(answer)[0].client.list_custom_types()

    assert (kind.type_id, kind.name) == ("1", "Dial")


async def test_a_missing_destination_is_refused(wired):
    with pytest.raises(Refused, match="no custom destination 99"):
        await wired("")[0].client.fetch_custom_destination(99)
