"""Keys and other people's passwords stay out of results, exceptions and logs."""

import logging

import httpx
import pytest
from adapters.mirta.examples import EXAMPLES, Example

from bot.adapters.mirta.simulator import KEY, MirtaSimulator
from bot.telephony.errors import PhoneSystemError


def chain(error: BaseException | None) -> str:
    """Text and repr of an exception and of everything behind it."""
    told = ""
    while error is not None:
        told += f"{error} {error!r} {error.args!r}"
        error = error.__cause__ or error.__context__
    return told


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
@pytest.mark.parametrize(
    "network",
    [
        {"raises": httpx.ConnectTimeout},
        {"raises": httpx.ReadTimeout},
        {"body": f"<b>{KEY}</b>"},
        {"body": f'{{"canary": "{KEY}", '},
        {"body": f"No such key {KEY}"},
        {"body": "", "status": 302},
        {"body": '[{"sc_uniqueid": {"canary": 1}, "sc_start": "x"}]'},
    ],
    ids=lambda network: str(sorted(network)),
)
async def test_no_failure_tells_the_key(example: Example, network, wired, caplog):
    caplog.set_level(logging.DEBUG, logger="bot")
    system, _ = wired(**network)

    try:
        told = repr(await example.run(system.client))
    except PhoneSystemError as error:
        told = chain(error)

    assert "canary" not in told
    assert "canary" not in caplog.text
    assert caplog.records


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
async def test_secrets_in_answers_do_not_reach_us(
    example: Example, furnished: MirtaSimulator, client, caplog
):
    caplog.set_level(logging.DEBUG, logger="bot")
    furnished.pbx.custom["67"]["cu_password"] = "canary-row"
    for call in furnished.pbx.calls:
        call.started_at = call.started_at.replace(year=2017, month=1, day=15)

    result = await example.run(client)

    assert "canary" not in repr(result)
    assert "canary" not in caplog.text


async def test_queue_logs_and_extensions_come_without_passwords(furnished: MirtaSimulator, client):
    today = furnished.pbx.clock.now().date()

    (entry,) = await client.list_queue_logs(today, today)
    extensions = await client.list_extensions()

    assert (entry.queue, entry.disposition, entry.hold_seconds) == ("Support", "ABANDONED", 29)
    assert "canary" not in repr(entry)
    assert [extensions[0].number, extensions[0].name] == ["0101", "Board"]
    assert set(type(extensions[0]).model_fields) == {"number", "name"}


def test_settings_do_not_show_the_key(settings):
    assert KEY not in repr(settings())
    assert settings().key.get_secret_value() == KEY


@pytest.mark.parametrize(
    "url",
    [
        "https://user:canary@pbx.example/pbx/proxyapi.php",
        "https://pbx.example/pbx/proxyapi.php?key=canary",
    ],
)
def test_a_secret_in_the_address_is_not_accepted(url, settings):
    with pytest.raises(ValueError, match=r"proxyapi\.php alone") as caught:
        settings(url=url)
    assert "canary" not in str(caught.value)
