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
    facts = {"channel": "q1", "lag": 0, "early": -1, "fault": "none"}
    return {"what": "request", "t": t} | facts | more


GOOD = [
    {"what": "up", "t": 0, "seconds": 1},
    {"what": "wish", "t": 0, "name": "K000001", "tries": 1},
    {"what": "acknowledged", "t": 0, "name": "K000001"},
    request(1.0),
    shown("K000001"),
    request(2.01),
    shown("tick", "5.0", channel="ticks", text="Tick 10", names=[]),
    {"what": "command", "t": 2, "user": "U1", "number": "1"},
    {"what": "command_acknowledged", "t": 2, "user": "U1"},
    {"what": "rang", "t": 2, "number": "1", "fault": "none"},
    {"what": "answer", "t": 2, "user": "U1", "text": "Ringing 1."},
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
        ({"what": "up", "t": 9, "seconds": 100}, "G9"),
        (shown("tick", "6.0", channel="ticks", text="Tick 10", names=[]), "G11"),
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
