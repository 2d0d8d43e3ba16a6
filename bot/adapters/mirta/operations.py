"""The operations of proxyapi.php by MiRTA's own names."""

from typing import Final

from bot.adapters.mirta.client import MirtaClient
from bot.adapters.operations import Operation

OPERATIONS: Final[dict[str, Operation]] = {
    "AGENT PAUSE": Operation(MirtaClient.pause_agent, changes=True),
    "AGENT UNPAUSE": Operation(MirtaClient.unpause_agent, changes=True),
    "COUNTCALLS": Operation(MirtaClient.count_calls),
    "DIAL": Operation(MirtaClient.dial, changes=True),
    "HANGUP": Operation(MirtaClient.hang_up, changes=True),
    "INFO CDRS": Operation(MirtaClient.list_cdrs),
    "INFO CDRS tenant=%": Operation(MirtaClient.list_all_cdrs),
    "INFO QUEUELOGS": Operation(MirtaClient.list_queue_logs),
    "INFO agents": Operation(MirtaClient.list_agents),
    "INFO extensions": Operation(MirtaClient.list_extensions),
    "INFO extstate": Operation(MirtaClient.fetch_extension),
    "INFO queue": Operation(MirtaClient.fetch_queue),
    "INFO queues": Operation(MirtaClient.list_queues),
    "INFO recording": Operation(MirtaClient.fetch_recording),
    "INFO simplecdrs": Operation(MirtaClient.list_simple_cdrs),
    "LICENSEDAYS": Operation(MirtaClient.fetch_licence_days),
    "MANAGEDB CUSTOM add": Operation(MirtaClient.add_custom_destination, changes=True),
    "MANAGEDB CUSTOM get": Operation(MirtaClient.fetch_custom_destination),
    "MANAGEDB CUSTOM list": Operation(MirtaClient.list_custom_destinations),
    "MANAGEDB CUSTOM update": Operation(MirtaClient.update_custom_destination, changes=True),
    "MANAGEDB CUSTOMTYPES list": Operation(MirtaClient.list_custom_types),
    "MEDIAFILE GETAUDIO": Operation(MirtaClient.fetch_media),
    "QUEUE add": Operation(MirtaClient.add_member, changes=True),
    "QUEUE del": Operation(MirtaClient.remove_member, changes=True),
    "QUEUE list": Operation(MirtaClient.list_members),
    "VOICEMAIL delete": Operation(MirtaClient.delete_message, changes=True),
    "VOICEMAIL list": Operation(MirtaClient.list_mailboxes),
    "VOICEMAIL markread": Operation(MirtaClient.mark_read, changes=True),
    "VOICEMAIL markunread": Operation(MirtaClient.mark_unread, changes=True),
    "VOICEMAIL message": Operation(MirtaClient.fetch_message),
    "VOICEMAIL messages": Operation(MirtaClient.list_messages),
}
