"""A machine's clock that is set: waits stay as long as they are, and nobody waits for an hour."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlmodel import select
from support.clocks import START, FixedClock
from support.delivery import lose
from support.rows import asked

from bot.clock import SteadyClock
from bot.demo.workspace import Fault
from bot.slack.undelivered import send_later
from bot.timekeeping import follow_machine
from storage import clock_steps, invocations, outbox, timers, turns
from storage.engine import DatabaseUnusable, open_engines
from storage.outbox import Pace
from storage.store import Store
from storage.tables import SlackChannelRow
from storage.watches import put_watch

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
BOOT = "a start of the machine"


@pytest.fixture
def machine():
    return FixedClock()


@pytest.fixture
def steady(machine):
    clock = SteadyClock(machine)
    clock.set(machine.now(), machine.monotonic())
    return clock


async def test_time_goes_on_whatever_the_machines_clock_does(machine, steady):
    machine.set(START + HOUR)
    await machine.advance(3)
    assert steady.now() == START + 3 * SECOND
    assert steady.step == HOUR


def test_a_clock_that_nobody_has_set_shows_what_the_machine_shows(machine):
    steady = SteadyClock(machine)
    machine.set(START - HOUR)
    assert steady.now() == START - HOUR
    assert not steady.is_set


def test_an_exact_answer_is_not_spoilt_by_a_slow_one(machine):
    steady, now = SteadyClock(machine), machine.monotonic()
    steady.agree(START, now, now + 0.5)
    steady.agree(START, now, now)
    assert steady.now() == START
    steady.agree(START + 2 * SECOND, now, now + 4)
    assert abs(steady.now() - START) <= timedelta(milliseconds=1)


def test_a_clock_that_was_set_elsewhere_is_followed(machine, steady):
    now = machine.monotonic()
    steady.agree(START + HOUR, now, now)
    assert steady.now() == START + HOUR


@pytest.fixture
async def store(sqlite_url):
    made = Store(open_engines(sqlite_url, serving=False))
    yield made
    await made.close()


@pytest.mark.parametrize("by", [HOUR, -HOUR])
async def test_what_waits_waits_as_long_as_before(store, by):
    await store.write(outbox.put_message, key="a", kind="notice", slack_channel="C1", now=START)
    await store.write(outbox.put_message, key="b", kind="notice", slack_channel="C1", now=START)
    await store.write(outbox.claim_due, START, Pace())
    await store.write(turns.put_off, "C1", START + 5 * SECOND)
    await store.write(timers.set_timer, "t", "claim", START + 9 * SECOND, {})
    await store.write(clock_steps.move, START + SECOND, by, 1.0, BOOT)
    assert await store.read(outbox.next_due) == START + 5 * SECOND + by
    (timer,) = await store.read(timers.list_due, START + 10 * SECOND + by)
    assert timer.due_at == START + 9 * SECOND + by
    rows = await store.read(lambda session: session.exec(outbox.select(outbox.OutboxRow)).all())
    assert [row.next_at - START - by for row in rows] == [40 * SECOND, 0 * SECOND]


async def test_what_waits_for_a_time_of_day_does_not_move(store):
    at, payload = START + HOUR, {clock_steps.TIME_OF_DAY: True}
    await store.write(timers.set_timer, "t", "invocation", at, payload)
    await store.write(clock_steps.move, START, -HOUR, 1.0, BOOT)
    (timer,) = await store.read(timers.list_due, at)
    assert timer.due_at == at


async def expected(store, machine, steady, boot):
    return await store.read(clock_steps.get_expected, machine, steady, boot)


async def test_a_step_while_nobody_was_there_is_known_by_the_monotonic_clock(store):
    await store.write(clock_steps.move, START, timedelta(0), 100.0, BOOT)
    assert await expected(store, START + HOUR, 107.0, BOOT) == START + 7 * SECOND


async def test_after_a_new_start_of_the_machine_only_a_step_back_is_known(store):
    await store.write(clock_steps.move, START, timedelta(0), 100.0, BOOT)
    assert await expected(store, START + HOUR, 3.0, "another") == START + HOUR
    assert await expected(store, START - HOUR, 3.0, "another") == START
    assert await expected(store, START - HOUR, 103.0, "") == START


async def test_a_restart_right_after_a_step_moves_nothing_again(store):
    await store.write(put_watch, clock_steps.ALONE, {"at": START.isoformat()})
    await store.write(clock_steps.move, START + SECOND, -HOUR, 100.0, BOOT)
    for boot in (BOOT, "another"):
        now = START + SECOND - HOUR
        assert await expected(store, now, 100.0, boot) == now


class SlowMachine(FixedClock):
    """Every look at one of its clocks takes 20 ms."""

    def now(self):
        self._move(0.02)
        return super().now()

    def monotonic(self):
        self._move(0.02)
        return super().monotonic()


async def test_a_busy_machine_makes_no_wait_shorter(store):
    machine = SlowMachine()
    clock = SteadyClock(machine)
    await follow_machine(clock, store)
    turn = clock.at(machine.monotonic() + 5)
    await store.write(turns.put_off, "C1", turn)
    moment = machine.monotonic()
    left = turn - clock.at(moment)
    machine.set(START + HOUR)
    await follow_machine(clock, store)
    (moved,) = await store.read(lambda session: session.exec(select(SlackChannelRow)).all())
    assert moved.next_at - clock.at(moment) >= left


async def test_nothing_is_known_of_a_database_that_nobody_has_served(store):
    assert await expected(store, START, 100.0, BOOT) == START


async def test_what_quiet_hours_hold_back_waits_for_the_time_of_day(store):
    morning = START + 8 * HOUR
    await store.write(outbox.put_message, key="a", kind="card", slack_channel="C1", now=morning)
    await store.write(clock_steps.move, START, HOUR, 1.0, BOOT)
    assert await store.read(outbox.next_due) == morning


async def test_a_question_is_as_old_as_it_was(store):
    await store.write(invocations.save_invocation, **asked(START))
    await store.write(clock_steps.move, START, HOUR, 1.0, BOOT)
    (row,) = await store.read(invocations.list_asked)
    assert row.asked_at == START + HOUR


async def pass_by(world, seconds):
    """Let the loops run for so long. The clock stands still while a request is on its way, or a
    busy disk would make each too late for its turn."""
    for _ in range(seconds * 2):
        await world.clock.advance(0.5)
        await asyncio.sleep(0.02)
        with suppress(TimeoutError, DatabaseUnusable):  # the loops go on
            async with asyncio.timeout(1):
                await world.runtime.poster.settle()


async def post(world, number):
    """As a sender does: again until it is taken."""
    for _ in range(60):
        answer = await world.app.post("/phone/door", **_request(world, number))
        if answer.is_success:
            return
        await pass_by(world, 1)
    raise AssertionError(answer.text)


async def comes(world, missed, seconds=120):
    """Whether so many missed calls are shown before so long: a busy disk is behind such a clock."""
    for _ in range(seconds):
        if len(_missed(world)) >= missed:
            return len(_missed(world)) == missed
        await pass_by(world, 1)
    return False


@pytest.mark.parametrize("by", [HOUR, -HOUR])
async def test_a_call_is_shown_at_once_after_the_clock_was_set_by_an_hour(world, by):
    async with world.runtime.working():
        await pass_by(world, 2)
        await post(world, "+12025550123")
        assert await comes(world, 1)
        world.clock.set(world.clock.now() + by)
        await pass_by(world, 3)
        await post(world, "+12025550124")
        assert await comes(world, 2)
        assert world.runtime.clock.step == timedelta(0)


def no_room_once_slack_has_said_no(runtime):
    """The store's ``write``, on a disk that is full from then on and until all loops have ended."""
    write, is_full = runtime.store.write, False

    async def full(unit, *args, **kwargs):
        nonlocal is_full
        is_full = unit is send_later or (is_full and "poster" in runtime.tasks)
        if is_full:
            raise DatabaseUnusable("database or disk is full")
        return await write(unit, *args, **kwargs)

    return full


