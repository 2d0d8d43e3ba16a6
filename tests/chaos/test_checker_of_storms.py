"""What is called an alert behind lesser ones, and what is excused."""

import pytest
from chaos.entries import GOOD, broken, lease, request, site, stormy


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
