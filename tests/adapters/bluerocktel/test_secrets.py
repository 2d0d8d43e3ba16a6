"""Nothing secret gets out: not ours, and not those that the system hands us."""

import json
import logging

import httpx
import pytest

from bot.adapters.bluerocktel import OPERATIONS
from bot.telephony.errors import PhoneSystemError

ARGUMENTS = {
    "host_id": 5,
    "host_name": "pbx-new.example.net",
    "call_id": 1,
    "call_log_id": 1,
    "audit_id": 1,
    "fields": {"subject": "x", "sip_password": "canary-sent"},
}
SENT = {"web_password": "canary-sent-web", "ssh_key": "canary-sent-key"}
ECHO = {"message": "canary-api-token canary-sent-web canary-sent", "errors": {"canary x": ["no"]}}


ANSWERS = [
    *[(status, ECHO) for status in (200, 302, 401, 403, 404, 409, 422, 429, 500)],
    (200, b"canary-api-token"),
    (200, [{"id": "x", "host_name": None, "web_password": "canary-web"}]),
    (200, {"id": "x", "web_password": "canary-web", "name": {}}),
]


def chain(error):
    """The error and everything that hangs on it."""
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        error = error.__cause__ or error.__context__
    return seen


async def run(system, name):
    operation = OPERATIONS[name]
    wanted = {p.name for p in operation.parameters if p.default is p.empty}
    arguments = {key: value for key, value in ARGUMENTS.items() if key in wanted}
    if "ssh_key" in {p.name for p in operation.parameters}:
        arguments |= SENT
    return await operation.call(system.client, **arguments)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
async def test_no_error_and_no_log_line_holds_a_secret(name, wire, wired, caplog):
    caplog.set_level(logging.DEBUG, logger="bot")
    errors = []
    for status, body in ANSWERS:
        wire.answers(status, body)
        try:
            await run(wired(), name)
        except PhoneSystemError as error:
            errors += chain(error)

    assert len(errors) >= 9
    assert all("canary" not in f"{link} {link!r} {vars(link)}" for link in errors)
    assert len(caplog.records) >= len(ANSWERS)
    assert "canary" not in caplog.text


@pytest.mark.parametrize("name", sorted(OPERATIONS))
@pytest.mark.parametrize("lost", [httpx.ConnectError, httpx.ReadTimeout, httpx.ReadError])
async def test_no_lost_connection_shows_a_secret(name, lost, wire, wired, caplog):
    caplog.set_level(logging.DEBUG, logger="bot")
    wire.fails(lost)

    with pytest.raises(PhoneSystemError) as caught:
        await run(wired(), name)

    assert all("canary-a" not in f"{link} {link!r}" for link in chain(caught.value))
    assert "canary-a" not in caplog.text


@pytest.mark.parametrize("number", ["03", "04"])
async def test_secrets_of_hosts_do_not_reach_our_models(number, wire, wired, sample):
    wire.answers(200, sample(number))
    system = wired()

    rows = await system.client.list_hosts()
    hosts = await system.hosts.list_hosts()

    assert "canary" in json.dumps(sample(number))
    assert rows
    assert "canary" not in f"{rows!r} {hosts!r}"
    assert all("canary" not in row.model_dump_json() for row in rows)


async def test_secrets_of_a_changed_host_do_not_come_back(simulator, simulated):
    row = await simulated().client.update_host(host_id=5, **SENT)

    assert simulator.pbx.hosts[5]["ssh_key"] == "canary-sent-key"
    assert "canary" not in repr(row)


def test_the_system_does_not_show_its_token(wired):
    system = wired()

    assert "canary" not in f"{system!r} {system.client!r} {vars(system.client)!r}"
