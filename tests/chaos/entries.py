"""A ledger of a good run, and entries to spoil it with."""

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
    lease(18, "p1", 2),
    {"what": "look_failed", "t": 38, "name": "K900001"},
]


def broken(entries):
    return [verdict.name.split()[0] for verdict in check(entries) if not verdict.holds]
