"""A driver changes the habits of the simulated 3CX. It has no events: it tells nobody anything."""

import pytest
from support.steering import Driver, seen_with

V10, V9 = "/ivr/PbxAPI.aspx", "/PbxAPI.aspx"
CALL = {"func": "make_call", "from": "100", "to": "101", "pin": "canary100"}
UPDATE = {"func": "upd_ext", "pwd": "canary&console pass"}


class Looks:
    """What requests show of each habit."""

    def __init__(self, driver, pbx):
        self._http, self._pbx = driver.http, pbx

    async def spelling(self):
        """Which spellings of the extension's parameter changed something."""
        read = set()
        for name in ("ext_num", "extnum"):
            self._pbx.extensions["100"].record_calls = False
            await self._http.get(V10, params={**UPDATE, "record_calls": "1", name: "100"})
            read |= {name} if self._pbx.extensions["100"].record_calls else set()
        return read

    async def manner(self):
        """The status and whether a call was placed."""
        before = len(self._pbx.calls)
        reply = await self._http.get(V10, params=CALL)
        return reply.status_code, bool(reply.content), len(self._pbx.calls) - before

    async def only_path(self):
        return [(await self._http.get(path, params=CALL)).status_code for path in (V10, V9)]

    async def only_method(self):
        replies = [await self._http.get(V10, params=CALL), await self._http.post(V10, data=CALL)]
        return [reply.status_code for reply in replies]

    async def wrong_key_status(self):
        """Of a wrong PIN and of a wrong console password; another refusal keeps its 200."""
        wrong = ({**CALL, "pin": "1"}, {**UPDATE, "pwd": "1", "ext_num": "100"})
        statuses = {(await self._http.get(V10, params=each)).status_code for each in wrong}
        other = await self._http.get(V10, params={**UPDATE, "ext_num": "999"})
        return statuses, other.status_code


HABITS = {
    "spelling": {"both": {"ext_num", "extnum"}, "ext_num": {"ext_num"}, "extnum": {"extnum"}},
    "manner": {
        "empty": (200, False, 1),
        "html": (200, True, 1),
        "redirect": (302, False, 0),
        "sent_back": (302, False, 1),
        "error_page": (200, True, 0),
        "yellow_page": (500, True, 0),
    },
    "only_path": {"both": [200, 200], "v10": [200, 404], "v9_iis": [404, 200]},
    "only_method": {"both": [200, 200], "get": [200, 405], "post": [405, 200]},
    "wrong_key_status": {
        "200": ({200}, 200),
        "401": ({401}, 200),
        "403": ({403}, 200),
        "500": ({500}, 200),
    },
}


@pytest.fixture
def driver(simulator):
    return Driver(simulator.app)


@pytest.mark.parametrize("habit", HABITS)
async def test_a_habit_changes_what_is_answered(habit, driver, simulator):
    look = getattr(Looks(driver, simulator.pbx), habit)

    seen = await seen_with(driver, habit, list(HABITS[habit]), look)

    assert seen == list(HABITS[habit].values())


async def test_every_habit_is_tried_here(driver):
    assert await driver.offered("habits") == set(HABITS)
    assert await driver.offered("happenings") == set()
