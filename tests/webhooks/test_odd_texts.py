"""Texts of Slack's that JSON can hold and a database cannot: they come in without that."""

import json
from urllib.parse import urlencode

import pytest
from sqlmodel import select
from support import forging

from storage.tables import InvocationRow
from webhooks.shapes import storable

ODD = "a\ud83d\0b"


async def stored(world):
    """What was stored, one thing."""
    rows = await world.runtime.store.read(lambda session: session.exec(select(InvocationRow)).all())
    (row,) = rows
    return row


async def test_a_press_is_stored_without_nul_and_half_characters(world):
    reply = await forging.press(world, f"U0BO{ODD}", ODD, ODD, channel=ODD, trigger=ODD, ts=ODD)
    assert reply.status_code == 200
    row = await stored(world)
    assert (row.slack_user, row.name, row.slack_channel, row.key) == ("U0BOab", "ab", "ab", "ab")
    assert (row.payload["value"], row.payload["message_ts"]) == ("ab", "ab")


async def test_a_command_is_stored_without_nul(world):
    reply = await forging.command(world, "/pbx\0", "help\0 me", user="U0BO\0", trigger="1\0.1")
    assert reply.status_code == 200
    row = await stored(world)
    assert (row.name, row.slack_user, row.key) == ("pbx", "U0BO", "1.1")
    assert row.payload["text"] == "help me"


@pytest.mark.parametrize("part", [None, 1, True, 1.5, "whole 😀 ✓ \n", [], {}])
def test_what_can_be_stored_stays_as_it_is(part):
    assert storable({"a": [part]}) == {"a": [part]}


@pytest.mark.parametrize("kind", ["view_submission", "view_closed"])
async def test_a_view_of_no_kind_is_none(world, kind):
    view = {"callback_id": "x", "state": {"values": {}}}
    payload = {"type": kind, "user": {"id": "U0BO"}, "team": {"id": "T0DEMO"}, "view": view}
    reply = await forging.send(world, urlencode({"payload": json.dumps(payload)}))
    assert reply.status_code == 400
