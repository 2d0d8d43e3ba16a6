"""One story, played without a browser: from a missed call to a green card, and on from there.

Every step waits for what people would see in Slack or what a phone system would notice, and says
so when it does not come.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape

from bot.demo.scene import Scene
from bot.demo.workspace import Message

PATIENCE_SECONDS = 15.0
LOOK_SECONDS = 0.05


class NotAsExpected(Exception):
    """A step did not come out; the text says what was waited for."""


@dataclass
class Teller:
    """Plays steps and prints the conversation as it happens."""

    scene: Scene
    console: Console
    steps: int = 0
    said: dict[tuple[str, str], str] = field(default_factory=dict)

    async def step(self, what: str, act: Callable[[], Awaitable[object]] | None = None) -> None:
        """Announce a step and do it."""
        self.steps += 1
        self.console.print(f"\n[bold]{self.steps:2}. {escape(what)}[/bold]")
        if act is not None:
            await act()

    async def expect(self, what: str, seen: Callable[[], object]) -> None:
        """Wait until ``seen`` holds, printing what is said meanwhile."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not seen():
                    self._overhear()
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            self._overhear()
            raise NotAsExpected(what) from None
        self._overhear()
        self.console.print(f"    [green]✓[/green] {escape(what)}")

    def card(self, text: str, channel: str = "C0SUPPORT") -> Message | None:
        """The newest message of a channel that contains ``text``."""
        try:
            return self.scene.workspace.find(channel, text)
        except LookupError:
            return None

    def shows(self, text: str, *also: str, channel: str = "C0SUPPORT") -> bool:
        """Whether some message contains all of these."""
        card = self.card(text, channel)
        return card is not None and all(one in card.all_text for one in also)

    def told(self, user: str, text: str) -> bool:
        """Whether the person was privately told something."""
        return any(text in one.all_text for one in self.scene.workspace.ephemerals(user))

    async def press(self, user: str, text: str, action: str) -> None:
        """Press a button of a card."""
        card = self.card(text)
        if card is None:
            raise NotAsExpected(f"a card with {text!r}")
        await self.scene.workspace.click(user, card, action)

    def _overhear(self) -> None:
        """Print what is new in the channels, and what changed."""
        workspace = self.scene.workspace
        for channel in ("support", "ops"):
            for message in workspace.messages(f"C0{channel.upper()}"):
                for one in (message, *message.replies):
                    self._say(f"#{channel}", one)
        for user in ("ana", "bo"):
            for message in workspace.ephemerals(f"U0{user.upper()}"):
                self._say(f"to {user}", message)

    def _say(self, where: str, message: Message) -> None:
        key = (message.channel, message.ts)
        text = message.text.replace("\n", "\n      ")
        if self.said.get(key) == text:
            return
        changed = " (changed)" if key in self.said else ""
        self.said[key] = text
        indent = "  ↳ " if message.thread_ts not in (None, message.ts) else ""
        self.console.print(f"    [dim]{where}{changed}:[/dim] {indent}{escape(text)}")


@asynccontextmanager
async def _application(scene: Scene) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """The application; what it yields restarts it."""
    stack = AsyncExitStack()
    await stack.enter_async_context(scene.playing())

    async def restart() -> None:
        await stack.aclose()
        await stack.enter_async_context(scene.playing())

    try:
        yield restart
    finally:
        await stack.aclose()


async def tell(scene: Scene, console: Console) -> int:
    """Play the story; returns how many steps it had. Raises ``NotAsExpected``."""
    teller = Teller(scene, console)
    async with _application(scene) as restart:
        await _licences(teller)
        await _missed_call(teller)
        await _agent(teller)
        await _voicemail(teller)
        await _queue(teller)
        await _restart(teller, restart)
    return teller.steps


async def _licences(teller: Teller) -> None:
    await teller.step("The licences are looked at: one of them has 30 days left")
    await teller.expect(
        "a reminder in #ops", lambda: teller.shows("pbx-north", "30 days left", channel="C0OPS")
    )


