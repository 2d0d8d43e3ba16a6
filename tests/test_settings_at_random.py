"""Settings drawn at random: nothing makes the reader stumble or show a secret."""

import re
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.settings_files import CANARY, MODELS, MakeBelieveSettings

from bot.settings import Settings, SettingsError
from bot.settings_file import parse_settings

KEYS = st.sampled_from(
    sorted(
        {
            *Settings.model_fields,
            *MakeBelieveSettings.model_fields,
            *(
                name
                for table in ("server", "slack", "licences", "dialling", "missed_calls")
                for name in Settings.model_fields[table].annotation.model_fields
            ),
            *("continue", "channel", "quiet_hours", "metric", "warn", "critical", "clear"),
        }
    )
) | st.text(max_size=5)
WORDS = (
    "env:CANARY file:canary env:GONE env: file: makebelieve paris * longest_wait voicemail UTC "
    "20:00-07:00 https://a.example C0 192.0.2.1"
)
TEXTS = st.text(max_size=8) | st.sampled_from(WORDS.split())
LEAVES = (
    TEXTS
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.times()
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
    | st.just(10**400)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
SECRETS = st.sampled_from([CANARY, "env:CANARY", "file:canary"])
TOKENS = SECRETS | st.just(f"xoxb-{CANARY}")
PLAUSIBLE = st.fixed_dictionaries(
    {},
    optional={
        "slack": st.fixed_dictionaries(
            {"bot_token": TOKENS | VALUES, "signing_secret": SECRETS | VALUES},
            optional={"ops_channel": LEAVES, "api_url": VALUES, "admins": VALUES, "oops": SECRETS},
        )
        | VALUES,
        "systems": st.dictionaries(
            st.just("paris") | KEYS,
            st.fixed_dictionaries(
                {"vendor": st.just("makebelieve"), "key": SECRETS | st.lists(SECRETS)},
                optional={
                    "webhook_secret": SECRETS | st.lists(SECRETS),
                    "pins": st.dictionaries(KEYS, SECRETS | VALUES, max_size=3),
                    "timezone": LEAVES,
                    "url": LEAVES,
                    "code": LEAVES | st.just(66),
                    "webhook_addresses": VALUES,
                    "region": TEXTS,
                },
            )
            | VALUES,
            max_size=3,
        )
        | VALUES,
        "database": st.fixed_dictionaries({"url": SECRETS | LEAVES}) | VALUES,
        "routes": st.lists(st.dictionaries(KEYS, VALUES, max_size=5), max_size=3) | VALUES,
        "thresholds": st.lists(st.dictionaries(KEYS, VALUES, max_size=5), max_size=3) | VALUES,
        "licences": st.dictionaries(KEYS, VALUES, max_size=4),
        "server": st.dictionaries(KEYS, VALUES, max_size=4),
    },
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("settings")
    (path / "canary").write_text(CANARY, encoding="utf-8")
    return path


@given(raw=PLAUSIBLE | st.dictionaries(KEYS, VALUES, max_size=6))
def test_no_file_makes_it_stumble_or_show_a_secret(folder, raw):
    try:
        settings = parse_settings(raw, folder, MODELS, {"CANARY": CANARY})
    except SettingsError as error:
        lines = error.problems
    else:
        lines = [f"accepted: {settings!r}"]
    assert lines
    assert all(re.fullmatch(r"[^\n\r]+: [^\n\r]+", line) for line in lines)
    assert CANARY not in "".join(lines)
