"""A checker that finds nothing proves nothing: each property is broken once."""

import pytest
from chaos.checker import check
from chaos.entries import GOOD, broken, lease, request, shown, stormy, tick, up


def test_a_good_ledger_is_good():
    assert broken(GOOD) == []


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ({"what": "acknowledged", "t": 3, "name": "K000002"}, "G1"),
        ({"what": "wish", "t": 3, "name": "K000002", "tries": 1}, "G1"),
        ({"what": "refused", "t": 3, "name": "K000001", "status": 401}, "G1"),
        (shown("K000001", "2.0"), "G3"),
        (shown("K000009", "2.0", token="t1.0"), "G3"),
        ({"what": "deleted", "t": 3, "channel": "q1", "ts": "1.0"}, "G3"),
        ({"what": "wish", "t": 0, "name": "K000001", "tries": 2}, "G3"),
        (request(2.9), "G4"),
        (request(4.0, early=0.5), "G4"),
        (up(9, 2, seconds=100), "G9"),
        (tick(4, "6.0"), "G11"),
        ({"what": "posted", "t": 3, "key": "b", "status": 202}, "G1"),
        ({"what": "stored", "t": 3, "key": "a", "count": 2}, "G1"),
        (stormy("K100002"), "G5"),
        (lease(0.2, "p0", 1, "poller:paris"), "G10"),
        (tick(4, "6.0"), "G13"),
        ({"what": "rang", "t": 3, "number": "1", "fault": "drop_after"}, "G16"),
        ({"what": "command_acknowledged", "t": 3, "user": "U2"}, "G16"),
        ({"what": "answer", "t": 3, "user": "U1", "text": "Nothing was done."}, "G16"),
        ({"what": "command", "t": 3, "user": "U3", "number": "3"}, "G16"),
    ],
)
def test_each_property_can_be_broken(entry, name):
    assert name in broken([*GOOD, entry])


def test_what_people_deleted_is_not_called_lost():
    removed = {"what": "removed", "t": 3, "channel": "q1", "ts": "1.0"}
    assert broken([*GOOD, removed]) == []


def test_the_referees_own_lateness_is_not_blamed_on_us():
    assert broken([*GOOD, request(4.0, lag=0.2), request(4.9)]) == []


def test_a_tick_that_nobody_took_is_missed():
    assert "G11" in broken([entry for entry in GOOD if entry != tick(4, "5.1")])


STOPPED = {"what": "stop", "t": 0.5, "replica": 1}


@pytest.mark.parametrize(
    ("seen", "excused"),
    [
        ([STOPPED, {"what": "kept", "t": 3}], True),
        ([STOPPED], False),
        ([{"what": "kept", "t": 3}], False),
        ([STOPPED, {"what": "kept", "t": 0.6}], False),
        ([STOPPED | {"t": -4}, {"what": "kept", "t": 3}], False),
    ],
)
def test_only_rows_that_a_stopped_process_keeps_excuse_a_tick(seen, excused):
    untaken = [entry for entry in GOOD if entry != tick(4, "5.1")]
    assert ("G11" in broken([*untaken, *seen])) != excused


@pytest.mark.parametrize(
    "harm",
    [
        [{"what": "kill", "t": 3.02, "replica": 0}],
        [{"what": "stop", "t": 3.4, "replica": 0, "seconds": 1}],
        [{"what": "stop", "t": 2.9, "replica": 0, "seconds": 2}],
        [
            {"what": "disk_full", "t": 3.1, "replica": 0, "seconds": 0.6},
            {"what": "kill", "t": 3.9, "replica": 0},
        ],
        [
            {"what": "slow_disk", "t": 2.9, "name": "database"},
            {"what": "kill", "t": 3.7, "replica": 0},
            {"what": "slow_fsync", "t": 3.8, "waits": 9},
        ],
        [
            {"what": "database_restart", "t": 3.1},
            {"what": "database_back", "t": 3.4},
            {"what": "kill", "t": 3.8, "replica": 0},
        ],
    ],
)
def test_a_429_that_nobody_lived_to_write_down_is_counted_apart(harm):
    verdicts = check([*GOOD, *harm, request(4.0, early=0.5, told=1.0)])
    (pacing,) = [verdict for verdict in verdicts if verdict.name == "G4 pacing"]
    assert pacing.holds
    assert pacing.figures.endswith("1 inside one that nobody lived to write down")


@pytest.mark.parametrize(
    "harm",
    [
        [{"what": "kill", "t": 3.6, "replica": 0}],
        [{"what": "disk_full", "t": 3.1, "replica": 0, "seconds": 0.2}],
        [
            {"what": "slow_disk", "t": 2.9, "name": "database"},
            {"what": "slow_fsync", "t": 3.1, "waits": 9},
            {"what": "kill", "t": 3.7, "replica": 0},
        ],
        [
            {"what": "slow_disk", "t": 2.0, "name": "0"},
            {"what": "slow_fsync", "t": 4.5, "waits": 3},
        ],
        [{"what": "stop", "t": 1.9, "replica": 0, "seconds": 1}],
        [{"what": "step", "t": 3.01, "replica": 0, "by": 1, "wrong": 1}],
    ],
)
def test_a_429_that_could_be_written_down_counts(harm):
    assert "G4" in broken([*GOOD, *harm, request(4.0, early=0.5, told=1.0)])


def test_a_request_that_had_left_before_the_429_was_read_is_not_blamed():
    assert broken([*GOOD, request(4.0, early=0.9, told=0.1, lag=0.2)]) == []


@pytest.mark.parametrize(
    ("late", "excused"),
    [
        ([request(3.0, channel="q2", lag=0.5)], True),
        ([request(3.0, channel="q2", lag=0.3)], False),
        ([request(2.1, channel="q2", lag=0.5)], False),
        ([], False),
    ],
)
def test_a_machine_that_was_late_had_less_time_to_write_a_429_down(late, excused):
    killed = {"what": "kill", "t": 3.15, "replica": 0}
    ledger = [*GOOD, killed, *late, request(4.0, early=0.2, told=1.8)]
    assert ("G4" in broken(ledger)) != excused


@pytest.mark.parametrize(("told", "excused"), [(0.8, True), (1.2, False)])
def test_a_late_machine_needs_no_kill_to_have_had_no_time(told, excused):
    assert ("G4" in broken([*GOOD, request(4.0, early=0.2, told=told, lag=0.5)])) != excused
