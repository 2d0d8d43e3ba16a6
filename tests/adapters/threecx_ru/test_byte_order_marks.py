"""A byte order mark before JSON, as .NET likes to write it, says nothing."""

from codecs import BOM_UTF8
from datetime import UTC, datetime

import pytest

from bot.telephony.calls import Progress
from bot.telephony.errors import Refused
from bot.telephony.events import CallRinging, RawEvent


async def test_an_answer_is_read_behind_it(answered):
    system, _ = answered(BOM_UTF8 + b'{"result": 2}')

    assert await system.client.count_calls() == 2


async def test_a_call_that_was_placed_is_not_in_doubt(answered):
    system, requests = answered(BOM_UTF8 + b'{"finalStatus": "Success"}')

    assert (await system.calls.originate("101", "+15550100")).progress is Progress.ACCEPTED
    assert len(requests) == 1


async def test_a_refusal_behind_it_is_no_wrong_key(answered):
    system, _ = answered(BOM_UTF8 + b'{"error": "no such queue"}', status=404)

    with pytest.raises(Refused, match="no such queue"):
        await system.client.list_queues()


def test_a_post_is_read_behind_it(build, network):
    body = BOM_UTF8 + b'{"event": "ringing", "id": "1_41-0"}'
    at = datetime(2025, 11, 20, 12, tzinfo=UTC)

    [event] = build(network).parse(
        RawEvent(road="push", body=body, content_type="application/json", received_at=at)
    )

    assert event == CallRinging(call_id="1_41", at=at)
