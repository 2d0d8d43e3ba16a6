"""What a person is told when a settings file is wrong: the place, and never a secret."""

from datetime import UTC, date, datetime

import pytest
from support.settings_files import CANARY, PARIS, SLACK, STANDARD_SECRET, problems, read

from bot.settings import SettingsError

CHANNEL = "the id of a Slack channel such as C0123456789, from its details in Slack"


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
            f'slack.ops_channel: found ""; expected {CHANNEL}',
            "systems.paris.url: found 5; expected text",
            "systems.paris.key: the environment variable PARIS_KEY_TYPO is not set",
            "systems.paris.poll_seconds: found 0; expected a number, at least 0.1, at most 86400",
            'routes[0].systems[1]: "pariss" is not one of your systems: paris',
            'routes[0].quiet_hours: found "at night"; '
            "expected two different times of day such as 20:00-07:00",
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
        (
            "[server]\nport = true",
            "server.port: found true; expected a whole number, at least 0, at most 65535",
        ),
        (
            "[watching]\nevent_seconds = true",
            "watching.event_seconds: found true; expected a number, above 0",
        ),
        ("[server]\nhost = ''", 'server.host: found ""; expected text, not empty'),
        ("[licences]\nremind_days = [true]", "licences.remind_days[0]: found true; expected a wh"),
        (
            "[[routes]]\nchannel = 'C0'\nqueues = ['']",
            'routes[0].queues[0]: found ""; expected text, not empty',
        ),
        (
            "[[routes]]\nchannel = 'C0'\nquiet_hours = '20:00-20:00'",
            'routes[0].quiet_hours: found "20:00-20:00"; expected two different times of day',
        ),
        (
            "[server]\nlog_format = 'xml'",
            'server.log_format: found "xml"; expected one of: text, j',
        ),
        ("[server]\n'a b' = 1", 'server."a b": unknown key; expected one of: host'),
        ("[watching]\nping_url = 'nope'", "watching.ping_url: expected a web address such as htt"),
        ("[[routes]]\nchannel='C0'\nalerts='voicemail'", "routes[0].alerts: found "),
        (
            "[[routes]]\nchannel='C0'\nalerts=['x']",
            'routes[0].alerts[0]: found "x"; expected one o',
        ),
        (
            "[[routes]]\nchannel='C0'\nquiet_hours='20:00+02:00-07:00'",
            "routes[0].quiet_hours: foun",
        ),
        (
            "[[routes]]\nchannel='C0'\ncontinue_=true",
            "routes[0].continue_: unknown key; did you mean",
        ),
        ("[[routes]]\nchannel='C0'\nsystems=['*']", 'routes[0].systems[0]: "*" is not one of your'),
        (
            "[[routes]]\nchannel='C0'\nsystems=['env:OTHER']",
            "routes[0].systems[0]: not one of your",
        ),
        ("[licences]\nat = 9", "licences.at: found 9; expected a time of day such as 09:00"),
        (
            "[licences]\nremind_days = [7, -1]",
            "licences.remind_days[1]: found -1; expected a whole",
        ),
        (
            "[missed_calls]\nclaim_minutes = 9999999999999",
            "missed_calls.claim_minutes: found 9999999999999; expected a whole number, above 0, at",
        ),
        (
            "[retention]\nreceipt_days = 999999999",
            "retention.receipt_days: found 999999999; expected a whole number, at least 7, at most",
        ),
        (
            "[licences]\nremind_days = [999999999999]",
            "licences.remind_days[0]: found 999999999999; expected a whole number, at least 0, at",
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
        (
            "poll_seconds = 1e15",
            "poll_seconds: found 1000000000000000.0; expected a number, at least 0.1, at most ",
        ),
        (
            'region = "UK"',
            'region: found "UK"; expected a country\'s two capital letters such as FR '
            "(the United Kingdom is GB)",
        ),
        ('region = "XX"', 'region: found "XX"; expected a country\'s two capital letters'),
        ('region = "33"', 'region: found "33"; expected a country\'s two capital letters'),
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
        ("code = true", "code: found true; expected a whole number, below 100"),
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


@pytest.mark.parametrize("text", [f"one\n{CANARY}", f"{CANARY}\rtwo"])
@pytest.mark.parametrize("place", ["key", "pins.a", "webhook_secret", "webhook_secret[0]"])
def test_a_secret_of_several_lines_is_told_and_not_shown(tmp_path, text, place):
    (tmp_path / "lines").write_text(text)
    given = {
        "key": PARIS.replace("env:PARIS_KEY", "file:lines"),
        "pins.a": PARIS + 'pins = {a = "file:lines"}\n',
        "webhook_secret": PARIS + 'webhook_secret = "file:lines"\n',
        "webhook_secret[0]": PARIS + 'webhook_secret = ["file:lines"]\n',
    }

    assert problems(tmp_path, SLACK + given[place]) == [
        f"systems.paris.{place.partition('.a')[0].partition('[')[0]}: the secret holds a line break"
    ]


def test_a_token_of_several_lines_is_told_but_one_break_at_its_end_is_nothing(tmp_path):
    (tmp_path / "token").write_text(f"xoxb-{CANARY}\nsecond\n")
    text = SLACK.replace("xoxb-1", "file:token") + PARIS

    assert problems(tmp_path, text) == ["slack.bot_token: the secret holds a line break"]
    (tmp_path / "token").write_text("xoxb-test\n")
    assert read(tmp_path, text).slack.bot_token.get_secret_value() == "xoxb-test"


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


def test_dates_are_shown_as_the_file_spells_them(tmp_path):
    found = problems(tmp_path, SLACK + PARIS + "url2 = 1\ntenant = 2026-11-20\n")

    assert f"systems.paris.tenant: found {date(2026, 11, 20)}; expected text" in found


def test_a_date_and_time_is_no_time_of_day(tmp_path):
    moment = datetime(2026, 11, 20, 9, 0, tzinfo=UTC).isoformat()

    found = problems(tmp_path, SLACK + PARIS + f"[licences]\nat = {moment}\n")

    assert found[0].endswith("expected a time of day such as 09:00")
