"""The sender signs as the specification says, and the page posts what its buttons promise."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import httpx
import pytest
from standardwebhooks import Webhook
from support.clocks import FixedClock
from support.signing import raw
from support.steering import Driver

from bot.adapters.generic.events import parse
from bot.adapters.generic.sender import GenericSender, SignedPost, Signing
from bot.adapters.generic.settings import GenericSettings
from bot.adapters.generic.simulator import GenericSimulator
from bot.adapters.simulation_page import CONTROL
from bot.telephony.calls import Disposition
from bot.telephony.events import (
    CallAnswered,
    CallEnded,
    CallRinging,
    CallStarted,
    MailboxChanged,
    RawEvent,
)
from webhooks.verify import Verifier

JSON = {"accept": "application/json"}
SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TARGET = "https://ringback.example.org/phone/front_desk"


def read(post):
    return parse(
        RawEvent(
            road="push",
            body=post.body if isinstance(post, SignedPost) else post.content,
            content_type=post.headers["content-type"],
            received_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )


def test_a_standard_post_is_accepted_by_the_reference_library():
    clock = FixedClock(datetime.now(UTC))

    post = GenericSender(clock, SECRET).post({"event": "call.ended", "caller_name": "Zoë"})

    assert Webhook(SECRET).verify(post.body, post.headers)["caller_name"] == "Zoë"


def test_the_same_thing_sent_again_has_the_same_id():
    clock = FixedClock()
    sender = GenericSender(clock, SECRET)
    first = sender.post({"event": "call.ended"})
    clock.set(datetime(2026, 11, 20, 14, 0, tzinfo=UTC))

    again = sender.post({"event": "call.ended"})

    assert again.headers["webhook-id"] == first.headers["webhook-id"]
    assert again.headers["webhook-timestamp"] != first.headers["webhook-timestamp"]


def test_an_hmac_post_carries_the_digest_of_its_bytes():
    post = GenericSender(FixedClock(), "plain", signing=Signing.HMAC).post({"event": "x"})

    expected = hmac.new(b"plain", post.body, hashlib.sha256).hexdigest()
    assert post.headers["x-signature"] == expected
    assert "webhook-id" not in post.headers


def test_a_shared_secret_goes_into_the_header_of_choice():
    plain = GenericSender(FixedClock(), "plain", signing=Signing.SHARED_SECRET)
    other = GenericSender(FixedClock(), "plain", signing=Signing.SHARED_SECRET, header="x-key")

    assert plain.post({"event": "x"}).headers["x-webhook-secret"] == "plain"
    assert other.post({"event": "x"}).headers["x-key"] == "plain"


def test_the_secret_is_not_in_the_repr_of_a_post():
    sender = GenericSender(FixedClock(), "canary", signing=Signing.SHARED_SECRET)

    assert "canary" not in repr(sender.post({"event": "x"}))


def test_several_events_make_an_array():
    post = GenericSender(FixedClock(), SECRET).post({"event": "x"}, {"event": "y"})

    assert json.loads(post.body) == [{"event": "x"}, {"event": "y"}]


def test_a_customer_who_hangs_up_is_one_abandoned_call():
    posts = GenericSender(FixedClock(), SECRET).customer_calls_and_hangs_up()

    events = [event for post in posts for event in read(post)]
    assert len({event.call_id for event in events}) == 1
    assert isinstance(events[-1], CallEnded)
    assert events[-1].disposition is Disposition.ABANDONED
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert not [event for event in events if isinstance(event, CallAnswered)]


def test_an_answered_customer_is_taken_by_an_agent():
    posts = GenericSender(FixedClock(), SECRET).customer_calls_and_is_answered(extension="0102")

    events = [event for post in posts for event in read(post)]
    assert [e.answered_by for e in events if isinstance(e, CallAnswered)] == ["0102"]
    assert events[-1].talk_seconds == 90


def test_two_calls_are_two_identifiers():
    sender = GenericSender(FixedClock(), SECRET)

    first, second = sender.whole_call_in_one_post(), sender.whole_call_in_one_post(answered=True)

    assert read(first)[0].call_id != read(second)[0].call_id
    assert read(second)[-1].disposition is Disposition.ANSWERED


def test_every_voicemail_raises_the_count():
    sender = GenericSender(FixedClock(), SECRET)
    sender.voicemail_arrives()

    [event] = read(sender.voicemail_arrives("0101"))

    assert isinstance(event, MailboxChanged)
    assert (event.mailbox, event.new) == ("0101", 2)


class Door:
    """Takes posts like the real door, and remembers them."""

    def __init__(self, status=202):
        self.requests = []
        self.status = status

    def __call__(self, request):
        self.requests.append(request)
        return httpx.Response(self.status)


def simulator(door):
    http = httpx.AsyncClient(transport=httpx.MockTransport(door))
    return GenericSimulator(GenericSender(FixedClock(), SECRET), TARGET, http)


def browser(app):
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://sim")


@pytest.mark.parametrize(
    ("happening", "posts"),
    [("hangs_up", 3), ("is_answered", 4), ("one_post", 1), ("voicemail", 1)],
)
async def test_a_button_posts_what_belongs_to_it_and_tells_what_became_of_it(happening, posts):
    door = Door()

    async with browser(simulator(door).app) as page:
        reply = await page.post(f"{CONTROL}/happenings/{happening}")
        shown = (await page.get(CONTROL)).text

    assert reply.status_code == 303
    assert [str(request.url) for request in door.requests] == [TARGET] * posts
    assert f"<li>{happening}: {', '.join(['202'] * posts)}</li>" in shown


async def test_a_door_that_is_shut_is_named_not_raised():
    def shut(request):
        raise httpx.ConnectError("no")

    async with browser(simulator(shut).app) as page:
        reply = await page.post(f"{CONTROL}/happenings/one_post", headers=JSON)

    assert reply.json()["outcomes"] == ["one_post: ConnectError"]


async def posted(habit, value, happening="hangs_up"):
    """The posts of a happening with a habit."""
    door = Door()
    async with browser(simulator(door).app) as page:
        assert (await page.post(f"{CONTROL}/habits/{habit}", data={"value": value})).is_redirect
        await page.post(f"{CONTROL}/happenings/{happening}")
    return door.requests


@pytest.mark.parametrize("mode", ["standard", "hmac", "shared_secret"])
async def test_posts_are_signed_in_the_way_that_is_chosen(mode):
    settings = GenericSettings(vendor="generic", webhook_secret=[SECRET], webhook_signature=mode)
    verifier, now = Verifier(settings), FixedClock().now()

    for post in await posted("signing", mode):
        assert verifier.verify(raw(post.headers), b"", post.content, "192.0.2.1", now)


@pytest.mark.parametrize(("packing", "posts"), [("objects", 3), ("array", 1), ("forms", 3)])
async def test_events_are_the_same_however_they_are_packed(packing, posts):
    requests = await posted("packing", packing)

    told = [event for each in requests for event in read(each)]
    assert len(requests) == posts
    assert [type(event) for event in told] == [CallStarted, CallRinging, CallEnded]
    assert told[1].targets == ("101", "102")
    assert told[2].disposition is Disposition.ABANDONED


async def test_posts_may_come_backwards():
    told = [event for post in await posted("backwards", "on") for event in read(post)]

    assert [type(event) for event in told] == [CallEnded, CallRinging, CallStarted]


async def test_posts_may_come_twice_with_the_same_identifier():
    ids = [post.headers["webhook-id"] for post in await posted("repeats", "on")]

    assert ids[::2] == ids[1::2]
    assert len(set(ids)) == 3


async def test_every_habit_is_tried_here():
    offered = await Driver(simulator(Door()).app).offered("habits")

    assert offered == {"signing", "packing", "backwards", "repeats"}
