"""What a settings file may say, and what a person is told when it says something else."""

import base64
import re
import tomllib
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, SecretStr, model_validator

from bot.settings import Settings, SettingsError, SystemSettings
from bot.settings_file import parse_settings, read_settings

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
    code: int = Field(default=0, lt=100)

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


def test_any_value_may_come_from_the_environment_or_a_file(tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "key").write_text("from a file\n", encoding="utf-8")

    settings = read(
        tmp_path,
        SLACK
        + PARIS.replace("env:PARIS_KEY", "file:secrets/key")
        + 'webhook_signature = "hmac"\nwebhook_secret = ["env:OTHER", "plain"]\n',
    )

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


def test_all_mistakes_are_reported_at_once_one_line_each(tmp_path):
    found = problems(
        tmp_path,
        """
[server]
prot = 3000
[slack]
signing_secret = "env:NOT_SET"
ops_channel = ""
[systems.paris]
vendor = "makebelieve"
url = 5
key = "env:PARIS_KEY_TYPO"
poll_seconds = 0
[[routes]]
channel = "C0"
systems = ["paris", "pariss"]
quiet_hours = "at night"
""",
    )

    assert sorted(found) == sorted(
        [
            "server.prot: unknown key; did you mean port?",
            'slack.bot_token: missing; expected text, "env:NAME" or "file:PATH"',
            "slack.signing_secret: the environment variable NOT_SET is not set",
            'slack.ops_channel: found ""; expected text, not empty',
            "systems.paris.url: found 5; expected text",
            "systems.paris.key: the environment variable PARIS_KEY_TYPO is not set",
            "systems.paris.poll_seconds: found 0; expected a number, above 0",
            'routes[0].systems[1]: "pariss" is not one of your systems: paris',
            'routes[0].quiet_hours: found "at night"; '
            "expected two times of day such as 20:00-07:00",
        ]
    )


@pytest.mark.parametrize(
    ("addition", "problem"),
    [
        ("[server]\nport = 70000", "server.port: found 70000; expected a whole number, "),
        (
            "[dialling]\nallowed_prefixes = ['33']",
            'dialling.allowed_prefixes[0]: found "33"; expected the beginning of an international',
        ),
        ("[server]\nport = 'x'", 'server.port: found "x"; expected a whole number'),
        ("[server]\npublic_url = 'x y'", "server.public_url: found"),
        (
            "[server]\nlog_format = 'xml'",
            'server.log_format: found "xml"; expected one of: text, j',
        ),
        ("[server]\n'a b' = 1", 'server."a b": unknown key; expected one of: host'),
        ("[database]\nurl = 'mysql://x'", "database.url: expected sqlite:///PATH or postgresql://"),
        ("[database]\nurl = 'postgresql://[x'", "database.url: expected sqlite:///PATH or"),
        ("[[routes]]\nchannel='C'\nalerts='voicemail'", "routes[0].alerts: found "),
        ("[[routes]]\nchannel='C'\nalerts=['x']", 'routes[0].alerts[0]: found "x"; expected one o'),
        ("[[routes]]\nchannel='C'\nquiet_hours='20:00+02:00-07:00'", "routes[0].quiet_hours: foun"),
        (
            "[[routes]]\nchannel='C'\ncontinue_=true",
            "routes[0].continue_: unknown key; did you mean",
        ),
        ("[[routes]]\nchannel='C'\nsystems=['*']", 'routes[0].systems[0]: "*" is not one of your'),
        ("[[routes]]\nchannel='C'\nsystems=['env:OTHER']", "routes[0].systems[0]: not one of your"),
        ("[licences]\nat = 9", "licences.at: found 9; expected a time of day such as 09:00"),
        (
            "[licences]\nremind_days = [7, -1]",
            "licences.remind_days[1]: found -1; expected a whole",
        ),
        (
            "[missed_calls]\nclaim_minutes = 0.5",
            "missed_calls.claim_minutes: found 0.5; expected a",
        ),
        ("[dialling]\ncalls_per_hour = nan", "dialling.calls_per_hour: found nan; expected a whol"),
        (
            "[[thresholds]]\nmetric='longest_wait'\nwarn=9\ncritical=1\nclear=1",
            "thresholds[0]: expected clear <= warn <= critical for longest_wait",
        ),
        (
            "[[thresholds]]\nsystems=['x']\nmetric='waiting'\nwarn=1\ncritical=1\nclear=inf",
            "thresholds[0].clear: found inf; expected a number",
        ),
        ("[systems.Lyon]\nvendor='makebelieve'", "systems.Lyon: expected a short name of lower-c"),
        ("[systems.lyon]", "systems.lyon.vendor: missing; expected one of: makebelieve"),
        (
            "[systems.lyon]\nvendor='make-believe'",
            'systems.lyon.vendor: found "make-believe"; did ',
        ),
        ("[systems.lyon]\nvendor=3", "systems.lyon.vendor: found 3; expected one of: makebelieve"),
        ("[systems.lyon]\nvendor='env:OTHER'", "systems.lyon.vendor: expected one of: makebelieve"),
        ("[systems]\nlyon = 3", "systems.lyon: expected a table such as [systems.paris]"),
        ("[systmes]", "systmes: unknown key; did you mean systems?"),
    ],
)
def test_a_mistake_is_told_with_its_place_what_was_found_and_what_was_expected(
    tmp_path, addition, problem
):
    found = problems(tmp_path, SLACK + PARIS + addition)

    assert any(line.startswith(problem) for line in found), found


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('region = "fr"', 'region: found "fr"; expected a country\'s two capital letters'),
        ('timezone = "Mars"', 'timezone: found "Mars"; expected a time zone such as Europe/Paris'),
        ('timezone = "env:OTHER"', "timezone: expected a time zone such as Europe/Paris"),
        ('webhook_header = "X Y"', 'webhook_header: found "X Y"; expected the name of an HTTP'),
        ('webhook_addresses = ["x"]', 'webhook_addresses[0]: found "x"; expected a network'),
        ("webhook_addresses = [true]", "webhook_addresses[0]: found true; expected a network such"),
        ('webhook_secret = "env:OTHER"', 'webhook_secret: expected "whsec_" and the base64 of'),
        ('webhook_secret = ["whsec_c2hvcnQ="]', 'webhook_secret[0]: expected "whsec_" and'),
        (f'webhook_secret = "{STANDARD_SECRET}%"', 'webhook_secret: expected "whsec_" and the'),
        (f'webhook_secret = ["{STANDARD_SECRET}", 3]', "webhook_secret[1]: expected text, "),
        ('webhook_secret = ["env:GONE"]', "webhook_secret[0]: the environment variable GONE is n"),
        ('webhook_secret = ""', 'webhook_secret: empty; expected text, "env:NAME" or'),
        ('tenant = "env:EMPTY"', "tenant: the environment variable EMPTY is empty"),
        ('tenant = "env:xoxb-canary"', "tenant: expected the name of an environment variable af"),
        ('tenant = "file:absent"', 'tenant: the file "absent" cannot be read'),
        ('tenant = "file:a\\u0000b"', 'tenant: the file "a\\u0000b" cannot be read'),
        (f'pins = {{ a = ["{CANARY}"] }}', "pins.a: found a list; expected text"),
        (f'pins = "{CANARY}"', "pins: expected a table"),
        ("code = 100", "code: found 100; expected a whole number, below 100"),
        (f"code = 0x{'f' * 5000}", "code: found a huge number; expected a whole number"),
        ("code = 66", "systems.paris: code 66 does not go with •••"),
        (f'tenant = [["{CANARY}"]]', "tenant: found a list; expected text"),
        (f'surprise = "{CANARY}"', "surprise: unknown key; expected one of: code, key, pins"),
    ],
)
def test_a_mistake_in_a_system_is_told_without_its_secrets(tmp_path, line, problem):
    found = problems(tmp_path, SLACK + PARIS + line + "\n")

    assert len(found) == 1, found
    assert found[0].removeprefix("systems.paris.").startswith(problem)


