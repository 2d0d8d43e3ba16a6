"""What is called an alert behind lesser ones, and what is excused."""

import pytest
from chaos.entries import GOOD, broken, lease, request, site, stormy, up

DOWN = stormy("K900001", critical=True)
ALSO_DOWN = stormy("K900002", critical=True)
WAITS = stormy("K100003")
SEEN = {"what": "acknowledged", "t": 2, "name": "K900001"}


def looks(*moments):
    return [{"what": "look_failed", "t": t, "name": "K900001"} for t in moments]


def posts(since, count):
    """Lesser ones, a turn apart."""
    return [storm_post(since + 1.1 * n, token=f"other{since + n}") for n in range(count)]


def storm_post(t, **more):
    return request(t, channel="CSTORM", **more)


def own(t):
    """The alert is posted and seen."""
    return [storm_post(t, token="t9.9"), site("K900001", ts="9.9", t=t)]


def kill(t, replica=0):
    return {"what": "kill", "t": t, "replica": replica}


def is_behind(*entries):
    ledger = [entry for entry in GOOD if entry["what"] != "kill"]
    ledger += [DOWN, SEEN, lease(0.2, "p1", 1, "poller:k900001"), *entries]
    return "G5" in broken(sorted(ledger, key=lambda entry: entry["t"]))


LOOKS = looks(2.5, 3.2, 5.2, 5.9)
LESSER = posts(8.1, 9)
LAST = own(18.5)
SLOW = [{"what": "slow_disk", "t": 1.0, "name": "database"}, {"what": "slow_fsync", "t": 2}]


def test_a_storm_that_is_listed_too_late_is_broken():
    late = [entry | {"t": 93} if entry.get("channel") == "CSTORM" else entry for entry in GOOD]
    assert "G5" in broken(late)


def test_a_storm_in_too_many_messages_is_broken():
    alone = [[stormy(f"K2{n:05d}"), site(f"K2{n:05d}", ts=f"9.{n:03d}", t=5)] for n in range(40)]
    assert "G5" in broken([*GOOD, *(entry for pair in alone for entry in pair)])


@pytest.mark.parametrize("lesser", [0, 9])
def test_a_critical_alert_behind_lesser_ones_is_broken(lesser):
    assert is_behind(*LOOKS, *LESSER[:lesser], *LAST) == bool(lesser)


@pytest.mark.parametrize("at", [5.95, 7.0, 8.5])
def test_a_critical_alert_whose_first_try_came_to_nothing_is_not_behind(at):
    first = storm_post(at, token="t9.9", fault="drop_before")
    assert not is_behind(*LOOKS, first, *LESSER, *LAST)


@pytest.mark.parametrize(("lesser", "behind"), [(25, False), (26, True)])
def test_another_try_that_gets_no_turn_is_behind(lesser, behind):
    first = storm_post(5.95, token="t9.9", fault="drop_before")
    assert is_behind(*LOOKS, first, *posts(8.1, lesser), *own(42)) == behind


def test_posts_that_slack_put_off_did_not_leave_before_it():
    put_off = [entry | {"fault": "rate_limited"} for entry in LESSER]
    assert not is_behind(*LOOKS, *put_off, *LAST)


def test_what_is_posted_again_after_it_was_seen_is_not_behind():
    again = storm_post(42, token="t9.9")
    assert not is_behind(*LOOKS, *own(6.5), *posts(8.1, 30), again)


@pytest.mark.parametrize("others", [[WAITS], [ALSO_DOWN], [WAITS, ALSO_DOWN]])
def test_only_a_list_without_lesser_ones_may_be_edited_to_show_a_critical_alert(others):
    names = [wish["name"] for wish in others]
    posted = [storm_post(2.1, token="t8.0"), site(*names, ts="8.0", t=2.1)]
    edited = {**site(*names, "K900001", ts="8.0", t=6.5), "what": "edited"}
    assert is_behind(*others, *LOOKS, *posted, edited) == (WAITS in others)


@pytest.mark.parametrize("at", [7.5, 40])
def test_an_edit_of_an_older_list_counts_when_it_is_made(at):
    posted = [storm_post(1.5, token="t8.0"), site("K900002", ts="8.0", t=1.5)]
    edited = {**site("K900001", "K900002", ts="8.0", t=at), "what": "edited"}
    assert is_behind(ALSO_DOWN, *LOOKS, *posted, *posts(8.1, 9), edited) == (at == 40)


@pytest.mark.parametrize(
    "harm",
    [
        [kill(7.0), up(7.6, 0)],
        [kill(5.5)],
        [{"what": "stop", "t": 3.0, "replica": 0, "seconds": 4.9}],
        [{"what": "database_restart", "t": 8.0}, {"what": "database_back", "t": 8.4}],
    ],
)
def test_an_alert_whose_process_may_have_died_before_it_left_is_not_behind(harm):
    assert not is_behind(*LOOKS, *harm, *posts(8.1, 6), *own(14.9))


@pytest.mark.parametrize(
    "harm",
    [
        [kill(1.0)],
        [{"what": "step", "t": 7.0, "replica": 0, "by": 1, "wrong": 1}],
        [{"what": "stop", "t": 7.0, "replica": 0, "seconds": 0.3}],
        [kill(8.0 + 2 * n) for n in range(9)],
    ],
)
def test_harm_excuses_only_what_leaves_soon_after_and_not_many(harm):
    assert is_behind(*LOOKS, *harm, *posts(8.1, 16), *own(26))


@pytest.mark.parametrize(
    ("seen", "behind"),
    [
        (LOOKS, True),
        (LOOKS[:2], False),
        (LOOKS[:3], False),
        ([*LOOKS, {"what": "stop", "t": 1.0, "replica": 1, "seconds": 4}], False),
        ([*LOOKS, *SLOW], False),
        ([*LOOKS, kill(7.0, replica=1)], False),
    ],
)
def test_nothing_is_said_of_an_alert_before_two_looks_have_surely_failed(seen, behind):
    assert is_behind(*seen, *posts(13.1, 9), *own(23)) == behind


def test_harm_to_who_does_not_look_is_no_excuse():
    harm = {"what": "stop", "t": 3.0, "replica": 0, "seconds": 1}
    assert is_behind(harm, *LOOKS, *posts(11.1, 9), *own(21))


def test_two_processes_that_look_at_once_make_one_look():
    both = looks(13.97, 14.09, 14.27, 14.96)
    assert not is_behind(*both, *posts(17.1, 5), *looks(22.7, 23.3), *own(24))


@pytest.mark.parametrize("asked", [(2.5, 3.2), (2.5, 2.6, 3.0, 3.3)])
def test_after_a_look_of_two_processes_the_next_one_counts(asked):
    assert is_behind(*looks(*asked, 5.2, 5.9), *LESSER, *LAST)


def test_looks_that_were_cut_off_do_not_count():
    assert not is_behind(*looks(2.5, 4.5, 6.5), *posts(9.1, 9), *LAST)
