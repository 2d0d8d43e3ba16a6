"""The audit's last word: "done" is what was done, and nothing else."""

import pytest
from support.storms import callers_hang_up

from storage import audit


async def outcomes(world):
    """What was pressed and typed, oldest first, with how it ended."""
    rows = await world.runtime.store.read(audit.list_newest, 50)
    return [(row.action, row.outcome) for row in reversed(rows)]


@pytest.fixture
async def box(paris):
    """Bo's box 104 holds a message of Pat's."""
    paris.mirta.pbx.leave_voicemail("104", "0123456789", "Pat", 3)
    return paris


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"fault": "error", "error": "not_allowed"}, "not done"),
        ({"fault": "rate_limited", "seconds": 90}, "not done"),
        ({"fault": "drop_after"}, "unknown"),
        ({"fault": "fail_before"}, "unknown"),
    ],
)
async def test_a_file_that_did_not_surely_arrive_is_not_called_done(box, fault, outcome):
    box.workspace.order(method="files.completeUploadExternal", **fault)
    await box.slash("U0BO", "C0SUPPORT", "/vm play 1")
    assert await outcomes(box) == [("vm", outcome)]


async def test_what_a_system_cannot_do_is_not_done(world):
    await world.own("U0BO", "101", "lyon")
    await world.slash("U0BO", "C0SUPPORT", "/vm play 1")
    assert await outcomes(world) == [("vm", "not done")]


async def test_a_file_that_arrived_is_done(box):
    await box.slash("U0BO", "C0SUPPORT", "/vm play 1")
    assert await outcomes(box) == [("vm", "done")]


async def test_a_file_that_breaks_us_is_no_success_and_the_person_hears_of_it(box, monkeypatch):
    async def breaks(*args):
        raise KeyError("made up")

    monkeypatch.setattr(box.runtime.carrier._answers, "_upload", breaks)
    told = await box.slash("U0BO", "C0SUPPORT", "/vm play 1")
    assert "Something went wrong inside Ringback" in told
    assert await outcomes(box) == [("vm", "internal error")]


async def press(world, user, action):
    await world.click(user, "C0SUPPORT", "Missed call: Pat", f"missed_call.{action}")


async def press_old(world, user, card, action):
    """Press on a card as it was, one after the other: two at once may be done in either order."""
    await world.workspace.click(user, card, f"missed_call.{action}")
    await world.runtime.carrier.look()
    await world.runtime.carrier.settle()


async def test_a_press_that_came_too_late_is_not_called_done(paris):
    await paris.own("U0CY", "105", "paris")
    posts = paris.door.customer_calls_and_hangs_up("0123456789", "Pat")
    await paris.post("door", *posts)
    card = paris.workspace.messages("C0SUPPORT")[0]  # it is not drawn anew meanwhile
    steps = ("claim", "claim", "call_back", "call_back", "resolve", "resolve", "claim", "call_back")
    for number, step in enumerate(steps):
        await press_old(paris, ("U0BO", "U0CY")[number % 2], card, step)
    assert [row for row in await outcomes(paris) if row[0] != "originate"] == [
        ("missed_call.claim", "done"),
        ("missed_call.claim", "not done"),
        ("missed_call.call_back", "done"),
        ("missed_call.call_back", "not done"),
        ("missed_call.resolve", "done"),
        ("missed_call.resolve", "not done"),
        ("missed_call.claim", "not done"),
        ("missed_call.call_back", "not done"),
    ]


async def test_a_card_that_is_open_already_is_not_opened_again(world):
    await world.post("door", *world.door.customer_calls_and_hangs_up("0123456789", "Pat"))
    await press(world, "U0BO", "resolve")
    card = world.workspace.messages("C0SUPPORT")[0]
    for user in ("U0BO", "U0CY"):
        await press_old(world, user, card, "reopen")
    assert [row for row in await outcomes(world) if row[0] == "missed_call.reopen"] == [
        ("missed_call.reopen", "done"),
        ("missed_call.reopen", "not done"),
    ]


async def test_a_list_without_a_call_to_hand_out_is_not_called_done(world):
    await callers_hang_up(world, range(8))
    calls = world.workspace.find("C0SUPPORT", "alerts at once")
    for _ in range(8):
        await world.workspace.click("U0BO", calls, "storm.claim")
        await world.settle()
    await world.workspace.click("U0CY", calls, "storm.claim")
    await world.settle()
    assert "has an owner by now" in world.workspace.ephemerals("U0CY")[-1].text
    found = await outcomes(world)
    assert (found[0], found[-1]) == (("storm.claim", "done"), ("storm.claim", "not done"))
