"""The operations of the Axeos PBX API, by method and path below ``/apis/pbx/``."""

from typing import Final

from bot.adapters.axeos.client import AxeosClient
from bot.adapters.operations import Operation

OPERATIONS: Final[dict[str, Operation]] = {
    "DELETE call/{unique_id}": Operation(AxeosClient.hang_up, changes=True),
    "GET acd/stats": Operation(AxeosClient.list_queue_statistics),
    "GET acd/{uuid}/stats": Operation(AxeosClient.fetch_queue_statistics),
    "GET call/{unique_id}": Operation(AxeosClient.fetch_call),
    "GET events": Operation(AxeosClient.list_events),
    "GET phones": Operation(AxeosClient.list_phones),
    "GET phones/{uuid}": Operation(AxeosClient.fetch_phone),
    "GET switches": Operation(AxeosClient.list_switches),
    "GET switches/{uuid}": Operation(AxeosClient.fetch_switch),
    "GET system_information": Operation(AxeosClient.fetch_system_information),
    "GET users": Operation(AxeosClient.list_users),
    "GET users/{uuid}": Operation(AxeosClient.fetch_user),
    "GET voicemail": Operation(AxeosClient.list_voicemail),
    "GET voicemail/{uuid}": Operation(AxeosClient.fetch_voicemail),
    "POST acd/stats": Operation(AxeosClient.post_queue_statistics, changes=True),
    "POST acd/{uuid}/stats": Operation(AxeosClient.post_statistics_of_queue, changes=True),
    "POST call": Operation(AxeosClient.originate, changes=True),
    "POST switches/{uuid}": Operation(AxeosClient.set_switch, changes=True),
    "POST users/{uuid}": Operation(AxeosClient.update_user, changes=True),
}
