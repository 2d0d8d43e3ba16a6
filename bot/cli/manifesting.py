"""``ringback manifest``: the Slack app's manifest for this very installation."""

from typing import Annotated
from urllib.parse import urlsplit

import typer

from bot.cli.ending import stop
from bot.slack.manifest import manifest_for, to_yaml


def manifest(
    public_url: Annotated[
        str, typer.Argument(help="Where Slack reaches Ringback, e.g. https://ringback.example.org")
    ] = "https://ringback.example.org",
) -> None:
    """Print the Slack app manifest: paste it at api.slack.com/apps, "From a manifest"."""
    address = urlsplit(public_url)
    if address.scheme != "https" or not address.hostname or address.query or address.fragment:
        stop(f"{public_url} is no address such as https://ringback.example.org: Slack wants HTTPS.")
    typer.echo(to_yaml(manifest_for(public_url)), nl=False)
