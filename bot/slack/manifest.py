"""The Slack app manifest, made from the table of commands."""

from typing import Any, Final

import yaml

from bot.commands import COMMANDS

SCOPES: Final = {
    "channels:history": "to tell whether a message of ours arrived after a broken connection",
    "channels:read": "to tell whether a channel is archived or the bot was removed",
    "chat:write": "to post alerts and to edit them",
    "commands": "slash commands",
    "files:write": "to hand voicemail over as a file",
    "groups:history": "the same as channels:history, in private channels",
    "groups:read": "the same as channels:read, for private channels",
    "im:write": "to open a direct message for voicemail and questions",
    "users:read": "names of people",
    "users:read.email": "to match a person with an extension by e-mail address",
}
"""Every scope and its reason. The two history scopes may be left out (``slack.history``)."""


def manifest_for(public_url: str) -> dict[str, Any]:
    """The manifest of an installation that Slack reaches at ``public_url``."""
    events_url = f"{public_url.rstrip('/')}/slack/events"
    return {
        "_metadata": {"major_version": 1},
        "display_information": {
            "name": "Ringback",
            "description": "Phones in Slack: call, pause, listen; missed calls with an owner",
            "background_color": "#1f4d3a",
        },
        "features": {
            "bot_user": {"display_name": "Ringback", "always_online": True},
            "slash_commands": [
                {
                    "command": f"/{name}",
                    "url": events_url,
                    "description": command.summary,
                    **({"usage_hint": command.usage} if command.usage else {}),
                    "should_escape": True,
                }
                for name, command in sorted(COMMANDS.items())
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "interactivity": {"is_enabled": True, "request_url": events_url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }


def to_yaml(manifest: dict[str, Any]) -> str:
    """The manifest as the file that Slack takes."""
    return str(yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=100))
