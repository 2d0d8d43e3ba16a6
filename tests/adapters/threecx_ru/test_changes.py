"""What the client makes of the answers to changes, and what it refuses to send."""

import json
from pathlib import Path

import pytest

from bot.telephony.errors import OutcomeUnknown, Refused

FIXTURES = Path(__file__).parent / "fixtures"


def case(name, index):
    return json.loads((FIXTURES / f"{name}.json").read_text())["cases"][index]["body_json"]


async def test_both_answers_to_makecall_are_accepted(answered):
    older, _ = answered(case("06_makecall_two_versions", 0))
    newer, requests = answered(case("06_makecall_two_versions", 1))

    assert await older.client.makecall("101", "15550123") is None
    chid = await newer.client.makecall("101", "15550123", timeout_seconds=30)

    assert chid == "6f2c1c1e-6a55-4c3f-9f7c-2f6a1d3e0b11"
    assert requests[0].url.query == b"first=101&second=15550123&timeout=30"


@pytest.mark.parametrize("body", [{"finalStatus": "Busy"}, {"result": False}, "false"])
async def test_a_call_that_was_not_placed_is_refused(body, answered):
    system, requests = answered(body)

    with pytest.raises(Refused, match=r"^moscow did not place the call from 101"):
        await system.client.makecall("101", "15550123")

    assert len(requests) == 1


@pytest.mark.parametrize("body", [{}, {"chid": ""}, {"chid": 5}, {"finalStatus": None}, "true"])
async def test_an_unclear_answer_to_makecall_is_no_success(body, answered):
    system, requests = answered(body)

    with pytest.raises(OutcomeUnknown):
        await system.client.makecall("101", "15550123")

    assert len(requests) == 1


async def test_the_setter_samples_are_read(answered):
    done, _ = answered(case("07_setters_true_false", 0))
    declined, _ = answered(case("07_setters_true_false", 1))

    await done.client.log_in_queue("101", "800", log=False)
    with pytest.raises(Refused) as caught:
        await declined.client.log_in_everywhere("101", log=False)

    assert str(caught.value) == (
        "moscow did not change the log-in of 101: its forwarding profiles govern that. "
        "Change the profile instead."
    )


@pytest.mark.parametrize("yes", [True, "true", "True", 1, "1", "ok", "success", "OK"])
async def test_every_likely_yes_is_a_success(yes, answered):
    wrapped, _ = answered({"result": yes})
    bare, _ = answered(json.dumps(yes))

    await wrapped.client.delete_contact("1")
    await bare.client.delete_contact("1")


@pytest.mark.parametrize("no", [False, "false", "False", 0, "0", "fail", "error"])
async def test_every_likely_no_is_a_refusal(no, answered):
    system, requests = answered({"result": no})

    with pytest.raises(Refused, match=r"^moscow did not delete contact 1\.$"):
        await system.client.delete_contact("1")

    assert len(requests) == 1


async def test_a_message_beside_a_yes_is_no_refusal(answered):
    system, _ = answered({"result": True, "message": "done"})

    await system.client.delete_contact("1")


async def test_a_message_beside_a_no_is_the_reason(answered):
    system, _ = answered({"result": False, "message": "Contact is in use."})

    with pytest.raises(Refused, match=r"did not delete contact 1 \(Contact is in use\)\.$"):
        await system.client.delete_contact("1")


@pytest.mark.parametrize("status", [400, 404, 409, 422])
async def test_a_client_error_in_json_is_a_refusal(status, answered):
    system, requests = answered({"message": "No such extension"}, status)

    with pytest.raises(Refused, match=r"\(No such extension\)\.$"):
        await system.client.set_profile("999", "Away")

    assert len(requests) == 1


