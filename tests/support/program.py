"""The real program, as a process of its own, with a settings file that any machine can serve."""

import os
from pathlib import Path

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


def environment(folder: Path) -> dict[str, str]:
    """What to start it with, from ``ROOT``. Its settings and its database are in ``folder``."""
    config = folder / "ringback.toml"
    config.write_text(SETTINGS.format(folder=folder))
    return {**os.environ, "PYTHONPATH": str(ROOT), "RINGBACK_CONFIG": str(config)}
