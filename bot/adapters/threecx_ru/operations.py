"""The vendor's commands under their own names. ``licence`` is the address without a command."""

from typing import Final

from bot.adapters.operations import Operation
from bot.adapters.threecx_ru.client import ThreeCxRuClient

OPERATIONS: Final[dict[str, Operation]] = {
    "all.ext.get": Operation(ThreeCxRuClient.list_extensions),
    "all.extgroup.get": Operation(ThreeCxRuClient.list_extension_groups),
    "all.group.get": Operation(ThreeCxRuClient.list_ring_groups),
    "all.ivr.get": Operation(ThreeCxRuClient.list_menus),
    "all.line.get": Operation(ThreeCxRuClient.list_lines),
    "all.queue.get": Operation(ThreeCxRuClient.list_queues),
    "all.registered.get": Operation(ThreeCxRuClient.list_registered),
    "contact.del": Operation(ThreeCxRuClient.delete_contact, changes=True),
    "contact.find": Operation(ThreeCxRuClient.find_contacts),
    "contact.get": Operation(ThreeCxRuClient.fetch_contact),
    "contact.new": Operation(ThreeCxRuClient.add_contact, changes=True),
    "contact.update": Operation(ThreeCxRuClient.edit_contact, changes=True),
    "ext.del": Operation(ThreeCxRuClient.delete_extension, changes=True),
    "ext.fwd.set": Operation(ThreeCxRuClient.set_profile, changes=True),
    "ext.info.get": Operation(ThreeCxRuClient.fetch_extension),
    "ext.new": Operation(ThreeCxRuClient.add_extension, changes=True),
    "ext.options.set": Operation(ThreeCxRuClient.set_options, changes=True),
    "ext.queue.set": Operation(ThreeCxRuClient.log_in_queue, changes=True),
    "ext.queueglobal.set": Operation(ThreeCxRuClient.log_in_everywhere, changes=True),
    "ext.state.get": Operation(ThreeCxRuClient.fetch_status),
    "ext.update": Operation(ThreeCxRuClient.edit_extension, changes=True),
    "extgroup.members.get": Operation(ThreeCxRuClient.list_extension_group_members),
    "group.free.get": Operation(ThreeCxRuClient.list_free_group_members),
    "group.members.get": Operation(ThreeCxRuClient.list_group_members),
    "group.members.set": Operation(ThreeCxRuClient.set_group_members, changes=True),
    "licence": Operation(ThreeCxRuClient.licence),
    "makecall": Operation(ThreeCxRuClient.makecall, changes=True),
    "pbx.ac.get": Operation(ThreeCxRuClient.list_connections),
    "pbx.calls.get": Operation(ThreeCxRuClient.count_calls),
    "pbx.callsinfo.get": Operation(ThreeCxRuClient.list_calls),
    "query": Operation(ThreeCxRuClient.query, changes=True),
    "queue.agents.set": Operation(ThreeCxRuClient.set_queue_agents, changes=True),
    "queue.free.get": Operation(ThreeCxRuClient.list_free_agents),
    "queue.isfree.get": Operation(ThreeCxRuClient.has_free_agent),
    "queue.managers.get": Operation(ThreeCxRuClient.list_queue_managers),
    "queue.managers.set": Operation(ThreeCxRuClient.set_queue_managers, changes=True),
    "queue.members.get": Operation(ThreeCxRuClient.list_queue_members),
    "queue.talk.get": Operation(ThreeCxRuClient.list_talking_agents),
}