def test_a_missing_list_item_does_not_move_the_numbers_of_the_others(tmp_path):
    found = problems(tmp_path, SLACK + PARIS + 'webhook_addresses = ["env:GONE", "x"]\n')

    assert [line.partition(":")[0] for line in found] == [
        "systems.paris.webhook_addresses[0]",
        "systems.paris.webhook_addresses[1]",
    ]


def test_long_values_are_shortened(tmp_path):
    found = problems(tmp_path, SLACK + PARIS + f'timezone = "{"x" * 500}"\n')

    assert found == [
        f'systems.paris.timezone: found "{"x" * 39}…"; expected a time zone such as Europe/Paris'
    ]


def test_systems_are_required(tmp_path):
    assert problems(tmp_path, SLACK) == [
        "systems: missing; expected tables such as [systems.paris]"
    ]


def test_a_secret_in_the_place_of_a_table_is_not_shown(tmp_path):
    found = problems(tmp_path, f'slack = "{CANARY}"\n{PARIS}')

    assert found == ["slack: expected a table"]


def test_a_bad_secret_is_told_beside_what_else_is_wrong_with_its_system(tmp_path):
    text = 'webhook_secret = "short"\nregion = "fr"\n'

    with pytest.raises(SettingsError) as raised:
        read(tmp_path, SLACK + PARIS + text)

    assert [problem.partition(":")[0] for problem in raised.value.problems] == [
        "systems.paris.webhook_secret",
        "systems.paris.region",
    ]


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


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(tmp_path, MODELS, {})


def test_bytes_in_the_environment_that_are_not_text_are_a_problem(tmp_path):
    with pytest.raises(SettingsError) as raised:
        parse_settings(tomllib.loads(SLACK + PARIS), tmp_path, MODELS, {"PARIS_KEY": "a\udcffb"})

    assert raised.value.problems == [
        "systems.paris.key: the environment variable PARIS_KEY is not UTF-8 text"
    ]


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
PLAUSIBLE = st.fixed_dictionaries(
    {},
    optional={
        "slack": st.fixed_dictionaries(
            {"bot_token": SECRETS | VALUES, "signing_secret": SECRETS | VALUES},
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


def test_dates_are_shown_as_the_file_spells_them(tmp_path):
    found = problems(tmp_path, SLACK + PARIS + "url2 = 1\ntenant = 2026-11-20\n")

    assert f"systems.paris.tenant: found {date(2026, 11, 20)}; expected text" in found


def test_a_date_and_time_is_no_time_of_day(tmp_path):
    moment = datetime(2026, 11, 20, 9, 0, tzinfo=UTC).isoformat()

    found = problems(tmp_path, SLACK + PARIS + f"[licences]\nat = {moment}\n")

    assert found[0].endswith("expected a time of day such as 09:00")
