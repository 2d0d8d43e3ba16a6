"""Event to Slack, and slash command to ack, both while 500 events a second come in."""

import asyncio
import itertools
import tempfile
from pathlib import Path

from bench import load, posts, servers, slack
from bench.report import Report
from bench.sizes import Size

EVENTS_PER_SECOND = 500.0
ALERTS_PER_SECOND = 50.0
COMMANDS_PER_SECOND = 20.0
WARM_UP_SECONDS = 3.0


def delivery(size: Size, report: Report) -> None:
    """Open loop: every moment counts from when a request should have been written."""
    with tempfile.TemporaryDirectory(prefix="ringback-bench-") as folder:
        load.run(_ours(size, Path(folder), report))
        load.run(_plain_bolt(size, Path(folder), report))


async def _ours(size: Size, folder: Path, report: Report) -> None:
    core, others = servers.cores()
    port = servers.free_port()
    with servers.pinned(others):
        async with slack.running() as fake:
            settings = servers.write_settings(folder, port=port, slack_port=fake.port)
            with servers.ringback(settings, port, core) as server:
                servers.first_answer(server)
                numbers = itertools.count()
                await _play(port, fake, WARM_UP_SECONDS, numbers)
                used = server.cpu_seconds()
                intended = await _play(port, fake, size.latency_seconds, numbers, report)
                report.add(
                    server_busy_under_load=(server.cpu_seconds() - used) / size.latency_seconds
                )
    delays = [
        1000 * (fake.arrived[number] - at)
        for number, at in intended.items()
        if number in fake.arrived
    ]
    report.add(
        event_to_slack_p50_ms=load.quantile(delays, 0.5),
        event_to_slack_p99_ms=load.quantile(delays, 0.99),
        event_to_slack_lost=len(intended) - len(delays),
        event_to_slack_repeated=fake.repeated,
    )


async def _play(
    port: int,
    fake: slack.Slack,
    seconds: float,
    numbers: "itertools.count[int]",
    report: Report | None = None,
) -> dict[int, float]:
    """Everything at once; returns the moment each missed call should have been posted."""
    intended: dict[int, float] = {}
    streams = _streams(f"http://127.0.0.1:{fake.port}/response", numbers, intended)
    events, _, commands = await load.play(port, streams, seconds)
    for _ in range(100):
        if intended.keys() <= fake.arrived.keys():
            break
        await asyncio.sleep(0.1)
    if report is not None:
        _tell_answers(report, events, commands)
    return intended


def _streams(
    response_url: str, numbers: "itertools.count[int]", intended: dict[int, float]
) -> tuple[load.Stream, load.Stream, load.Stream]:
    """Answered calls, missed calls and commands; each missed call is noted in ``intended``."""
    notices = posts.answered_calls()

    def event(number: int, at: float) -> bytes:
        return posts.phone_post(next(notices))

    def missed(number: int, at: float) -> bytes:
        named = next(numbers)
        intended[named] = at
        return posts.phone_post(posts.missed_call(named))

    def command(number: int, at: float) -> bytes:
        return posts.command_post("whoami", response_url)

    return (
        load.Stream(EVENTS_PER_SECOND - ALERTS_PER_SECOND, event),
        load.Stream(ALERTS_PER_SECOND, missed),
        load.Stream(COMMANDS_PER_SECOND, command),
    )


def _tell_answers(report: Report, events: load.Sent, commands: load.Sent) -> None:
    report.add(
        ack_p50_ms=1000 * load.quantile(commands.took, 0.5),
        ack_p99_ms=1000 * load.quantile(commands.took, 0.99),
        event_to_2xx_p50_ms=1000 * load.quantile(events.took, 0.5),
        event_to_2xx_p99_ms=1000 * load.quantile(events.took, 0.99),
    )
    if set(commands.statuses) != {200} or set(events.statuses) != {202}:
        report.notes.append(f"answers: {events.statuses} and {commands.statuses}")


async def _plain_bolt(size: Size, folder: Path, report: Report) -> None:
    """Bolt's own adapter as it comes, beside as many posts to a route that does nothing."""
    core, others = servers.cores()
    notices = posts.answered_calls()

    def event(number: int, at: float) -> bytes:
        return posts.phone_post(next(notices))

    def command(number: int, at: float) -> bytes:
        return posts.command_post("whoami", "http://127.0.0.1:9/response")

    streams = load.Stream(EVENTS_PER_SECOND, event), load.Stream(COMMANDS_PER_SECOND, command)
    with servers.pinned(others), servers.baselines(folder, core) as server:
        _, commands = await load.play(server.port, streams, size.latency_seconds / 2)
    report.add(
        ack_plain_bolt_p50_ms=1000 * load.quantile(commands.took, 0.5),
        ack_plain_bolt_p99_ms=1000 * load.quantile(commands.took, 0.99),
    )