@pytest.mark.parametrize(
    "reason",
    [
        "<b>No</b>",
        "see https://pbx.example.ru/help",
        "cannot GET /webapi/x",
        "syntax error in SELECT * from users",
        "no\u0007",
        "x" * 121,
        "authpass s3cret is too short",
        "pin 4711",
        "key simulated-key",
        "key a%2Fb",
    ],
)
async def test_a_reason_that_nobody_should_see_is_left_out(reason, answered):
    key = "a/b" if "a%2Fb" in reason else "simulated-key"
    system, _ = answered({"error": reason}, key=key)

    with pytest.raises(Refused) as caught:
        await system.client.edit_extension("101", {"authpass": "s3cret", "vmpin": "4711"})

    assert str(caught.value) == "moscow did not change extension 101."


@pytest.mark.parametrize(
    ("body", "new_id"),
    [
        ({"result": 7}, "7"),
        ({"result": True, "id": 7}, "7"),
        ({"result": "success", "id": 7}, "7"),
        ({"result": 7, "id": 7}, "7"),
        ({"id": "7"}, "7"),
        ("7", "7"),
        ({"id": 70}, "70"),
        ({"id": "6F2C1C1E-6a55-4c3f-9f7c-2f6a1d3e0b11"}, "6F2C1C1E-6a55-4c3f-9f7c-2f6a1d3e0b11"),
    ],
)
async def test_the_id_of_a_new_contact_is_found(body, new_id, answered):
    system, _ = answered(body)

    assert await system.client.add_contact({"firstname": "Kim"}) == new_id


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"result": False}, Refused),
        ({"result": 0}, Refused),
        ({"result": True}, OutcomeUnknown),
        ({}, OutcomeUnknown),
        ({"id": None}, OutcomeUnknown),
        ({"id": [7]}, OutcomeUnknown),
        ({"id": None, "result": False}, Refused),
        ({"id": "", "result": False}, Refused),
        ({"id": "0", "result": False}, Refused),
        ({"id": 7, "result": False}, OutcomeUnknown),
        ({"id": 7, "result": "contact exists"}, OutcomeUnknown),
        ({"id": "error"}, Refused),
        ({"id": "error: no rights"}, OutcomeUnknown),
        ({"id": "denied"}, OutcomeUnknown),
        ({"id": "error404"}, OutcomeUnknown),
        ({"id": -1}, OutcomeUnknown),
        ({"id": "00"}, OutcomeUnknown),
        ({"result": "contact exists"}, OutcomeUnknown),
        ({"result": "success"}, OutcomeUnknown),
        ('"Access denied"', OutcomeUnknown),
    ],
)
async def test_a_new_contact_without_an_id_is_not_called_added(body, error, answered):
    system, requests = answered(body)

    with pytest.raises(error):
        await system.client.add_contact({"firstname": "Kim"})

    assert len(requests) == 1


@pytest.mark.parametrize(
    ("method", "fields", "wrong"),
    [
        ("edit_extension", {"authpas": "canary"}, "authpas"),
        ("edit_extension", {"recordcalls": 3}, "recordcalls"),
        ("edit_extension", {"enabled": "canary"}, "enabled"),
        ("edit_extension", {"noanswertimeout": -1}, "noanswertimeout"),
        ("add_extension", {"vmemail": 4}, "vmemail"),
        ("edit_contact", {"email": "canary"}, "email"),
    ],
)
async def test_a_field_that_cannot_be_set_is_named_before_anything_is_sent(
    method, fields, wrong, client, simulator
):
    with pytest.raises(Refused, match=f"^{wrong} cannot be set so; what can be set: ") as caught:
        await getattr(client, method)("1", fields)

    assert "canary" not in str(caught.value)
    assert simulator.simulation.requests == []


async def test_only_the_options_that_are_asked_for_are_sent(client, simulator):
    await client.set_options("101", external=False)

    assert [seen.query for seen in simulator.simulation.requests] == ["num=101&external=off"]


async def test_no_option_at_all_is_not_sent(client, simulator):
    with pytest.raises(Refused, match="At least one of enabled, external and recording"):
        await client.set_options("101")

    assert simulator.simulation.requests == []
