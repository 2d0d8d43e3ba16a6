"""``ringback manifest``: the Slack app's manifest for this very installation."""

from typing import Annotated

import typer

from bot.slack.manifest import manifest_for, to_yaml


def manifest(
    public_url: Annotated[
        str, typer.Argument(help="Where Slack reaches Ringback, e.g. https://ringback.example.org")
    ] = "https://ringback.example.org",
) -> None:
    """Print the Slack app manifest: paste it at api.slack.com/apps, "From a manifest"."""
    typer.echo(to_yaml(manifest_for(public_url)), nl=False)