async def _missed_call(teller: Teller) -> None:
    scene, stage = teller.scene, teller.scene.stage
    slash = scene.workspace.slash
    await teller.step(
        "Ana links her extension", lambda: slash("U0ANA", "C0SUPPORT", "/pbx link 104 @paris")
    )
    await teller.expect("it is hers", lambda: teller.told("U0ANA", "is yours"))
    await teller.step("A customer calls Paris, waits, and hangs up", stage.customer_hangs_up)
    await teller.expect(
        "one card in #support", lambda: teller.shows("Missed call: Acme Ltd", "Open")
    )
    await teller.step(
        "Ana claims the call",
        lambda: teller.press("U0ANA", "Missed call: Acme Ltd", "missed_call.claim"),
    )
    await teller.expect(
        "the card says so", lambda: teller.shows("Missed call: Acme Ltd", "Claimed by")
    )
    await teller.step(
        "Ana presses Call back",
        lambda: teller.press("U0ANA", "Missed call: Acme Ltd", "missed_call.call_back"),
    )
    await teller.expect("her phone rings, once", lambda: len(stage.paris.pbx.dialled) == 1)
    await teller.expect(
        "the card says so", lambda: teller.shows("Missed call: Acme Ltd", "is calling back")
    )
    await teller.step(
        "They talk; the phone system reports the conversation", stage.customer_answers
    )
    await teller.expect(
        "the card turns green", lambda: teller.shows("Missed call: Acme Ltd", "✅", "Reached")
    )


async def _agent(teller: Teller) -> None:
    slash, agents = teller.scene.workspace.slash, teller.scene.stage.paris.pbx
    await teller.step(
        "Ana goes to lunch",
        lambda: slash("U0ANA", "C0SUPPORT", "/pause-agent Support lunch for 45m"),
    )
    await teller.expect("she is told until when", lambda: teller.told("U0ANA", "Paused in Support"))
    await teller.expect("the queue knows", lambda: "104" in agents.queues["281"].paused)
    await teller.step(
        "Ana is back early", lambda: slash("U0ANA", "C0SUPPORT", "/resume-agent Support")
    )
    await teller.expect("she takes calls again", lambda: "104" not in agents.queues["281"].paused)


async def _voicemail(teller: Teller) -> None:
    workspace, stage = teller.scene.workspace, teller.scene.stage
    await teller.step("Somebody leaves a voicemail for Ana", stage.voicemail_arrives)
    await teller.step(
        "Ana looks into her box", lambda: workspace.slash("U0ANA", "C0SUPPORT", "/vm")
    )
    await teller.expect("it lists the message", lambda: teller.told("U0ANA", "1 new"))
    await teller.step("Ana plays it", lambda: workspace.slash("U0ANA", "C0SUPPORT", "/vm play 1"))
    await teller.expect("the sound is in her messages", lambda: bool(workspace.files_of("U0ANA")))


async def _queue(teller: Teller) -> None:
    stage = teller.scene.stage
    await teller.step("The queue fills: the oldest caller waits 190 seconds", stage.queue_fills)
    await teller.expect("a critical card", lambda: teller.shows("Queue Support", "Critical"))
    await teller.step("The queue empties", stage.queue_empties)
    await teller.expect("the same card clears", lambda: teller.shows("Queue Support", "Cleared"))


async def _restart(teller: Teller, restart: Callable[[], Awaitable[None]]) -> None:
    workspace = teller.scene.workspace

    def said() -> Counter[str]:
        channels = ("C0SUPPORT", "C0OPS")
        return Counter(each.all_text for name in channels for each in workspace.messages(name))

    before = said()
    await teller.step("Ringback is restarted", restart)
    await asyncio.sleep(2.5)
    await teller.expect(
        "no message comes twice",
        lambda: all(said()[text] <= count for text, count in before.items()),
    )
