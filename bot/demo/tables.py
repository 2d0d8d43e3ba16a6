"""The tables of the documents, made from the code; ``python -m bot.demo.tables`` writes them in."""

import asyncio
from pathlib import Path

import httpx

from bot.clock import SystemClock
from bot.commands import COMMANDS
from bot.demo.capabilities import capability_table
from bot.demo.settings_tables import settings_tables

README = Path("README.md")
SETTINGS = Path("docs/SETTINGS.md")


def command_table() -> str:
    """Every slash command as Markdown."""
    rows = ["| In Slack | What it does |", "|---|---|"]
    for name, command in sorted(COMMANDS.items()):
        usage = f"/{name} {command.usage}".rstrip().replace("|", "\\|")
        rows.append(f"| `{usage}` | {command.summary} |")
    return "\n".join(rows)


def with_table(text: str, name: str, table: str) -> str:
    """``text`` with the part between the marks of that name replaced."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, rest = text.split(start, 1)
    return f"{before}{start}\n{table}\n{end}{rest.split(end, 1)[1]}"


async def readme(text: str) -> str:
    """The README with its tables as the code has them."""
    async with httpx.AsyncClient() as http:
        text = with_table(text, "capabilities", capability_table(SystemClock(), http))
    return with_table(text, "commands", command_table())


def settings_page(text: str) -> str:
    """The page of the settings with its tables as the code has them."""
    return with_table(text, "settings", settings_tables())


if __name__ == "__main__":
    README.write_text(asyncio.run(readme(README.read_text())))
    SETTINGS.write_text(settings_page(SETTINGS.read_text()))
