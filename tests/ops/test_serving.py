"""The real program: told to stop, it finishes and closes everything."""

import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from support.program import ROOT, environment


@contextmanager
def started(folder):
    folder.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        cwd=ROOT,
        env=environment(folder),
        stderr=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    with process:
        yield process
    watchdog.cancel()


def wait_for(words, process):
    for line in process.stderr:
        if words in line:
            return line
    raise AssertionError(f"it did not say: {words}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_process_that_is_told_to_stop_closes_its_database(tmp_path, number):
    folder = tmp_path / "one"
    with started(folder) as process:
        wait_for("Ringback serves", process)
        assert (folder / "ringback.db-wal").exists()
        process.send_signal(number)
        said = process.stderr.read()
        assert process.wait() == 0
    assert "Traceback" not in said
    assert not (folder / "ringback.db-wal").exists()


def test_a_slack_that_cannot_be_reached_is_told_before_anything_is_to_be_sent(tmp_path):
    with started(tmp_path / "one") as process:
        wait_for("Ringback serves", process)
        line = wait_for("Slack", process)
        process.terminate()
        assert process.wait() == 0
    assert "WARNING" in line
    assert line.endswith("Messages will wait: Slack cannot be reached: connection refused\n")
