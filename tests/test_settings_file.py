"""What a settings file may say, and where its values may come from."""

import tomllib
from datetime import time

import pytest
from support.settings_files import (
    CANARY,
    ENVIRONMENT,
    MODELS,
    PARIS,
    SLACK,
    STANDARD_SECRET,
    MakeBelieveSettings,
    read,
)

from bot.settings import SettingsError
from bot.settings_file import list_systems, parse_settings, read_settings


def test_a_good_file_becomes_typed_settings(tmp_path):
    settings = read(
        tmp_path,
        SLACK
        + PARIS
        + """
timezone = "Europe/Paris"
[[routes]]
channel = "C0SUPPORT"
systems = ["paris"]
quiet_hours = "20:00-07:00"
continue = true
[[thresholds]]
systems = ["*"]
metric = "longest_wait"
warn = 60
critical = 180
clear = 45
[licences]
at = 08:30:00
""",
    )

    paris = settings.systems["paris"]
    assert isinstance(paris, MakeBelieveSettings)
    assert paris.key.get_secret_value() == ENVIRONMENT["PARIS_KEY"]
    assert str(paris.zone) == "Europe/Paris"
    assert settings.routes[0].quiet_hours is not None
    assert settings.routes[0].quiet_hours.cover(time(23, 0))
    assert not settings.routes[0].quiet_hours.cover(time(7, 0))
    assert settings.routes[0].continue_
    assert settings.licences.at == time(8, 30)
    assert settings.server.port == 3000


def test_every_secret_is_known_to_the_log_formatter(tmp_path):
    settings = read(
        tmp_path,
        SLACK + PARIS + '[database]\nurl = "postgresql://me:pass%2Fword@db/ringback"\n',
    )

    assert set(settings.secrets()) == {
        "xoxb-1",
        f"{CANARY}-signing",
        f"{CANARY}-paris",
        "postgresql://me:pass%2Fword@db/ringback",
        "pass%2Fword",
        "pass/word",
    }


@pytest.mark.parametrize("password", ["pa/ss", "pa#ss", "pa?ss", "12/pa[ss"])
def test_a_password_with_signs_that_urls_use_otherwise_is_known_as_well(tmp_path, password):
    settings = read(
        tmp_path, SLACK + PARIS + f'[database]\nurl = "postgresql://me:{password}@db/ringback"\n'
    )

    assert password in set(settings.secrets())


def test_any_value_may_come_from_the_environment_or_a_file(tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "key").write_text("from a file\n", encoding="utf-8")
    (tmp_path / "days").write_text("30\n", encoding="utf-8")

    settings = read(
        tmp_path,
        SLACK
        + PARIS.replace("env:PARIS_KEY", "file:secrets/key")
        + 'webhook_signature = "hmac"\nwebhook_secret = ["env:OTHER", "plain"]\n'
        + '[licences]\nremind_days = ["file:days"]\n',
    )

    assert settings.licences.remind_days == (30,)
    paris = settings.systems["paris"]
    assert isinstance(paris, MakeBelieveSettings)
    assert paris.key.get_secret_value() == "from a file"
    assert [secret.get_secret_value() for secret in paris.webhook_secret] == [
        f"{CANARY}-other",
        "plain",
    ]


def test_text_with_a_colon_is_only_text(tmp_path):
    settings = read(tmp_path, SLACK + PARIS + 'tenant = "environment:x"\n')

    assert settings.systems["paris"].tenant == "environment:x"


def test_a_file_saved_by_notepad_is_read(tmp_path):
    assert read(tmp_path, "\ufeff" + SLACK + PARIS).slack.ops_channel == "C0OPS"


@pytest.mark.parametrize("signature", ["hmac", "shared_secret"])
def test_only_standard_webhooks_need_a_whsec_secret(tmp_path, signature):
    text = f'webhook_signature = "{signature}"\nwebhook_secret = "any text"\n'

    assert read(tmp_path, SLACK + PARIS + text).systems["paris"].webhook_signature == signature


def test_a_standard_secret_is_accepted(tmp_path):
    settings = read(tmp_path, SLACK + PARIS + f'webhook_secret = "{STANDARD_SECRET}"\n')

    assert settings.systems["paris"].webhook_secret[0].get_secret_value() == STANDARD_SECRET


@pytest.mark.parametrize(
    "text",
    [
        b"[slack\n",
        b"a = \xff\n",
        b"a = 1\na = 2\n",
        b"a = " + b"9" * 5000,
        b"a = " + b"[" * 50_000,
        b"a" + b".a" * 5000 + b" = 1",
    ],
    ids=["syntax", "not UTF-8", "twice", "huge number", "deep list", "deep table"],
)
def test_a_file_that_is_not_toml_is_one_problem(tmp_path, text):
    file = tmp_path / "ringback.toml"
    file.write_bytes(text)

    with pytest.raises(SettingsError) as raised:
        read_settings(file, MODELS, {})

    assert len(raised.value.problems) == 1
    assert raised.value.problems[0].startswith(f"{file}: ")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingsError, match="no such file"):
        read_settings(tmp_path / "absent.toml", MODELS, {})


def test_systems_are_listed_whatever_else_is_wrong(tmp_path):
    file = tmp_path / "ringback.toml"
    file.write_text('slack = 1\n[systems.paris]\nkey = "env:GONE"\n[systems.lyon]\n')

    assert list_systems(file) == ["paris", "lyon"]
    file.write_text("systems = 1\n")
    assert list_systems(file) == []


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        read_settings(tmp_path, MODELS, {})


def test_bytes_in_the_environment_that_are_not_text_are_a_problem(tmp_path):
    with pytest.raises(SettingsError) as raised:
        parse_settings(tomllib.loads(SLACK + PARIS), tmp_path, MODELS, {"PARIS_KEY": "a\udcffb"})

    assert raised.value.problems == [
        "systems.paris.key: the environment variable PARIS_KEY is not UTF-8 text"
    ]
