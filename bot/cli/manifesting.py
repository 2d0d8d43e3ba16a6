"""``ringback manifest``: the Slack app's manifest for this very installation."""

import re
from typing import Annotated

import typer

from bot.cli.ending import stop
from bot.slack.manifest import manifest_for, to_yaml

ADDRESS = re.compile(r"(?i:https)://[\w.-]+(:\d+)?(/[^\s?#]*)?")


def manifest(
    public_url: Annotated[
        str, typer.Argument(help="Where Slack reaches Ringback, e.g. https://ringback.example.org")
    ] = "https://ringback.example.org",
) -> None:
    """Print the Slack app manifest: paste it at api.slack.com/apps, "From a manifest"."""
    if not ADDRESS.fullmatch(public_url):
        stop(
            "Expected an address such as https://ringback.example.org: Slack wants HTTPS, and no "
            "user, password, blank, ? or # in it."
        )
    typer.echo(to_yaml(manifest_for(public_url)), nl=False)
