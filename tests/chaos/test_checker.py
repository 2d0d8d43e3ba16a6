"""A checker that finds nothing proves nothing: each property is broken once."""

import pytest
from chaos.checker import check


def shown(name, ts="1.0", **more):
    facts = {
        "names": [name],
        "tries": 1,
        "thread": None,
        "token": f"t{ts}",
        "text": f"Missed call: {name}",
    }
    return {"what": "shown", "t": 1, "channel": "q1", "ts": ts} | facts | more


def request(t, **more):
    facts = {"channel": "q1", "lag": 0, "early": -1, "told": 1.0, "fault": "none"}
    return {"what": "request", "t": t} | facts | more


def up(t, replica, **more):
    return {"what": "up", "t": t, "replica": replica, "process": f"p{replica}"} | {
        "seconds": 1,
        "cold": True,
        **more,
    }


def lease(t, owner, fence, name="intake"):
    return {"what": "lease", "t": t, "name": name, "owner": owner, "fence": fence}


def stormy(name, **more):
    return {
        "what": "wish",
        "t": 2,
        "name": name,
        "tries": 1,
        "storm": True,
        "critical": False,
    } | more


def tick(at, ts):
    return shown("tick", ts, channel="ticks", text=f"Tick {at}", names=[])


def site(*names, **more):
    return shown("", channel="CSTORM", names=list(names), text="Several alerts", **more)


GOOD = [
    {"what": "began", "t": 0, "wall": 0},
    up(0, 0),
    up(0, 1),
    lease(0.1, "p0", 1),
    {"what": "wish", "t": 0, "name": "K000001", "tries": 1},
    {"what": "posted", "t": 0, "key": "a", "status": 202},
    {"what": "stored", "t": 0, "key": "a", "count": 1},
    {"what": "acknowledged", "t": 0, "name": "K000001"},
    request(1.0),
    shown("K000001"),
    request(2.01),
    tick(2, "5.0"),
    tick(4, "5.1"),
    tick(6, "5.2"),
    {"what": "command", "t": 2, "user": "U1", "number": "1"},
    {"what": "command_acknowledged", "t": 2, "user": "U1"},
    {"what": "rang", "t": 2, "number": "1", "fault": "none"},
    {"what": "answer", "t": 2, "user": "U1", "text": "Ringing 1."},
    stormy("K100001"),
    {"what": "acknowledged", "t": 2, "name": "K100001"},
    site("K100001", ts="7.0", t=4),
    {"what": "ticks_end", "t": 9},
    {"what": "kill", "t": 10, "replica": 0},
    {"what": "step", "t": 12, "replica": 1, "by": -3600, "wrong": -3600},
    lease(21, "p1", 2),
    {"what": "look_failed", "t": 38, "name": "K900001"},
]


def broken(entries):
    return [verdict.name.split()[0] for verdict in check(entries) if not verdict.holds]


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


def test_a_storm_that_is_listed_too_late_is_broken():
    late = [entry | {"t": 93} if entry.get("channel") == "CSTORM" else entry for entry in GOOD]
    assert "G5" in broken(late)


def test_a_storm_in_too_many_messages_is_broken():
    alone = [[stormy(f"K2{n:05d}"), site(f"K2{n:05d}", ts=f"9.{n:03d}", t=5)] for n in range(40)]
    assert "G5" in broken([*GOOD, *(entry for pair in alone for entry in pair)])


DOWN = stormy("K900001", critical=True)
LOOKS = [{"what": "look_failed", "t": t, "name": "K900001"} for t in (2.5, 3.2, 5.2, 5.9)]
LESSER = [request(8.1 + 1.1 * n, channel="CSTORM", token=f"other{n}") for n in range(9)]
LAST = [request(18.5, channel="CSTORM", token="t9.9"), site("K900001", ts="9.9", t=18.5)]


@pytest.mark.parametrize("lesser", [0, 9])
def test_a_critical_alert_behind_lesser_ones_is_broken(lesser):
    assert ("G5" in broken([*GOOD, DOWN, *LOOKS, *LESSER[:lesser], *LAST])) == bool(lesser)


@pytest.mark.parametrize("at", [5.95, 7.0, 8.5])
def test_a_critical_alert_whose_first_try_came_to_nothing_is_not_behind(at):
    first = request(at, channel="CSTORM", token="t9.9", fault="drop_before")
    assert "G5" not in broken([*GOOD, DOWN, *LOOKS, first, *LESSER, *LAST])


@pytest.mark.parametrize(
    "looks",
    [
        LOOKS[:2],
        LOOKS[:3],
        [*LOOKS, {"what": "stop", "t": 1.0, "replica": 0, "seconds": 4}],
        [
            *LOOKS,
            {"what": "slow_disk", "t": 1.0, "name": "database"},
            {"what": "slow_fsync", "t": 2},
        ],
        [*LOOKS, {"what": "kill", "t": 7.0, "replica": 1}, lease(6.5, "p1", 1, "poller:k900001")],
    ],
)
def test_nothing_is_said_of_an_alert_before_two_looks_have_surely_failed(looks):
    held = lease(0.2, "p0", 0, "poller:k900001")
    ledger = sorted([*GOOD, DOWN, held, *looks, *LESSER, *LAST], key=lambda entry: entry["t"])
    assert "G5" not in broken(ledger)


def test_harm_to_who_does_not_look_is_no_excuse():
    held = lease(0.2, "p1", 0, "poller:k900001")
    harm = {"what": "stop", "t": 3.0, "replica": 0, "seconds": 1}
    assert "G5" in broken([*GOOD, DOWN, held, harm, *LOOKS, *LESSER, *LAST])


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
