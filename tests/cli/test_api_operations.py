"""Every row of every OPERATIONS table, once through ``ringback api`` to the simulator."""

import json

import pytest

from bot.adapters import VENDORS
from bot.adapters.axeos.simulated_pbx import (
    KIM,
    NIGHT,
    PAT,
    PAT_BOX,
    PAT_PHONE,
    SUPPORT,
    SimulatedCall,
)
from bot.cli.api_answers import is_sound

DAY = ("start=2026-11-20", "end=2026-11-20")
PASSWORD = "canary-given-password"
OPERATIONS = {
    "axeos": {
        "DELETE call/{unique_id}": ("unique_id=<call>",),
        "GET acd/stats": ("agents=yes", "calls=on", "relative=false"),
        "GET acd/{uuid}/stats": (f"uuid={SUPPORT}", "agents=true"),
        "GET call/{unique_id}": ("unique_id=<call>",),
        "GET events": ("last=", "hold_seconds=0", "limit=5"),
        "GET phones": ("status=yes",),
        "GET phones/{uuid}": (f"uuid={PAT_PHONE}",),
        "GET switches": ("status=yes",),
        "GET switches/{uuid}": (f"uuid={NIGHT}",),
        "GET system_information": (),
        "GET users": ("status=yes", "appid=softphone"),
        "GET users/{uuid}": (f"uuid={PAT}",),
        "GET voicemail": ("status=yes",),
        "GET voicemail/{uuid}": (f"uuid={PAT_BOX}", f"password={PASSWORD}"),
        "POST acd/stats": ("reset=yes",),
        "POST acd/{uuid}/stats": (f"uuid={SUPPORT}", "relative=yes"),
        "POST call": ("number=0123456789", "user_name=pat", "auto_answer=no"),
        "POST switches/{uuid}": (f"uuid={NIGHT}", "value=on"),
        "POST users/{uuid}": (f"uuid={KIM}", 'changes={"dnd": true, "call_forward": null}'),
    },
    "bluerocktel": {
        "DELETE /v1/pbx3cx-audits/{id}": ("audit_id=1",),
        "DELETE /v1/pbx3cx-hosts/{id}": ("host_id=5",),
        "DELETE /v1/pbx3cx_calls/{id}": ("call_id=1",),
        "GET /v1/helpers/3cxCountries": (),
        "GET /v1/helpers/3cxOpenDestinations": (),
        "GET /v1/pbx3cx-audits": (),
        "GET /v1/pbx3cx-audits/{id}": ("audit_id=1",),
        "GET /v1/pbx3cx-call-log-details/{id}": ("call_log_id=1",),
        "GET /v1/pbx3cx-call-logs": (),
        "GET /v1/pbx3cx-call-logs/{id}": ("call_log_id=1",),
        "GET /v1/pbx3cx-hosts": ("customer_id=42",),
        "GET /v1/pbx3cx-hosts/{id}": ("host_id=5",),
        "GET /v1/pbx3cx/{pbx3cx}/origins": ("host_id=5",),
        "GET /v1/pbx3cx_calls": (),
        "GET /v1/pbx3cx_calls/{id}": ("call_id=1",),
        "POST /v1/pbx3cx-audits": ('fields={"event": "looked at"}',),
        "POST /v1/pbx3cx-call-logs": ('fields={"number_from": "0123456789"}',),
        "POST /v1/pbx3cx-hosts": (
            "host_name=pbx-new.example.net",
            "active=yes",
            f"web_password={PASSWORD}",
            f"ssh_key={PASSWORD}",
            "licence_renewal_date=2027-01-31",
        ),
        "POST /v1/pbx3cx_calls": ('fields={"direction": "inbound"}',),
        "PUT /v1/pbx3cx-audits/{id}": ("audit_id=1", 'fields={"event": "read"}'),
        "PUT /v1/pbx3cx-hosts/{id}": (
            "host_id=5",
            f"licence_key={PASSWORD}",
            "clear=comment,pbx_map",
        ),
        "PUT /v1/pbx3cx_calls/{id}": ("call_id=1", 'fields={"subject": "a call"}'),
    },
    "generic": {},
    "mirta": {
        "AGENT PAUSE": ("queue=281", "extension=104", "pausereason=lunch"),
        "AGENT UNPAUSE": ("queue=281", "extension=104"),
        "COUNTCALLS": ("with_tenant=no",),
        "DIAL": ("source=104", "dest=0123456789", "dialtimeout=20", "account="),
        "HANGUP": ("extension=105",),
        "INFO CDRS": DAY,
        "INFO CDRS tenant=%": DAY,
        "INFO QUEUELOGS": DAY,
        "INFO agents": ("queue=281",),
        "INFO extensions": (),
        "INFO extstate": ("extension=104",),
        "INFO queue": ("queue=281",),
        "INFO queues": (),
        "INFO recording": ("call_id=<recording>",),
        "INFO simplecdrs": (*DAY, "direction=IN"),
        "LICENSEDAYS": (),
        "MANAGEDB CUSTOM add": ('values={"cu_name": "Door", "cu_ct_id": 1}',),
        "MANAGEDB CUSTOM get": ("objectid=67",),
        "MANAGEDB CUSTOM list": (),
        "MANAGEDB CUSTOM update": ("objectid=67", 'values={"cu_name": "Boss"}'),
        "MANAGEDB CUSTOMTYPES list": (),
        "MEDIAFILE GETAUDIO": ("objectid=3619", "id=19"),
        "QUEUE add": ("queue=282", "extension=104", "penalty=2"),
        "QUEUE del": ("queue=281", "extension=104"),
        "QUEUE list": ("queue=281",),
        "VOICEMAIL delete": ("mailbox=104", "msgid=<message>"),
        "VOICEMAIL list": (),
        "VOICEMAIL markread": ("mailbox=104", "msgid=<message>"),
        "VOICEMAIL markunread": ("mailbox=104", "msgid=<message>"),
        "VOICEMAIL message": ("mailbox=104", "msgid=<message>"),
        "VOICEMAIL messages": ("mailbox=104",),
    },
    "threecx_legacy": {
        "make_call": ("extension=100", "number=0123456789"),
        "upd_ext": ("extension=100", "disable=no", "record_calls=yes"),
    },
    "threecx_ru": {
        "all.ext.get": (),
        "all.extgroup.get": (),
        "all.group.get": (),
        "all.ivr.get": (),
        "all.line.get": (),
        "all.queue.get": (),
        "all.registered.get": (),
        "contact.del": ("id=1",),
        "contact.find": ("num=15550100", "min_len=6"),
        "contact.get": ("id=1",),
        "contact.new": ('fields={"firstname": "Kim", "phone": "+15550123"}',),
        "contact.update": ("id=1", 'fields={"company": "Acme"}'),
        "ext.del": ("num=100",),
        "ext.fwd.set": ("num=100", "status=Away", "message="),
        "ext.info.get": ("num=100",),
        "ext.new": ("num=104", f'fields={{"firstname": "Lee", "authpass": "{PASSWORD}"}}'),
        "ext.options.set": ("num=100", "enabled=on", "external=off", "recording=all"),
        "ext.queue.set": ("num=101", "queue=800", "log=no"),
        "ext.queueglobal.set": ("num=101", "log=yes"),
        "ext.state.get": ("num=101",),
        "ext.update": ("num=100", f'fields={{"lastname": "Rose", "vmpin": "{PASSWORD}"}}'),
        "extgroup.members.get": ("name=Support",),
        "group.free.get": ("num=700",),
        "group.members.get": ("num=700",),
        "group.members.set": ("num=700", "members=100,0102"),
        "licence": (),
        "makecall": ("first=101", "second=0123456789", "timeout_seconds=20"),
        "pbx.ac.get": (),
        "pbx.calls.get": (),
        "pbx.callsinfo.get": (),
        "query": ("query=select callee, heard from s_voicemail", "count=5"),
        "queue.agents.set": ("num=800", "agents=101"),
        "queue.free.get": ("num=800",),
        "queue.isfree.get": ("num=800",),
        "queue.managers.get": ("num=800",),
        "queue.managers.set": ("num=800", "managers="),
        "queue.members.get": ("num=800",),
        "queue.talk.get": ("num=800",),
    },
}
ROWS = [(vendor, name) for vendor, rows in sorted(OPERATIONS.items()) for name in sorted(rows)]