async def test_what_slack_said_before_the_clock_was_set_holds_nothing_up(world, monkeypatch):
    lose(world, Fault.RATE_LIMITED, seconds=5)
    async with world.runtime.working():
        monkeypatch.setattr(
            world.runtime.store, "write", no_room_once_slack_has_said_no(world.runtime)
        )
        await post(world, "+12025550123")
        await pass_by(world, 2)
        for by in (-HOUR, HOUR):
            world.clock.set(world.clock.now() + by)
            await pass_by(world, 3)
            assert world.runtime.clock.step == timedelta(0)
        assert await comes(world, 1)


async def test_a_clock_that_was_put_back_while_nobody_was_there_holds_nothing_up(world):
    store, later = world.runtime.store, world.clock.now() + HOUR
    await store.write(turns.put_off, "C0SUPPORT", later)
    await store.write(put_watch, clock_steps.ALONE, {"at": later.isoformat()})
    async with world.runtime.working():
        await post(world, "+12025550123")
        assert await comes(world, 1)


def _request(world, number):
    post = world.door.whole_call_in_one_post(number)
    return {"content": post.body, "headers": post.headers}


def _missed(world):
    """Whose missed calls are shown: on cards, or on a busy machine in the message of a storm."""
    shown = str([one.blocks for one in world.workspace.messages("C0SUPPORT")])
    return [number for number in ("555-0123", "555-0124") if number in shown]
