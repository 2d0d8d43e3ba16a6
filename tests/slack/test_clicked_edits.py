"""Cards that people click: redrawn at once, but no more of them than Slack takes edits."""

from collections import deque

from bot.demo.workspace import Fault
from bot.demo.workspace.misbehaviour import Misbehaviour, Order
from storage import outbox

CHANNELS = ("C0SUPPORT", "C0SALES", "C0OPS")
A_MINUTE = 60.0
MOST = 50


class FewEdits(Misbehaviour):
    """Takes fifty edits within any minute. ``pauses`` are when it refused one, and until when."""

    def __init__(self, clock):
        super().__init__()
        self._clock = clock
        self._taken = deque(maxlen=MOST)
        self.pauses = []

    def take(self, method, channels):
        if method != "chat.update":
            return None
        now = self._clock.monotonic()
        free_at = self._taken[0] + A_MINUTE if len(self._taken) == MOST else now
        if free_at <= now:
            self._taken.append(now)
            return None
        seconds = int(free_at - now) + 1
        self.pauses.append((now, now + seconds))
        refused = {"fault": Fault.RATE_LIMITED, "seconds": seconds, "channel": None, "error": ""}
        return Order(method=method, times=1, **refused)


async def post_cards(slack, count):
    for number in range(count):
        where = CHANNELS[number % len(CHANNELS)]
        await slack.put(f"{number}", kind="card", alert_id=number + 1, slack_channel=where)
    await slack.run(count / 2)


async def click(slack, number):
    await slack.store.write(outbox.refresh_cards, number + 1, slack.clock.now(), 0)


async def test_a_few_clicks_do_not_wait_for_each_other(slack):
    await post_cards(slack, 10)
    for _ in range(3):
        for number in range(10):
            await click(slack, number)
        before = slack.asked("chat.update")
        await slack.look()
        assert slack.asked("chat.update") == before + 10
        await slack.run(15)


async def test_more_clicks_than_slack_takes_are_heeded_paced_and_all_shown(slack):
    await post_cards(slack, 60)
    few = slack.workspace._api.misbehaviour = FewEdits(slack.clock)
    for number in range(120):
        await click(slack, number % 60)
        await slack.run(0.5, step=0.5)
    await slack.run(90, step=0.5)
    edits = [call.at for call in slack.workspace.calls if call.method == "chat.update"]
    assert [at for at in edits for since, until in few.pauses if since < at < until] == []
    assert len(few.pauses) <= 3
    assert await slack.store.read(outbox.count_by_state) == {}
    shown = [text for channel in CHANNELS for text in slack.texts(channel)]
    assert sorted(shown) == sorted(f"card {number} as of 3" for number in range(60))
