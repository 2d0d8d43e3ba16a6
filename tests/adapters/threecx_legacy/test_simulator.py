"""The simulator does what the document says, and what must be feared."""

import httpx
import pytest

from bot.adapters.threecx_legacy.simulated_pbx import Manner, SimulatedExtension, Spelling

CALL = {"func": "make_call", "from": "100", "to": "101", "pin": "canary100"}
UPDATE = {"func": "upd_ext", "pwd": "canary&console pass", "record_calls": "1"}


@pytest.fixture
def http(simulator):
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=simulator.app), base_url="http://sim"
    )


@pytest.mark.parametrize("path", ["/ivr/PbxAPI.aspx", "/PbxAPI.aspx"])
async def test_calls_are_placed_at_both_paths_by_get_and_by_form(path, http, simulator):
    replies = [await http.get(path, params=CALL), await http.post(path, data=CALL)]

    assert [(reply.status_code, reply.content) for reply in replies] == [(200, b"")] * 2
    assert simulator.pbx.calls == [("100", "101")] * 2


@pytest.mark.parametrize(
    ("spelling", "read"),
    [
        (Spelling.BOTH, {"ext_num", "extnum"}),
        (Spelling.EXT_NUM, {"ext_num"}),
        (Spelling.EXTNUM, {"extnum"}),
    ],
)
@pytest.mark.parametrize("name", ["ext_num", "extnum"])
async def test_a_strict_server_reads_one_spelling_alone(name, spelling, read, http, simulator):
    simulator.pbx.spelling = spelling

    await http.get("/PbxAPI.aspx", params={**UPDATE, name: "100"})

    assert simulator.pbx.extensions["100"].record_calls == (name in read)


async def test_flags_that_are_not_named_stay(http, simulator):
    simulator.pbx.extensions["100"].disable = True

    await http.get("/PbxAPI.aspx", params={**UPDATE, "ext_num": "100"})

    assert simulator.pbx.extensions["100"] == SimulatedExtension(
        pin="canary100", disable=True, disable_external=False, record_calls=True
    )


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"pin": "wrong"}, "Invalid extension or PIN"),
        ({"from": "999"}, "Invalid extension or PIN"),
    ],
)
async def test_a_refused_call_is_a_page_with_status_200(change, text, http, simulator):
    reply = await http.get("/PbxAPI.aspx", params={**CALL, **change})

    assert reply.status_code == 200
    assert text in reply.text
    assert simulator.pbx.calls == []


async def test_flags_take_effect_on_calls(http, simulator):
    simulator.pbx.extensions["100"].disable_external = True
    await http.get("/PbxAPI.aspx", params={**CALL, "to": "15550123"})
    await http.get("/PbxAPI.aspx", params=CALL)
    simulator.pbx.extensions["100"].disable = True
    await http.get("/PbxAPI.aspx", params=CALL)

    assert simulator.pbx.calls == [("100", "101")]


async def test_a_redirect_comes_before_the_call_is_placed(http, simulator):
    simulator.pbx.manner = Manner.REDIRECT

    first = await http.get("/PbxAPI.aspx", params=CALL)
    placed_before = list(simulator.pbx.calls)
    await http.get(first.headers["location"])

    assert first.status_code == 302
    assert placed_before == []
    assert simulator.pbx.calls == [("100", "101")]


@pytest.mark.parametrize(
    ("manner", "status"), [(Manner.ERROR_PAGE, 200), (Manner.YELLOW_PAGE, 500)]
)
async def test_error_pages_come_instead_of_the_call(manner, status, http, simulator):
    simulator.pbx.manner = manner

    reply = await http.get("/PbxAPI.aspx", params=CALL)

    assert reply.status_code == status
    assert simulator.pbx.calls == []


async def test_a_machine_of_one_version_has_one_path(http, simulator):
    simulator.pbx.only_path = "/ivr/PbxAPI.aspx"

    assert (await http.get("/PbxAPI.aspx", params=CALL)).status_code == 404
    assert (await http.get("/ivr/PbxAPI.aspx", params=CALL)).status_code == 200
