"""The demo keeps nothing, however it ends."""

import os
import signal
import subprocess
import sys
from functools import partial

import pytest

from bot.listening import open_socket


@pytest.mark.enable_socket
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("how", [signal.SIG_DFL, signal.SIG_IGN], ids=["as usual", "behind &"])
def test_a_demo_that_is_ended_leaves_nothing_behind(tmp_path, number, how):
    """What a script's shell starts with a ``&`` ignores Ctrl-C."""
    with open_socket() as probe:
        port = probe.getsockname()[1]
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-u", "-m", "bot", "demo", "--port", f"{port}"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, how),
    ) as demo:
        assert demo.stdout is not None
        assert "in a browser" in demo.stdout.readline()
        demo.send_signal(number)
        said, _ = demo.communicate(timeout=30)
    assert demo.returncode == 0
    assert "nothing is kept" in said
    assert list(tmp_path.iterdir()) == []
