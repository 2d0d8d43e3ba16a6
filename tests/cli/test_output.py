"""The real program when what it prints gets lost, and when it is interrupted."""

import os
import subprocess
import sys

import pytest
from support.program import ROOT, environment

INTERRUPTED = """
import sys
from bot.__main__ import main

_, module, command = sys.argv

def interrupt(event, arguments):
    if event == "import" and arguments[0] == module:
        raise KeyboardInterrupt

sys.addaudithook(interrupt)
sys.argv = ["ringback", command]
main()
"""


@pytest.fixture
def start(tmp_path):
    """Run Python with some words; returns the exit code and what was said on standard error."""
    known = environment(tmp_path)

    def start(*words, stdout=subprocess.DEVNULL):
        done = subprocess.run(  # noqa: S603 - this Python, arguments of our own
            [sys.executable, *words],
            cwd=ROOT,
            env=known,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
        return done.returncode, done.stderr

    return start


@pytest.mark.parametrize("command", ["manifest", "check"])
def test_a_full_disk_is_one_line(start, command):
    with open("/dev/full", "w") as full:
        code, said = start("-m", "bot", command, stdout=full)
    assert said == "Standard output cannot be written: No space left on device.\n"
    assert code == 3


def test_a_pipe_that_nobody_reads_any_more_is_no_trouble(start):
    reading, writing = os.pipe()
    os.close(reading)
    code, said = start("-m", "bot", "check", stdout=writing)
    os.close(writing)
    assert (code, said) == (141, "")


@pytest.mark.parametrize(
    ("command", "module"), [("check", "bot.cli.checking"), ("serve", "uvicorn")]
)
def test_an_interruption_while_it_is_being_loaded_is_one_line(start, command, module):
    assert start("-c", INTERRUPTED, module, command) == (130, "Interrupted.\n")
