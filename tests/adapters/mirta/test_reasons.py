"""Only plain words of the system are shown to people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.mirta.reasons import may_mean_yes, mistaken_key, readable_reason

SECRET = "NLbP7GFN"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("No extension specified", "No extension specified"),
        ("Wrong or missing tenant.\n", "Wrong or missing tenant"),
        ("Error|Originate failed||", "Originate failed"),
        ("|No such channel|", "No such channel"),
        ("Extension 104-DEMO isn't in queue 9200", "Extension 104-DEMO isn't in queue 9200"),
    ],
)
def test_short_sentences_are_shown_as_they_are(text, reason):
    assert readable_reason(text, SECRET) == reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "|||",
        "12345",
        "true",
        "False",
        "<b>No</b>",
        '{"error": "no"}',
        "select name from tenants",
        "Unknown column in where clause",
        "You have an error in your SQL syntax",
        "Token 9f8e7d6c5b4a3f2e1d is not valid",
        f"Key {SECRET} is not valid",
        "One line\nand another",
        "word " * 30,
    ],
)
def test_anything_else_is_not_shown(text):
    assert readable_reason(text, SECRET) is None


@pytest.mark.parametrize(
    "text",
    [
        "Originate successfully queued",
        "Interface paused successfully",
        "Interface unpaused successfully",
        "Added interface to queue",
        "Accepted|Originate queued|5f3a|",
        "Yes.",
        "Done",
        "Originate OK",
        "Call initiated",
        "Originated",
        "Request sent",
        "Call placed",
    ],
)
def test_a_yes_within_a_sentence_may_be_one(text):
    assert may_mean_yes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Error|Originate was not accepted|",
        "Call could not be queued",
        "Cannot be added",
        "Queue is required to be added",
        "Failed|queued|",
        "Unable to add interface: Already added",
        "Agent isn't queued",
        "No queued calls",
        "Interface not found",
        "Permission denied",
        "The call cannot be initiated",
        "Request not sent",
        "Wrong parameters sent",
        "Too many requests sent",
        "Nothing was sent",
        "Call never started",
    ],
)
def test_a_no_is_none_whatever_else_it_says(text):
    assert not may_mean_yes(text)


@given(st.text(max_size=200))
def test_whatever_is_shown_is_one_short_line_without_markup(text):
    reason = readable_reason(text, SECRET)
    if reason is not None:
        assert len(reason) <= 120
        assert not set(reason) & set('<>{}[]"=|\\\n\r')


def test_the_sentence_about_the_key_is_known_by_its_beginning():
    assert mistaken_key(" Too bad... you mistaken the security api key.\n")
    assert not mistaken_key("Too bad weather")
