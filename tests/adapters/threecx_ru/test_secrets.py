"""The key travels in the path, passwords in the query: none of them comes back out."""

import logging

import httpx
import pytest

from bot.adapters.threecx_ru import VENDOR
from bot.telephony.errors import PhoneSystemError

KEY = "canary/key"
SHAPES_OF_KEY = ("canary/key", "canary%2Fkey", "canary%2fkey")
CANARIES = (*SHAPES_OF_KEY, "canary-authpass", "canary-vmpin", "canary-token")
FIELDS = {"authpass": "canary-authpass", "vmpin": "canary-vmpin"}


def raising(error):
    def handler(request):
        raise error(f"failed for {request.url}", request=request)

    return handler


def echoing(status):
    def handler(request):
        return httpx.Response(status, json={"error": f"cannot serve {request.url} {request.url!r}"})

    return handler


def echoing_text(status):
    return lambda request: httpx.Response(status, text=f"<p>{request.url}</p>")


HANDLERS = {
    "no connection": raising(httpx.ConnectError),
    "no answer": raising(httpx.ReadTimeout),
    "broken protocol": raising(httpx.RemoteProtocolError),
    "wrong answer": echoing_text(200),
    "refusal in a 200": echoing(200),
    "refusal": echoing(400),
    "unauthorized": echoing(401),
    "forbidden": echoing(403),
    "not found": echoing_text(404),
    "server error": echoing_text(500),
}


def everything_about(error):
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        error = error.__cause__ or error.__context__
    return " ".join(f"{each} {each!r} {each.args}" for each in seen)


@pytest.mark.parametrize("handler", HANDLERS.values(), ids=HANDLERS.keys())
@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("count_calls", ()),
        ("list_queue_members", ("800",)),
        ("fetch_contact", ("1",)),
        ("edit_extension", ("101", FIELDS)),
        ("add_extension", ("103", FIELDS)),
        ("makecall", ("101", "15550123")),
        ("query", ("select 'canary-authpass'",)),
        ("licence", ()),
    ],
)
async def test_no_secret_in_an_error_or_a_log(handler, method, arguments, build, caplog):
    system = build(httpx.MockTransport(handler), key=KEY, webhook_secret="canary-token")

    with caplog.at_level(logging.DEBUG, logger="bot"), pytest.raises(PhoneSystemError) as caught:
        await getattr(system.client, method)(*arguments)

    ours = [record for record in caplog.records if record.name.startswith("bot")]
    told = everything_about(caught.value) + " ".join(record.getMessage() for record in ours)
    assert [canary for canary in CANARIES if canary in told] == []
    assert ours


def test_the_system_does_not_show_its_secrets(build):
    system = build(httpx.MockTransport(echoing(200)), key=KEY, webhook_secret="canary-token")
    settings = VENDOR.settings(
        vendor="threecx_ru", url="https://x.example", key=KEY, webhook_secret="canary-token"
    )

    for shown in (repr(system), repr(settings), str(settings)):
        assert [canary for canary in CANARIES if canary in shown] == []
