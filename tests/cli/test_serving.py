"""What a server does without."""

import subprocess
import sys

LOADED = """
import sys
from bot.__main__ import main

sys.argv = ["ringback", "serve", "--help"]
try:
    main()
finally:
    print(sorted({"rich", "pygments", "bot.adapters.mirta", "bot.cli.api"} & set(sys.modules)))
"""


def test_a_server_loads_neither_other_commands_nor_what_only_these_need():
    said = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.splitlines()[-1] == "[]"
    assert "Run Ringback" in said.stdout
