"""Real server processes, on a core of their own where the machine has more than one."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.posts import CHANNELS, SIGNING_SECRET, WEBHOOK_SECRET, phone_post, request

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0

SETTINGS = """
[server]
port = {port}

[database]
url = "{database}"

[slack]
bot_token = "env:SLACK_BOT_TOKEN"
signing_secret = "env:SLACK_SIGNING_SECRET"
api_url = "http://127.0.0.1:{slack_port}/api/"
ops_channel = "C0OPS"

[systems.door]
vendor = "generic"
webhook_secret = "env:DOOR_SECRET"
region = "FR"
"""
ROUTE = """
[[routes]]
channel = "C{number:03}"
queues = ["q{number:03}"]
alerts = ["missed_call"]
"""
THRESHOLD = """
[[thresholds]]
queues = ["q{number:03}"]
metric = "longest_wait"
warn = 60
critical = 180
clear = 45
"""
SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-benchmark",
    "SLACK_SIGNING_SECRET": SIGNING_SECRET,
    "DOOR_SECRET": WEBHOOK_SECRET,
}


def write_settings(
    folder: Path, *, port: int, slack_port: int, database: str | None = None
) -> Path:
    """A settings file of 200 rules: a route and a threshold for each of 100 queues."""
    database = database or f"sqlite:///{folder}/ringback.db"
    text = SETTINGS.format(port=port, slack_port=slack_port, database=database)
    text += "".join(ROUTE.format(number=number) for number in range(CHANNELS))
    text += "".join(THRESHOLD.format(number=number) for number in range(CHANNELS))
    path = folder / "ringback.toml"
    path.write_text(text)
    return path


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def cores() -> tuple[set[int], set[int]]:
    """The core for the server, and those for everybody else; the same where there is only one."""
    allowed = sorted(os.sched_getaffinity(0) | os.sched_getaffinity(os.getppid()))
    return ({allowed[0]}, set(allowed[1:])) if len(allowed) > 1 else (set(allowed), set(allowed))


@contextmanager
def pinned(where: set[int]) -> Iterator[None]:
    """This thread, and what it starts, stay on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, where)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    process: "subprocess.Popen[bytes]"
    port: int
    started_at: float
    log: Path

    def pause(self) -> None:
        """It gets no time at all until ``go_on``."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def cpu_seconds(self) -> float:
        """Processor time that it has used, all threads together."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mb(self) -> float:
        """Memory that is really in use."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


@contextmanager
def running(arguments: list[str], port: int, core: set[int], log: Path) -> Iterator[Server]:
    """A server process of this Python, from its start to its end; it may not listen yet."""
    environment = {**os.environ, **SECRETS, "PYTHONPATH": str(ROOT / "tests")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installation has it compiled
    with log.open("ab") as said, pinned(core):
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own programs
            [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=said, stderr=said
        )
    try:
        yield Server(process, port, began, log)
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def ringback(settings: Path, port: int, core: set[int]) -> Iterator[Server]:
    """``ringback serve``."""
    arguments = ["-m", "bot", "serve", "--config", str(settings)]
    with running(arguments, port, core, settings.with_suffix(".log")) as server:
        yield server


@contextmanager
def baselines(folder: Path, core: set[int], *how: str) -> Iterator[Server]:
    """The no-op route and plain Bolt, answering already. ``how`` is for ``bench.baselines``."""
    port = free_port()
    arguments = ["-m", "bench.baselines", str(port), *how]
    with running(arguments, port, core, folder / "baselines.log") as server:
        first_answer(server, request("/phone/door", {}, b"{}"))
        yield server


def first_answer(server: Server, ask: bytes | None = None) -> float:
    """Seconds from the start to the first 2xx, asked again and again."""
    while time.perf_counter() < server.started_at + START_SECONDS:
        if server.process.poll() is not None:
            raise RuntimeError(f"the server ended: {server.log.read_text()[-2000:]}")
        if _is_taken(server.port, ask or _event()):
            return time.perf_counter() - server.started_at
        time.sleep(0.005)
    raise RuntimeError("the server did not answer in time")


def _event() -> bytes:
    return phone_post({"event": "nothing.known"})


def _is_taken(port: int, ask: bytes) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(ask)
            return line.recv(4096)[9:10] == b"2"
    except OSError:
        return False
