"""The real program: told to stop, it finishes and closes everything."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = """
[server]
port = 0
[database]
url = "sqlite:///{folder}/ringback.db"
[slack]
bot_token = "xoxb-made-up"
signing_secret = "made-up"
ops_channel = "C0"
api_url = "http://127.0.0.1:9/api/"
[systems.door]
vendor = "generic"
webhook_signature = "shared_secret"
webhook_secret = "a-made-up-secret"
"""


def start(folder):
    folder.mkdir()
    (folder / "ringback.toml").write_text(SETTINGS.format(folder=folder))
    return subprocess.Popen(  # noqa: S603 - this Python, arguments of our own
        [sys.executable, "-m", "bot", "serve", "--config", str(folder / "ringback.toml")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
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