@pytest.fixture
def facts(command_line):
    """Something to work on in every simulator, and the names that it got."""
    mirta = command_line.simulators["mirta"]
    mirta.dial("105", "0123456789", "")
    answered = mirta.customer_is_answered("0145678901", "Priya Shah", "0187654321", "104")
    message = mirta.leave_voicemail("104", "0123456789", "Acme Ltd")
    crm = command_line.simulators["bluerocktel"]
    crm.customer_calls_and_hangs_up()
    axeos = command_line.simulators["axeos"]
    members = axeos.calls.members(caller={"number": "pat"})
    call = SimulatedCall(members["unique_id"], PAT, "0145678901", command_line.clock.now(), members)
    axeos.calls.start(call)
    command_line.simulators["threecx_ru"].exchange.customer_calls()
    return {
        "call": call.unique_id,
        "message": message.message_id,
        "recording": answered.uniqueid,
    }


def filled(word, facts):
    for name, fact in facts.items():
        word = word.replace(f"<{name}>", fact)
    return word


def test_every_operation_of_every_vendor_has_a_sample():
    assert {vendor: set(rows) for vendor, rows in OPERATIONS.items()} == {
        name: set(vendor.operations) for name, vendor in VENDORS.items()
    }


@pytest.mark.parametrize(("vendor", "name"), ROWS)
def test_the_operation_runs_from_the_command_line(command_line, facts, tmp_path, vendor, name):
    operation = VENDORS[vendor].operations[name]
    words = [filled(word, facts) for word in OPERATIONS[vendor][name]]
    sound = tmp_path / "sound.wav"
    more = (["--yes"] if operation.changes else []) + (
        ["--out", str(sound)] if is_sound(operation) else []
    )
    command_line.requests(vendor).clear()

    result = command_line.run(command_line.key(vendor), name, *words, *more)

    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert (sound.read_bytes()[:4] == b"RIFF") if is_sound(operation) else not sound.exists()
    assert not is_sound(operation) or told["bytes"] == sound.stat().st_size
    assert len(command_line.requests(vendor)) == 1
    newest = command_line.audit()[0]
    assert (newest["surface"], newest["action"], newest["outcome"]) == ("api", name, "done")
    assert newest["system"] == command_line.key(vendor)
    for text in (result.stdout, result.stderr, str(command_line.audit())):
        assert "canary" not in text
        assert "simulated-" not in text
