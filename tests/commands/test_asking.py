"""What a command's text may hold besides words: a call for help, mentions, invisible marks."""

from types import SimpleNamespace

import pytest

from bot.commands import COMMANDS, asking
from bot.commands.request import Command, Reply, Request, UsageError


class Asked:
    """A command that remembers the texts it was run with."""

    def __init__(self, **more):
        self.texts = []
        self.services = SimpleNamespace(systems={"paris": None, "lyon_2": None})
        command = Command(run=self._run, summary="Does x", usage="[y]", examples=("/x 1",), **more)
        self.command = asking.prepare("/x", command)

    async def _run(self, request):
        self.texts.append(request.text)
        return Reply(text="done")

    async def ask(self, text):
        request = Request(services=self.services, slack_user="U0", slack_channel="C0", text=text)
        return await self.command.run(request)


@pytest.fixture
def asked():
    return Asked()


@pytest.mark.parametrize("text", ["help", "HELP", " Help "])
async def test_help_shows_how_it_is_typed_and_does_nothing(asked, text):
    reply = await asked.ask(text)
    assert (reply.text, reply.rows) == ("Does x.", (("/x [y]", ()), ("/x 1", ())))
    assert reply.outcome == "not done"
    assert asked.texts == []


@pytest.mark.parametrize("text", ["", "help me", "helpful", "#help", "Q&A <live>", "👩\u200d🚒 x"])
async def test_other_words_are_left_to_the_command(asked, text):
    await asked.ask(text)
    assert asked.texts == [text]


@pytest.mark.parametrize(
    "text",
    ["<@U0BOB|bob>", "for 15m <@W0BOB>", "x<@U0BOB|bob>", "x<@U0PARIS|paris>",
     "<!subteam^S0TEAM|@team>", "<@U0PARIS|paris> <@U0BOB|bob>", "<!channel>", "<!here|here>"],
)  # fmt: skip
async def test_a_person_who_is_mentioned_is_refused(asked, text):
    with pytest.raises(UsageError, match="Nothing was done"):
        await asked.ask(text)
    assert asked.texts == []


@pytest.mark.parametrize("text", ["<#C0HELP|help>", "for 15m <#C0PARIS|paris>", "x<#G0HELP|>"])
async def test_a_channel_that_is_mentioned_is_refused(asked, text):
    with pytest.raises(UsageError, match="Nothing was done: a channel cannot be mentioned here"):
        await asked.ask(text)
    assert asked.texts == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("link\u00a0102\u202f@paris", "link 102 @paris"),
        ("\u200fSupport\u200e  French\u200b", "Support French"),
        ("\ufeff\u2060*\u206097", "*97"),
        ("101\n102", "101\n102"),
    ],
)
async def test_what_nobody_sees_is_not_read(asked, text, read):
    await asked.ask(text)
    assert asked.texts == [read]


async def test_a_text_that_nobody_can_mean_is_refused(asked):
    await asked.ask("x" * 500)
    with pytest.raises(UsageError, match="Nothing was done: that is too long"):
        await asked.ask("x" * 501)
    assert asked.texts == ["x" * 500]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("102 <@U0PARIS|paris>", "102 @paris"),
        ("<@U0LYON|lyon_2> 102", "@lyon_2 102"),
        ("<!subteam^S0PARIS|@paris>", "@paris"),
        ("<@U0PARIS|Paris>", "@Paris"),
    ],
)
async def test_whoever_is_called_as_a_system_stands_for_it(asked, text, read):
    await asked.ask(text)
    assert asked.texts == [read]


async def test_a_command_with_a_reason_gets_mentions_but_for_systems():
    asked = Asked(takes_reason=True)
    await asked.ask("lunch with <@U0BOB|bob> <@U0PARIS|paris>")
    assert asked.texts == ["lunch with <@U0BOB|bob> @paris"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("lunch with <@U0BOB|bob>", "lunch with @bob"),
        ("with <@W0BOB> (<!subteam^S0TEAM|@team>)", "with @W0BOB (@team)"),
        ("lunch <@U0BOB|>", "lunch @U0BOB"),
        ("cover <#C0SALES|sales> <#C0BOB|>", "cover #sales #C0BOB"),
        ("lunch <!channel> <!here|here> <!everyone>", "lunch @channel @here @everyone"),
        ("Q&A <live>", "Q&A <live>"),
        ("", ""),
    ],
)
def test_a_reason_calls_people_by_their_names(text, read):
    assert asking.read_reason(text) == read


@pytest.mark.parametrize("text", ["<@U0BOB|bob>", "<@U0BOB> lunch", "<!subteam^S0TEAM|@team>"])
def test_a_person_who_comes_first_is_no_reason(text):
    with pytest.raises(UsageError, match="Nothing was done"):
        asking.read_reason(text)


async def test_help_says_how_to_ask_for_what_is_called_help():
    reply = await Asked(names="queue").ask("help")
    assert reply.rows[-1] == ("/x help @system (the queue called help)", ())


def call_for_help(*systems):
    services = SimpleNamespace(systems=dict.fromkeys(systems))
    return Request(services=services, slack_user="U0", slack_channel="C0", text="help")


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"pbx"}))
async def test_every_command_tells_how_it_is_typed(name):
    assert COMMANDS[name].usage.endswith(" [@system]")
    reply = await COMMANDS[name].run(call_for_help("paris", "lyon"))
    assert reply.rows[0] == (f"/{name} {COMMANDS[name].usage}", ())


@pytest.mark.parametrize("name", sorted(COMMANDS))
async def test_where_there_is_one_phone_system_nobody_is_told_to_name_it(name):
    reply = await COMMANDS[name].run(call_for_help("paris"))
    assert [text for text, _ in reply.rows if "@system" in text] == []


async def test_where_there_is_one_phone_system_what_is_called_help_is_asked_for_by_its_name():
    reply = await COMMANDS["queue"].run(call_for_help("paris"))
    assert reply.rows[-1] == ("/queue help @paris (the queue called help)", ())
