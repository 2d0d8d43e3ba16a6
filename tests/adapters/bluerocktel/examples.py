"""One example of every operation: how it is called, and how the document spells the request."""

from datetime import date
from typing import Any

# The addresses are those of BlueRockTEL's "PBX (3CX)" page, its {id} filled in: arguments, path
# and query below /api, JSON body.
CASES: dict[str, tuple[dict[str, Any], str, Any]] = {
    "DELETE /v1/pbx3cx-audits/{id}": ({"audit_id": 1}, "/v1/pbx3cx-audits/1", None),
    "DELETE /v1/pbx3cx-hosts/{id}": ({"host_id": 5}, "/v1/pbx3cx-hosts/5", None),
    "DELETE /v1/pbx3cx_calls/{id}": ({"call_id": 1}, "/v1/pbx3cx_calls/1", None),
    "GET /v1/helpers/3cxCountries": ({}, "/v1/helpers/3cxCountries", None),
    "GET /v1/helpers/3cxOpenDestinations": ({}, "/v1/helpers/3cxOpenDestinations", None),
    "GET /v1/pbx3cx-audits": ({}, "/v1/pbx3cx-audits", None),
    "GET /v1/pbx3cx-audits/{id}": ({"audit_id": 1}, "/v1/pbx3cx-audits/1", None),
    "GET /v1/pbx3cx-call-log-details/{id}": (
        {"call_log_id": 1},
        "/v1/pbx3cx-call-log-details/1",
        None,
    ),
    "GET /v1/pbx3cx-call-logs": ({}, "/v1/pbx3cx-call-logs", None),
    "GET /v1/pbx3cx-call-logs/{id}": ({"call_log_id": 1}, "/v1/pbx3cx-call-logs/1", None),
    "GET /v1/pbx3cx-hosts": ({"customer_id": 42}, "/v1/pbx3cx-hosts?customer_id=42", None),
    "GET /v1/pbx3cx-hosts/{id}": ({"host_id": 5}, "/v1/pbx3cx-hosts/5", None),
    "GET /v1/pbx3cx/{pbx3cx}/origins": ({"host_id": 5}, "/v1/pbx3cx/5/origins", None),
    "GET /v1/pbx3cx_calls": ({}, "/v1/pbx3cx_calls", None),
    "GET /v1/pbx3cx_calls/{id}": ({"call_id": 1}, "/v1/pbx3cx_calls/1", None),
    "POST /v1/pbx3cx-audits": (
        {"fields": {"event": "looked"}},
        "/v1/pbx3cx-audits",
        {"event": "looked"},
    ),
    "POST /v1/pbx3cx-call-logs": (
        {"fields": {"status": "missed"}},
        "/v1/pbx3cx-call-logs",
        {"status": "missed"},
    ),
    "POST /v1/pbx3cx-hosts": (
        {
            "host_name": "pbx-new.example.net",
            "licence_renewal_date": date(2027, 1, 31),
            "ssh_key": "canary-ssh-key",
        },
        "/v1/pbx3cx-hosts",
        {
            "host_name": "pbx-new.example.net",
            "licence_renewal_date": "2027-01-31",
            "ssh_key": "canary-ssh-key",
        },
    ),
    "POST /v1/pbx3cx_calls": (
        {"fields": {"number_from": "101"}},
        "/v1/pbx3cx_calls",
        {"number_from": "101"},
    ),
    "PUT /v1/pbx3cx-audits/{id}": (
        {"audit_id": 1, "fields": {"event": "seen"}},
        "/v1/pbx3cx-audits/1",
        {"event": "seen"},
    ),
    "PUT /v1/pbx3cx-hosts/{id}": (
        {"host_id": 5, "active": False, "comment": "renewal agreed"},
        "/v1/pbx3cx-hosts/5",
        {"active": False, "comment": "renewal agreed"},
    ),
    "PUT /v1/pbx3cx_calls/{id}": (
        {"call_id": 1, "fields": {"answered": True, "subject": None}},
        "/v1/pbx3cx_calls/1",
        {"answered": True, "subject": None},
    ),
}
