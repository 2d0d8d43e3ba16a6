"""``/pbx``: the root word. Everything is reachable from here, and it never depends on an alias."""

import difflib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bot.commands import asking, linking, pbx_hosts, status
from bot.commands.request import Command, Reply, Request, UsageError

TOPICS: Final[Mapping[str, Command]] = {
    "audit": Command(
        run=pbx_hosts.audit,
        summary="Who changed what on a phone system, or asked Ringback for what (admins)",
        usage="[own] [@system]",
        examples=("/pbx audit", "/pbx audit own"),
    ),
    "hosts": Command(
        run=pbx_hosts.hosts, summary="The hosts and their licences (admins)", usage="[@system]"
    ),
    "licence": Command(
        run=pbx_hosts.licence,
        summary="How long licences run (admins)",
        usage="[@system]",
        examples=("/pbx licence", "/pbx licence @paris"),
    ),
    "link": Command(
        run=linking.link,
        summary="Link your extension to your Slack account",
        usage="<extension> [@system]",
        examples=("/pbx link 101",),
    ),
    "status": Command(run=status.run, summary="Each phone system, and what waits"),
    "unlink": Command(run=linking.unlink, summary="Forget your extension", usage="[@system]"),
    "whoami": Command(run=linking.whoami, summary="Your extensions"),
}


def build(aliases: Mapping[str, Command]) -> Command:
    """The root command over its own topics and the short commands."""
    topics = {
        name: asking.prepare(_typed(name), command)
        for name, command in {**TOPICS, **aliases}.items()
    }

    async def run(request: Request) -> Reply:
        text = asking.tidy(request.text)
        asking.refuse_mentions(text)
        word, _, rest = text.partition(" ")
        word = word.lower()
        if word in ("", "help"):
            topic = rest.lower().lstrip("/").removeprefix("pbx").strip()
            return _help(topics, topic, request.services.systems)
        if word in topics:
            return await topics[word].run(replace(request, text=rest))
        raise _no_such(topics, word)

    return Command(
        run=run,
        summary="Phones in Slack: help, link, unlink, whoami, status, licence, hosts, audit",
        usage="help | link <extension> | unlink | whoami | status | licence | hosts | audit",
    )


def _help(topics: Mapping[str, Command], word: str, systems: Mapping[str, Any]) -> Reply:
    if word in topics:
        return asking.usage_of(_typed(word), topics[word], systems)
    if word not in ("", "help"):
        raise _no_such(topics, word)
    rows = []
    for name, command in sorted(topics.items()):
        line = asking.typed_line(_typed(name), command, systems)
        rows.append((f"{line}: {command.summary}", ()))
    return Reply(text="What you can ask for:", rows=tuple(rows))


def _no_such(topics: Mapping[str, Command], word: str) -> UsageError:
    near = difflib.get_close_matches(word, topics, n=1)
    guess = f" Did you mean `/pbx {near[0]}`?" if near else ""
    return UsageError(f"There is no `/pbx {word}`.{guess} `/pbx help` lists what there is.")


def _typed(name: str) -> str:
    return f"/pbx {name}" if name in TOPICS else f"/{name}"
