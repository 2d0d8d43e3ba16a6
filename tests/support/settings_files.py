"""A settings file with one made-up vendor, and what is said of it."""

import base64
from pathlib import Path

import pytest
from pydantic import Field, SecretStr, model_validator

from bot.settings import Settings, SettingsError, SystemSettings
from bot.settings_file import read_settings

CANARY = "canary-9f3Zq-secret"
STANDARD_SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
SLACK = f"""
[slack]
bot_token = "xoxb-1"
signing_secret = "{CANARY}-signing"
ops_channel = "C0OPS"
"""
PARIS = """
[systems.paris]
vendor = "makebelieve"
url = "https://pbx.example.net/api"
key = "env:PARIS_KEY"
"""
ENVIRONMENT = {"PARIS_KEY": f"{CANARY}-paris", "OTHER": f"{CANARY}-other", "EMPTY": ""}


class MakeBelieveSettings(SystemSettings):
    url: str
    key: SecretStr
    pins: dict[str, SecretStr] = Field(default={})
    code: int | None = Field(default=None, lt=100)

    @model_validator(mode="after")
    def _telling(self) -> "MakeBelieveSettings":
        """A careless validator, as an adapter might have."""
        if self.code == 66:
            raise ValueError(f"code 66 does not go with {self.key.get_secret_value()}")
        return self


MODELS = {"makebelieve": MakeBelieveSettings}


def read(folder: Path, text: str) -> Settings:
    file = folder / "ringback.toml"
    file.write_text(text, encoding="utf-8")
    return read_settings(file, MODELS, ENVIRONMENT)


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        read(folder, text)
    assert CANARY not in str(raised.value)
    return raised.value.problems
