"""Queues of odd names are found by them, and no other queue is."""

import pytest

from bot.commands.queue_choice import find_only_queue, find_queue, mistyped_queue, refuse_several
from bot.commands.request import UsageError
from bot.telephony.queues import Queue


def queues(*names):
    return [Queue(queue_id=f"id{number}", name=name) for number, name in enumerate(names)]


def found(text, *names):
    queue, rest = find_queue(queues(*names), text, at_start=True)
    return (queue.name if queue else None), " ".join(rest)


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("Hotline (24h) lunch", ("Hotline", "Hotline (24h)"), ("Hotline (24h)", "lunch")),
        ("Vente ! lunch", ("Vente !", "Vente ?"), ("Vente !", "lunch")),
        ("Vente lunch", ("Vente !", "Vente ?"), (None, "Vente lunch")),
        ("vente. lunch", ("Vente !", "Vente"), ("Vente", "lunch")),
        ("Vente lunch", ("Vente !",), ("Vente !", "lunch")),
        ("« RH » lunch", ("RH",), ("RH", "lunch")),
        ("“Bo\u2019s” lunch", ("Bo's",), ("Bo's", "lunch")),
        ("Support FR lunch", ("Support", "Sup\u00adport FR"), ("Sup\u00adport FR", "lunch")),
        ("دعم", ("\u200fدعم",), ("\u200fدعم", "")),
        ("( lunch )", ("???",), (None, "( lunch )")),
        ("??? lunch", ("???",), ("???", "lunch")),
        ("R & D", ("R & D", "R"), ("R & D", "")),
        ("“Support!” lunch", ("Support", "Support!"), ("Support!", "lunch")),
        ("… lunch", ("\u200f",), (None, "… lunch")),
    ],
)
def test_a_queue_is_found_by_its_name_and_no_other_is(text, names, expected):
    assert found(text, *names) == expected


@pytest.mark.parametrize("text", ["all", "All.", "“all”", ""])
def test_all_are_meant_by_that_word_and_by_none(text):
    assert find_only_queue(queues("Support"), text) is None


@pytest.mark.parametrize("text", [".", "?", "( )"])
def test_marks_alone_name_the_queue_that_is_called_so_or_none(text):
    with pytest.raises(UsageError, match="There is no queue"):
        find_only_queue(queues("Support", "???"), text)


@pytest.mark.parametrize(
    "words",
    ["R & D", "and R & D", "Sales and Care", "Sales, R & D", "all", "or Sales", ", Sales lunch"],
)
def test_further_queues_are_refused(words):
    every = queues("Support", "R & D", "Sales and Care", "Sales")
    with pytest.raises(UsageError, match="Only one queue"):
        refuse_several(every, words.split())


@pytest.mark.parametrize("words", ["", "and", "lunch", "Sales lunch", "& co"])
def test_what_names_no_further_queue_is_a_reason(words):
    refuse_several(queues("Support", "Sales"), words.split())


@pytest.mark.parametrize("text", ["Support,Sales", "Support/Sales lunch", "Support&Sales"])
def test_queues_that_are_joined_by_a_mark_are_no_reason(text):
    assert mistyped_queue(queues("Support", "Sales"), text) == text.split()[0]


def test_a_name_that_two_queues_share_but_for_a_mark_is_no_reason():
    assert mistyped_queue(queues("Vente !", "Vente ?"), "vente. lunch") == "vente."


@pytest.mark.parametrize("text", ["lunch/dentist", "", "Sup,port", "and/or"])
def test_other_words_that_are_joined_are_a_reason(text):
    assert mistyped_queue(queues("Help", "Sales"), text) is None
