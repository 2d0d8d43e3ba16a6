"""A Slack workspace in memory: for tests, and for a demo without an account."""

from bot.demo.workspace.calls import Call, Delivery, TooFast
from bot.demo.workspace.errors import NotPossible, SlackError
from bot.demo.workspace.misbehaviour import Fault
from bot.demo.workspace.page import DemoButton
from bot.demo.workspace.records import Channel, ChannelKind, File, Identity, Message, User, View
from bot.demo.workspace.workspace import Workspace

__all__ = [
    "Call",
    "Channel",
    "ChannelKind",
    "Delivery",
    "DemoButton",
    "Fault",
    "File",
    "Identity",
    "Message",
    "NotPossible",
    "SlackError",
    "TooFast",
    "User",
    "View",
    "Workspace",
]
