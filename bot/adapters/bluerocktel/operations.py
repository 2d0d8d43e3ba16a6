"""The operations of BlueRockTEL's 3CX section, by the names that its document gives them."""

from typing import Final

from bot.adapters.bluerocktel.client import BlueRockTelClient as Client
from bot.adapters.operations import Operation

OPERATIONS: Final[dict[str, Operation]] = {
    "DELETE /v1/pbx3cx-audits/{id}": Operation(Client.delete_audit, changes=True),
    "DELETE /v1/pbx3cx-hosts/{id}": Operation(Client.delete_host, changes=True),
    "DELETE /v1/pbx3cx_calls/{id}": Operation(Client.delete_call, changes=True),
    "GET /v1/helpers/3cxCountries": Operation(Client.list_countries),
    "GET /v1/helpers/3cxOpenDestinations": Operation(Client.list_open_destinations),
    "GET /v1/pbx3cx-audits": Operation(Client.list_audits),
    "GET /v1/pbx3cx-audits/{id}": Operation(Client.fetch_audit),
    "GET /v1/pbx3cx-call-log-details/{id}": Operation(Client.fetch_call_log_details),
    "GET /v1/pbx3cx-call-logs": Operation(Client.list_call_logs),
    "GET /v1/pbx3cx-call-logs/{id}": Operation(Client.fetch_call_log),
    "GET /v1/pbx3cx-hosts": Operation(Client.list_hosts),
    "GET /v1/pbx3cx-hosts/{id}": Operation(Client.fetch_host),
    "GET /v1/pbx3cx/{pbx3cx}/origins": Operation(Client.list_origins),
    "GET /v1/pbx3cx_calls": Operation(Client.list_calls),
    "GET /v1/pbx3cx_calls/{id}": Operation(Client.fetch_call),
    "POST /v1/pbx3cx-audits": Operation(Client.create_audit, changes=True),
    "POST /v1/pbx3cx-call-logs": Operation(Client.create_call_log, changes=True),
    "POST /v1/pbx3cx-hosts": Operation(Client.create_host, changes=True),
    "POST /v1/pbx3cx_calls": Operation(Client.create_call, changes=True),
    "PUT /v1/pbx3cx-audits/{id}": Operation(Client.update_audit, changes=True),
    "PUT /v1/pbx3cx-hosts/{id}": Operation(Client.update_host, changes=True),
    "PUT /v1/pbx3cx_calls/{id}": Operation(Client.update_call, changes=True),
}
