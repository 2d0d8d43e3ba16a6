"""Every row of every OPERATIONS table, through ``ringback api`` to the simulator.

What arrives there is compared with the forms that the vendors' documents print, which stand in
the adapters' own examples.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from adapters.axeos import examples as axeos
from adapters.bluerocktel import examples as bluerocktel
from adapters.mirta import examples as mirta
from adapters.threecx_legacy import examples as threecx_legacy
from adapters.threecx_ru import examples as threecx_ru

from bot.adapters import VENDORS
from bot.adapters.mirta.simulator import KEY as MIRTA_KEY
from bot.adapters.mirta.simulator import PATH as MIRTA_PATH
from bot.adapters.threecx_ru.simulator import KEY as THREECX_RU_KEY
from bot.cli.api_answers import is_sound


@dataclass(frozen=True)
class Case:
    """One operation with its arguments, and the request that the document wants.

    ``body`` is JSON, text for a form, or ``None``.
    """

    vendor: str
    name: str
    arguments: dict[str, Any]
    method: str
    target: str
    body: Any = None

    def __str__(self) -> str:
        return f"{self.vendor} {self.name}"


def cases() -> Iterator[Case]:
    for name, (arguments, path, query, body) in axeos.WIRE.items():
        target = f"/apis/pbx{path}" + (f"?{query}" if query else "")
        yield Case("axeos", name, arguments, name.split()[0], target, body)
    for name, (arguments, target, body) in bluerocktel.CASES.items():
        yield Case("bluerocktel", name, arguments, name.split()[0], f"/api{target}", body)
    for one in mirta.EXAMPLES:
        target = f"{MIRTA_PATH}?key={MIRTA_KEY}&{one.query}"
        method, form = ("POST", one.form) if one.form else ("GET", None)
        yield Case("mirta", one.operation, one.arguments, method, target, form)
    for name, arguments, query in threecx_legacy.EXAMPLES:
        query = query.replace("<pin>", "77100").replace("<pwd>", "simulated-console")
        yield Case("threecx_legacy", name, arguments, "GET", f"/ivr/PbxAPI.aspx?{query}")
    for line in threecx_ru.DOCUMENTED:
        name, target = line.partition("?")[0], f"/webapi/{THREECX_RU_KEY}/{line}"
        arguments = threecx_ru.ARGUMENTS.get(name, {})
        method, body = ("POST", arguments) if name == "query" else ("GET", None)
        yield Case("threecx_ru", name, arguments, method, target, body)
    yield Case("threecx_ru", "licence", {}, "GET", f"/webapi/{THREECX_RU_KEY}/")


CASES = list(cases())


def typed(arguments: dict[str, Any]) -> list[str]:
    """The arguments as somebody types them."""
    return [f"{name}={text_of(value)}" for name, value in arguments.items()]


def text_of(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case date():
            return value.isoformat()
        case list():
            return ",".join(value)
        case dict():
            return json.dumps(value)
        case _:
            return str(value)


def sent(request) -> tuple[str, str, Any]:
    """Method, path with query, and body of what arrived at a simulator."""
    target = f"{request.path}?{request.query}" if request.query else request.path
    text = request.body.decode() or None
    is_json = request.headers.get("content-type", "").startswith("application/json")
    return request.method, target, json.loads(text) if text and is_json else text


@pytest.fixture
def furnished(command_line):
    """The command line, and something to work on in every simulator."""
    axeos.furnish(command_line.simulators["axeos"].pbx)
    command_line.simulators["bluerocktel"].pbx.customer_calls_and_hangs_up()
    mirta.furnish(command_line.simulators["mirta"].pbx)
    command_line.simulators["threecx_ru"].pbx.customer_calls()
    for vendor in command_line.simulators:
        command_line.requests(vendor).clear()
    return command_line


def test_every_operation_of_every_vendor_has_a_case():
    assert {(case.vendor, case.name) for case in CASES} == {
        (key, name) for key, vendor in VENDORS.items() for name in vendor.operations
    }
    assert sum(len(vendor.operations) for vendor in VENDORS.values()) == 112


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_operation_runs_from_the_command_line_as_the_document_spells_it(
    furnished, tmp_path, case
):
    operation = VENDORS[case.vendor].operations[case.name]
    sound = tmp_path / "sound.wav"
    more = (["--yes"] if operation.changes else []) + (
        ["--out", str(sound)] if is_sound(operation) else []
    )

    result = furnished.run(furnished.key(case.vendor), case.name, *typed(case.arguments), *more)

    assert result.exit_code == 0, result.stderr
    assert list(map(sent, furnished.requests(case.vendor))) == [
        (case.method, case.target, case.body)
    ]
    told = json.loads(result.stdout)
    assert (sound.read_bytes()[:4] == b"RIFF") if is_sound(operation) else not sound.exists()
    assert not is_sound(operation) or told["bytes"] == sound.stat().st_size
    newest = furnished.audit()[0]
    assert (newest["surface"], newest["action"], newest["outcome"]) == ("api", case.name, "done")
    assert newest["system"] == furnished.key(case.vendor)
    for text in (result.stdout, result.stderr, str(furnished.audit())):
        assert "canary" not in text
        assert "simulated-" not in text


@pytest.mark.parametrize(
    ("vendor", "name", "words", "target"),
    [
        (
            "axeos",
            "GET events",
            ["last=", "hold_seconds=0", "limit="],
            "/apis/pbx/events?timeout=0",
        ),
        ("axeos", "GET users", ["status=no", "appid="], "/apis/pbx/users"),
        ("bluerocktel", "GET /v1/pbx3cx-hosts", ["customer_id="], "/api/v1/pbx3cx-hosts"),
        (
            "mirta",
            "DIAL",
            ["source=104", "dest=15550123", "account=", "var=", "dialtimeout="],
            f"{MIRTA_PATH}?key={MIRTA_KEY}&reqtype=DIAL&source=104&dest=15550123&tenant=DEMO"
            "&account=104-DEMO",
        ),
        (
            "mirta",
            "AGENT PAUSE",
            ["queue=281", "extension=104", "pausereason="],
            f"{MIRTA_PATH}?key={MIRTA_KEY}&reqtype=AGENT&action=PAUSE&queue=281"
            "&extension=104-DEMO&tenant=DEMO",
        ),
        (
            "threecx_ru",
            "ext.fwd.set",
            ["num=101", "status=Away", "message="],
            f"/webapi/{THREECX_RU_KEY}/ext.fwd.set?num=101&status=Away",
        ),
        (
            "threecx_ru",
            "queue.managers.set",
            ["num=800", "managers="],
            f"/webapi/{THREECX_RU_KEY}/queue.managers.set?num=800&managers=",
        ),
    ],
)
def test_what_has_no_value_is_sent_only_where_nothing_is_a_value(
    furnished, vendor, name, words, target
):
    result = furnished.run(furnished.key(vendor), name, *words, "--yes")

    assert result.exit_code == 0, result.stderr
    [request] = furnished.requests(vendor)
    assert sent(request) == ("GET", target, None)
