"""What is withheld of rows that no document describes, and what is not."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.bluerocktel.rows import read_choice, read_row, secrets_in

NAMES = ["web_password", "ssh_key", "api_token", "sshKey", "Web password", "licence-key", "pin"]
VALUES = ["value", "old_value", "newValue", "from", "to", "before", "after", "was"]
VALUE = st.text(string.ascii_letters + string.digits, min_size=1).map(lambda end: f"Canary{end}")


async def test_values_of_what_an_audit_names_as_secret_are_withheld(wire, wired):
    audit = {
        "id": 1,
        "field": "web_password",
        "old_value": "Canary-0ld",
        "new_value": "Canary-N3w",
        "created_at": "2026-11-20T10:00:00Z",
        "user": {"id": 7, "name": "Ada"},
    }
    changes = [{"name": "ssh_password", "value": "Canary-z"}, {"name": "comment", "value": "moved"}]
    wire.answers(200, [audit, {"id": 5, "changes": changes}])

    first, second = await wired().client.list_audits()

    assert first.fields == {**audit, "old_value": "(withheld)", "new_value": "(withheld)"}
    assert second.fields["changes"] == [{**changes[0], "value": "(withheld)"}, changes[1]]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("namer", ["field", "attribute", "name", "key", "propertyName", "path"])
@given(member=st.sampled_from(VALUES), value=VALUE)
def test_no_value_of_a_named_secret_is_kept(name, namer, member, value):
    row = read_row({"id": 1, "of": [{namer: name, member: value, "host_id": 5}]})

    [inner] = row.fields["of"]
    assert inner[namer] == name
    assert inner["host_id"] == 5
    assert "Canary" not in json.dumps(row.fields)
    assert value in secrets_in({namer: name, member: value})


@pytest.mark.parametrize(
    "data",
    [
        {"field": "web_password", "changed": {"old": "Canary"}},
        {"field": "pin", "old": 123456, "new": ["123456"]},
        {"field": "web_password", "old": "2026-11-20"},
        {"field": "web_password", "event_id": "Canary", "changed_at": "Canary"},
        {"fields": ["web_password"], "surprise": "Canary"},
        {"attribute": {"name": "web_password"}, "surprise": "Canary"},
        {"name": "the password of Ada", "value": "Canary"},
        {"field": "old password", "surprise": "Canary"},
        {"op": "replace", "path": "/web_password", "value": "Canary"},
        {"name": "Canary password"},
        {"name": "password Canary"},
        {"name": "Canary-token"},
        {"key": "Canary"},
        {"key": "Canary-1", "value": "x"},
        {"name": "office", "key": "Canary"},
    ],
)
def test_other_ways_to_name_a_secret_show_no_more(data):
    told = json.dumps(read_row({"id": 1, "inner": data}).fields)

    assert not any(secret in told for secret in ("Canary", "123456", "2026-11-20"))


@pytest.mark.parametrize(
    "data",
    [
        {"TR": "Turkey"},
        {"Turkey": "TR"},
        {"key": "ES", "value": "Spain"},
        {"key": "TR", "value": "Turkey"},
        {"name": "Turkey", "value": "90"},
        {"name": "Key account hotline", "number": "+33123456789", "value": "open"},
        {"name": "Dr Hickey", "number_from": "+33123456789"},
        {"name": "Secretary", "value": "101"},
        {"pbx_mapping": "a", "shipping": "b", "typing": True, "bypass": 1, "keyboard": "fr"},
        {"mode": "Bypass", "secretary": "Ada", "key_account": "Ada", "monkey": "Jo"},
        {"field": "comment", "old_value": "a", "new_value": "b"},
    ],
)
def test_what_is_harmless_comes_through_whole(data):
    assert read_row({"id": 1, "inner": data}).fields["inner"] == data
    assert list(secrets_in(data)) == []


@pytest.mark.parametrize("name", ["Spain", "Turkey"])
def test_countries_are_kept(name):
    assert read_choice(name).fields == {"name": name}


async def test_a_country_list_of_keys_and_values_is_kept(wire, wired):
    wire.answers(200, [{"key": "ES", "value": "Spain"}, {"key": "TR", "value": "Turkey"}])

    rows = await wired().client.list_countries()

    assert [row.fields["key"] for row in rows] == ["ES", "TR"]
    assert [row.fields["value"] for row in rows] == ["Spain", "Turkey"]


async def test_a_value_that_was_sent_for_a_named_secret_is_not_told_back(wire, wired):
    wire.answers(409, {"message": "No Canary please"})

    with pytest.raises(Exception, match=r"^office refused: status 409\.$"):
        await wired().client.create_audit(fields={"field": "web_password", "new_value": "Canary"})


async def test_halves_of_characters_and_control_characters_are_left_out(wire, wired):
    wire.answers(
        200,
        b'[{"id": 1, "description": "Caf\\ud83d re\\u0000named\\ntwice",'
        b'"user": {"name": "A\\udc00da"},'
        b'"odd\\u001b": ["x\\u001b[31m"], "old_values": {"com\\ud83dment": 1}}]',
    )

    [row] = await wired().client.list_audits()

    assert row.fields == {
        "id": 1,
        "description": "Caf renamed\ntwice",
        "user": {"name": "Ada"},
        "odd": ["x[31m"],
        "changed": ["comment"],
    }


@pytest.mark.parametrize(
    "data",
    [
        {"web_pass\x00word": "Canary"},
        {"field": "web_pass\ud83dword", "value": "Canary"},
        {"note": "the pass\x1bword is Canary"},
    ],
)
def test_a_secret_is_known_whatever_stands_in_its_name(data):
    assert "Canary" not in json.dumps(read_row({"id": 1, **data}).fields)
