"""The real program: told to stop, it finishes and closes everything."""

import signal
import subprocess
import sys
import threading

import pytest
from support.program import ROOT, environment


def start(folder):
    folder.mkdir()
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        cwd=ROOT,
        env=environment(folder),
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_process_that_is_told_to_stop_closes_its_database(tmp_path, number):
    folder = tmp_path / "one"
    process = start(folder)
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    with process:
        for line in process.stderr:
            if "Ringback serves" in line:
                break
        else:
            raise AssertionError("it did not start")
        assert (folder / "ringback.db-wal").exists()
        process.send_signal(number)
        said = process.stderr.read()
        assert process.wait() == 0
    watchdog.cancel()
    assert "Traceback" not in said
    assert not (folder / "ringback.db-wal").exists()
