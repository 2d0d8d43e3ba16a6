from codecs import BOM_UTF8

import httpx
import pytest

from bot.adapters.axeos.reasons import reason_in
from bot.telephony.errors import Refused


@pytest.mark.parametrize("member", ["message", "error", "detail"])
def test_a_short_plain_sentence_may_be_shown(member):
    assert reason_in(b'{"%s": "channel is stuck."}' % member.encode()) == "channel is stuck"


def test_a_byte_order_mark_before_a_reason_says_nothing():
    assert reason_in(BOM_UTF8 + b'{"message": "channel is stuck"}') == "channel is stuck"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no JSON",
        b"[" * 100_000,
        b'["message"]',
        b'{"message": 5}',
        b'{"message": ""}',
        b'{"message": "hunter2"}',
        b'{"message": "<b>no</b>"}',
        b'{"message": "SELECT name FROM users"}',
        b'{"message": "SQLSTATE 42000"}',
        b'{"message": "key 8d0a0704a96db1773fcb52db2f3e0979 is wrong"}',
        b'{"message": "my-secret is wrong"}',
        b'{"message": "two\\nlines"}',
        b'{"message": "%s"}' % (b"no " * 50),
    ],
)
def test_anything_else_is_kept_back(body):
    assert reason_in(body, ["my-secret"]) is None


async def test_the_reason_ends_the_sentence(answering):
    system, _ = answering(httpx.Response(404, json={"message": "user has moved"}))

    with pytest.raises(Refused) as caught:
        await system.client.fetch_user(uuid="u1")

    assert str(caught.value) == "paris does not know that user: user has moved."
