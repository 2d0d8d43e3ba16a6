"""How late a lease may be taken over: from a killed process, and from one that sleeps."""

import pytest
from chaos.checker_of_time import RETAKEN_SECONDS, SEEN_SECONDS
from chaos.entries import GOOD, broken, lease, up
from chaos.nemesis import LONG_SLEEP_SECONDS

RETAKEN = lease(18, "p1", 2)
KILLED = {"what": "kill", "t": 10, "replica": 0}
HEIR_GONE = [{"what": "kill", "t": 11, "replica": 1}, up(17, 1)]
DATABASE_AWAY = [{"what": "database_restart", "t": 11}, {"what": "database_back", "t": 17}]
ROW_KEPT = [
    up(0, 2),
    {"what": "stop", "t": 12, "replica": 2, "seconds": 6},
    {"what": "kept", "t": 14},
]


def without(*unwanted):
    return [entry for entry in GOOD if entry not in unwanted]


def is_late(*entries):
    return "G10" in broken(sorted(entries, key=lambda entry: entry["t"]))


@pytest.mark.parametrize(("at", "late"), [(12, False), (19, False), (20, True), (30, True)])
def test_what_a_killed_process_held_is_retaken_in_nine_seconds(at, late):
    assert is_late(*without(RETAKEN), lease(at, "p1", 2)) == late


@pytest.mark.parametrize("meanwhile", [HEIR_GONE, DATABASE_AWAY, ROW_KEPT])
def test_a_killed_process_waits_longer_for_an_heir_that_cannot_take(meanwhile):
    assert not is_late(*without(RETAKEN), *meanwhile, lease(25, "p1", 2))
    assert is_late(*without(RETAKEN), *meanwhile, lease(27, "p1", 2))


def test_a_row_that_no_stopped_process_keeps_is_no_excuse():
    kept = {"what": "kept", "t": 14}
    assert is_late(*without(RETAKEN), kept, lease(24, "p1", 2))


def asleep(seconds):
    return [
        {"what": "stop", "t": 10, "replica": 0, "seconds": seconds},
        {"what": "cont", "t": 10 + seconds, "replica": 0},
    ]


@pytest.mark.parametrize(
    ("retaken", "late"), [([lease(24, "p1", 2)], False), ([lease(26, "p1", 2)], True), ([], True)]
)
def test_what_a_sleeping_process_held_is_retaken_in_fifteen_seconds(retaken, late):
    assert is_late(*without(KILLED, RETAKEN), *asleep(LONG_SLEEP_SECONDS), *retaken) == late


def test_a_process_that_wakes_in_time_keeps_its_leases():
    assert not is_late(*without(KILLED, RETAKEN), *asleep(6.0))


def test_a_long_sleep_is_longer_than_its_leases_may_be_free():
    assert LONG_SLEEP_SECONDS > RETAKEN_SECONDS + SEEN_SECONDS + 1


@pytest.mark.parametrize("several", [True, False])
def test_several_processes_of_which_none_was_seen_to_hold_a_lease_are_broken(several):
    unwanted = [entry for entry in GOOD if entry["what"] == "lease"]
    unwanted += [] if several else [up(0, 1)]
    assert is_late(*without(*unwanted)) == several
