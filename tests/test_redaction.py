"""No secret and no full number reaches a log line."""

import base64
import json
import logging
import re
import sys
import warnings
from urllib.parse import quote, quote_plus

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction import (
    QUIET_LOGGERS,
    RedactingFormatter,
    RedactingJsonFormatter,
    Redactor,
    configure_logging,
    mask,
    mask_numbers,
)

SECRET = 'k3y/with "quotes" & spaces+plus\\ä'


def record(message="fixed", *arguments, exc_info=None, stack=None, name="bot.x"):
    return logging.LogRecord(
        name, logging.WARNING, __file__, 1, message, arguments, exc_info, sinfo=stack
    )


def raised(error):
    try:
        raise error
    except Exception:  # noqa: BLE001 - any error will do
        return sys.exc_info()


@pytest.fixture
def stderr(capsys, monkeypatch):
    """Tells what was logged to standard error; logging is afterwards as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    quiet = {name: logging.getLogger(name).level for name in QUIET_LOGGERS}
    for name in quiet:  # a server that ran before may have cut its access log off
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
    yield lambda: capsys.readouterr().err
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)


@pytest.mark.parametrize(
    "spelled",
    [
        SECRET,
        SECRET.upper(),
        quote(SECRET),
        quote(SECRET, safe=""),
        quote(SECRET, safe="").lower(),
        quote_plus(SECRET),
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        repr(SECRET)[1:-1],
        repr(SECRET.encode())[2:-1],
    ],
)
def test_a_secret_is_blanked_however_it_is_spelled(spelled):
    assert Redactor([SECRET]).blank(f"GET /x?key={spelled}&y=1") == "GET /x?key=•••&y=1"


@pytest.mark.parametrize("user", ["", "a", "ab", "abc", "apiKey"])
@pytest.mark.parametrize("secret", ["s3cret-k3y", "s3cret-k3y1", "s3cret-k3y22"])
def test_a_secret_is_blanked_in_basic_authentication(user, secret):
    header = "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()

    blanked = Redactor([secret]).blank(header)

    left = base64.b64decode(blanked.removeprefix("Basic ").replace("•••", ""))
    assert "•••" in blanked
    assert f"{user}:".encode().startswith(left)


def test_a_secret_that_contains_another_is_blanked_whole():
    redactor = Redactor(["abcd", "abcdefgh", "efgh1234"])

    assert redactor.blank("x abcdefgh y abcd z") == "x ••• y ••• z"


@pytest.mark.parametrize("secrets", [[], [""], ["abc"]])
def test_short_or_no_secrets_leave_the_text_alone(secrets):
    assert Redactor(secrets).blank("abc abcd") == "abc abcd"


@given(
    secret=st.text(min_size=4, max_size=20),
    around=st.tuples(st.text(max_size=5), st.text(max_size=5)),
    encode=st.sampled_from([str, quote, quote_plus, json.dumps, repr]),
)
def test_no_secret_gets_through_in_any_text(secret, around, encode):
    blanked = Redactor([secret]).blank(around[0] + encode(secret) + around[1])

    assert "•••" in blanked
    assert secret not in blanked or secret in "•••"


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+33123456742", "+33 ••• 42"),
        ("+1 202-555-0142", "+1 ••• 42"),
        ("+35312345642", "+353 ••• 42"),
        (" +33 1 23 45 67 42", "+33 ••• 42"),
        ("+99912345642", "••• 42"),
        ("0123456742", "••• 42"),
        ("0033123456742", "••• 42"),
        ("+3342", "••• 42"),
        ("0101", "••• 01"),
        ("101", "••• 01"),
        ("42", "•••"),
        ("7", "•••"),
        ("anonymous", "•••"),
        ("sip:123456742@pbx.example.net", "••• 42"),
        ("", ""),
    ],
)
def test_a_masked_number_keeps_its_country_and_two_digits(number, masked):
    assert mask(number) == masked


@given(st.text(max_size=20) | st.from_regex(r"\+?[0-9 ()-]{3,20}", fullmatch=True))
def test_a_masked_number_tells_at_most_five_digits_and_nothing_else(number):
    assert re.fullmatch(r"(\+[0-9]{1,3} )?•••( [0-9]{2})?|", mask(number))


@pytest.mark.parametrize(
    "number",
    [
        "0123456742",
        "01 23 45 67 42",
        "01.23.45.67.42",
        "01\u202f23\u00a045\u200967\u200742",
        "0123\u2011456\u201142",
        "030/123456742",
        "(01) 23 / 45\u200e 67-42",
        "555 0142",
    ],
)
def test_the_audit_masks_a_full_number_however_it_is_written(number):
    masked = mask_numbers(f"forward {number} @paris")
    assert masked.replace("(", "") == "forward ••• 42 @paris"


@pytest.mark.parametrize("text", ["101", "0101 @paris", "800 101", "12345", "*97", "play 1"])
def test_the_audit_shows_extensions_and_queues(text):
    assert mask_numbers(text) == text


def test_a_queue_and_an_extension_side_by_side_are_two_where_both_are_meant():
    assert mask_numbers("0800 0101 @paris", pairs=True) == "0800 0101 @paris"
    assert mask_numbers("0800 0101", pairs=False) == "••• 01"
    assert mask_numbers("01 23 45 67 42", pairs=True) == "••• 42"
    assert mask_numbers("0123456742 101", pairs=True) == "••• 01"


def test_a_text_line_is_blanked_and_stamped_in_utc():
    entry = record("asked %s with %s", "https://pbx.example.net", SECRET)
    entry.created = 1795179731.25

    line = RedactingFormatter(Redactor([SECRET])).format(entry)

    assert line == "2026-11-20T13:02:11.250Z WARNING bot.x: asked https://pbx.example.net with •••"


@pytest.mark.parametrize("formatter", [RedactingFormatter, RedactingJsonFormatter])
def test_a_traceback_is_blanked(formatter):
    request = httpx.Request("GET", "https://pbx.example.net/", params={"key": SECRET})
    response = httpx.Response(500, request=request)
    try:
        response.raise_for_status()
    except httpx.HTTPStatusError:
        entry = record("failed", exc_info=sys.exc_info())

    line = formatter(Redactor([SECRET])).format(entry)

    assert "HTTPStatusError" in line
    assert "key=•••" in line
    assert "k3y" not in line


@pytest.mark.parametrize("formatter", [RedactingFormatter, RedactingJsonFormatter])
def test_causes_notes_and_stacks_are_blanked(formatter):
    error = ValueError(f"outer {SECRET}")
    error.__cause__ = KeyError(SECRET)
    error.add_note(f"note {SECRET}")
    entry = record(SECRET, exc_info=raised(error), stack=f"stack {SECRET}", name=f"bot.{SECRET}")

    line = formatter(Redactor([SECRET])).format(entry)

    assert line.count("•••") >= 5
    assert "k3y" not in line


def test_a_json_line_is_one_object_whatever_the_secrets_are():
    secrets = ["message", "level", "2026", "WARNING", '"time"']
    entry = record("the message of %s", "2026", exc_info=raised(ValueError("two\nlines")))

    line = RedactingJsonFormatter(Redactor(secrets)).format(entry)

    parsed = json.loads(line)
    assert "\n" not in line
    assert list(parsed) == ["time", "level", "logger", "message", "details"]
    assert parsed["message"] == "the ••• of •••"
    assert parsed["details"].endswith("ValueError: two\nlines")


@pytest.mark.parametrize("formatter", [RedactingFormatter, RedactingJsonFormatter])
@given(name=st.text())
def test_a_caller_cannot_make_up_log_lines(formatter, name):
    line = formatter(Redactor([])).format(record("call from %s", name + "\nERROR\r\x1b[2J\x85"))

    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


def test_a_message_that_does_not_fit_its_arguments_is_logged_without_them():
    line = RedactingFormatter(Redactor([])).format(record("one %s %s", "s3cret"))

    assert line.endswith("one %s %s (its arguments do not fit)")


def test_a_record_that_another_formatter_has_seen_is_blanked_too():
    entry = record("failed", exc_info=raised(ValueError(SECRET)))
    logging.Formatter().format(entry)

    assert "k3y" not in RedactingFormatter(Redactor([SECRET])).format(entry)


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_everything_goes_through_the_one_handler(stderr, log_format):
    logging.getLogger().addHandler(logging.NullHandler())

    configure_logging(Redactor([SECRET]), log_format, "INFO")
    logging.getLogger("bot.adapters.x").info("sent %s", SECRET)
    logging.getLogger("bot.adapters.x").debug("not told")

    assert len(logging.getLogger().handlers) == 1
    lines = stderr().splitlines()
    assert len(lines) == 1
    assert "sent •••" in lines[0]
    assert (lines[0][0] == "{") == (log_format == "json")


@pytest.mark.parametrize("name", QUIET_LOGGERS)
def test_libraries_that_log_urls_stay_quiet_even_when_debugging(stderr, name):
    configure_logging(Redactor([]), "text", logging.DEBUG)

    logging.getLogger(name).info("GET https://pbx.example.net/?key=unknown")
    logging.getLogger(f"{name}.inner").debug("GET https://pbx.example.net/?key=unknown")
    logging.getLogger(name).error("told")

    assert [line.split(": ")[1] for line in stderr().splitlines()] == ["told"]


async def test_httpx_does_not_log_the_key_of_a_real_request(stderr):
    configure_logging(Redactor([]), "text", "DEBUG")
    transport = httpx.MockTransport(lambda request: httpx.Response(200))

    async with httpx.AsyncClient(transport=transport) as client:
        await client.get("https://pbx.example.net/", params={"key": "s3cret"})

    assert "s3cret" not in stderr()


def test_warnings_of_python_are_blanked_too(stderr):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        configure_logging(Redactor([SECRET]), "text", "INFO")
        warnings.warn(f"old {SECRET}", UserWarning, stacklevel=1)
        logging.captureWarnings(False)

    told = stderr()
    assert "old •••" in told
    assert "k3y" not in told
