"""``ringback manifest``: the Slack app's manifest for this very installation."""

import re
from typing import Annotated

import typer

from bot.cli.ending import stop
from bot.settings_values import is_public
from bot.slack.manifest import manifest_for, to_yaml

ADDRESS = re.compile(r"(?i:https)://([\w.-]+)(?::(\d{1,9}))?(/[^\s?#]*)?")
LAST_PORT = 65535


def manifest(
    public_url: Annotated[
        str, typer.Argument(help="Where Slack reaches Ringback, e.g. https://ringback.example.org")
    ] = "https://ringback.example.org",
) -> None:
    """Print the Slack app manifest for your address.

    Paste it at api.slack.com/apps, "From a manifest".
    """
    _check_address(public_url)
    typer.echo(to_yaml(manifest_for(public_url)), nl=False)


def _check_address(public_url: str) -> None:
    """End with the reason why Slack could not post there."""
    found = ADDRESS.fullmatch(public_url)
    if found is None:
        stop(
            "Expected an address such as https://ringback.example.org: Slack wants HTTPS, and no "
            "user, password, blank, ? or # in it."
        )
    host, port, path = found.groups(default="")
    if port and not 0 < int(port) <= LAST_PORT:
        stop(f"There is no port {port}: the last is {LAST_PORT}.")
    if not is_public(host):
        stop(f"Slack cannot reach {host}: name the address that the internet knows.")
    if path.lower().rstrip("/").endswith("/slack/events"):
        stop("Leave out /slack/events: it is added by itself.")
