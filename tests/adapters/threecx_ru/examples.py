"""One example of every command: how it is called, and how the document spells the request."""

from pathlib import Path

# The commands as printed, with values filled in; each is what follows the key in the address.
DOCUMENTED = (Path(__file__).parent / "fixtures" / "commands.txt").read_text().split()
STATEMENT = (
    "select recording_url, cl_participants_id from recordings where recording_url like '101%';"
)

ARGUMENTS = {
    "contact.del": {"id": "1"},
    "contact.find": {"num": "15550100", "min_len": 7},
    "contact.get": {"id": "1"},
    "contact.new": {"fields": {"firstname": "Kim", "data3": "15550102"}},
    "contact.update": {
        "id": "1",
        "fields": {"firstname": "Pat", "phone": "15550101", "data5": "pat@example.org"},
    },
    "ext.del": {"num": "101"},
    "ext.fwd.set": {"num": "101", "status": "Away", "message": "Back at noon"},
    "ext.info.get": {"num": "101"},
    "ext.new": {"num": "103", "fields": {"firstname": "Cy"}},
    "ext.options.set": {
        "num": "101",
        "enabled": True,
        "external": False,
        "recording": "external",
    },
    "ext.queue.set": {"num": "101", "queue": "800", "log": True},
    "ext.queueglobal.set": {"num": "101", "log": False},
    "ext.state.get": {"num": "101"},
    "ext.update": {
        "num": "101",
        "fields": {
            "firstname": "Ana",
            "authpass": "canary-authpass",
            "enabled": True,
            "recordcalls": "2",
            "vmpin": "canary-vmpin",
            "internal": "0",
            "noanswertimeout": 20,
            "lastname": None,
        },
    },
    "extgroup.members.get": {"name": "Support"},
    "group.free.get": {"num": "700"},
    "group.members.get": {"num": "700"},
    "group.members.set": {"num": "700", "members": ["100", "101"]},
    "makecall": {"first": "101", "second": "15550123"},
    "query": {"query": STATEMENT, "count": 3},
    "queue.agents.set": {"num": "800", "agents": ["101", "0102"]},
    "queue.free.get": {"num": "800"},
    "queue.isfree.get": {"num": "800"},
    "queue.managers.get": {"num": "800"},
    "queue.managers.set": {"num": "800", "managers": ["100"]},
    "queue.members.get": {"num": "800"},
    "queue.talk.get": {"num": "800"},
}
