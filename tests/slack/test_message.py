"""Whatever comes from outside is plain text in Slack, and short enough."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import message


@given(st.text(max_size=200))
def test_no_text_can_mention_link_or_format(text):
    escaped = message.escape(text)
    assert not set("<>") & set(escaped)
    for mark in "*~`":
        assert escaped.count(mark) == escaped.count(f"\u2060{mark}\u2060")
    within_words = re.findall(r"(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])", escaped)
    assert escaped.count("_") == escaped.count("\u2060_\u2060") + len(within_words)
    plain = escaped.replace("\u2060", "")
    assert message.as_typed(plain) == message.TURNS_AROUND.sub("", text).replace("\u2060", "")


def test_a_name_with_underscores_can_be_copied_into_a_command():
    """Slack formats nothing within a word, so ``paris_north`` needs no joiners there."""
    assert message.escape("paris_north does not answer") == "paris_north does not answer"
    assert message.escape("@a_b_2.") == "@a_b_2."
    assert message.escape("_x_ a__b c_") == (
        "\u2060_\u2060x\u2060_\u2060 a\u2060_\u2060\u2060_\u2060b c\u2060_\u2060"
    )


def test_no_name_turns_its_line_around():
    assert message.escape("\u202egnp.exe") == "gnp.exe"
    assert message.header("Ada\u2066") == message.header("Ada")


@given(st.text(max_size=400), st.integers(1, 300))
def test_a_cut_text_is_never_too_long_and_begins_the_same(text, length):
    short = message.cut(text, length)
    assert len(short) <= length
    assert text.startswith(short.removesuffix("…")) or short == text


def test_what_people_type_comes_without_entities():
    assert message.as_typed("R&amp;D &lt;now&gt;") == "R&D <now>"
    assert message.as_typed("&amp;lt;") == "&lt;"


def test_many_fields_take_several_sections():
    blocks = message.fields([(str(number), "x") for number in range(12)] + [("empty", "")])
    assert [len(block["fields"]) for block in blocks] == [10, 2]


def test_labels_are_cut_to_what_slack_takes():
    long = "x" * 4000
    assert len(message.header(long)["text"]["text"]) == 150
    assert len(message.button(long, "a", "1")["text"]["text"]) == 75
    assert len(message.section(long)["text"]["text"]) == 3000
    assert len(message.context(*[long] * 12)["elements"]) == 10
    asked = message.button("x", "a", "1", confirm=long)["confirm"]
    assert len(asked["text"]["text"]) == 300


@pytest.mark.parametrize(
    ("zone", "spelled"),
    [
        ("Asia/Kathmandu", "Fri 20 Nov 18:47 +0545 (Asia/Kathmandu)"),
        ("America/St_Johns", "Fri 20 Nov 09:32 NST (America/St_Johns)"),
        ("Europe/Paris", "Fri 20 Nov 14:02 CET (Europe/Paris)"),
        ("UTC", "Fri 20 Nov 13:02 UTC"),
    ],
)
def test_a_moment_has_the_name_of_its_zone_and_the_readers_own_clock(zone, spelled):
    at = datetime(2026, 11, 20, 13, 2, 11, tzinfo=UTC)
    shown = message.moment(at, ZoneInfo(zone))
    assert shown.startswith(spelled)
    assert f"<!date^{int(at.timestamp())}^" in shown


def test_the_hour_that_comes_twice_is_told_apart_by_its_zone():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    shown = [message.moment(at, ZoneInfo("Europe/Paris")) for at in (first, second)]
    assert [text.partition(" (")[0] for text in shown] == [
        "Sun 25 Oct 02:30 CEST",
        "Sun 25 Oct 02:30 CET",
    ]


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("see <http://Acme.com|Acme.com>", "see Acme.com"),
        ("<https://acme.com/?a=1&amp;b=2>", "https://acme.com/?a=1&b=2"),
        ("<http://acme.com|R&amp;D &lt;1&gt;> x", "R&D <1> x"),
        ("<mailto:pat@acme.com|pat@acme.com>", "pat@acme.com"),
        ("<tel:0123456789|01 23 45 67 89>", "0123456789"),
        ("<tel:0123456789>", "0123456789"),
        ("<@U0BO|bo> <#C0X|x> <!here>", "<@U0BO|bo> <#C0X|x> <!here>"),
        ("&lt;http://acme.com|x&gt;", "<http://acme.com|x>"),
    ],
)
def test_a_link_is_read_as_it_was_typed(text, typed):
    assert message.as_typed(text) == typed
