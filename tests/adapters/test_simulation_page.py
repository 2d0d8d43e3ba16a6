"""The page that all simulators have: what can happen, habits and faults, for people and drivers."""

import re
from html import escape
from html.parser import HTMLParser

import httpx
import pytest
from support.clocks import FixedClock

from bot.adapters.simulation_controls import MOST_OUTCOMES
from bot.adapters.simulation_page import CONTROL
from bot.demo.simulators import SIMULATORS

JSON = {"accept": "application/json"}
BROWSER = {"accept": "text/html,application/xhtml+xml,application/json;q=0.9"}


@pytest.fixture(params=sorted(SIMULATORS))
async def page(request):
    """The simulator of each vendor, reached as by a driver."""
    stand_in = SIMULATORS[request.param](FixedClock())
    transport = httpx.ASGITransport(app=stand_in.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sim") as http:
        yield http
    await stand_in.close()


@pytest.fixture
async def mirta():
    transport = httpx.ASGITransport(app=SIMULATORS["mirta"](FixedClock()).app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sim") as http:
        yield http


class Controls(HTMLParser):
    """Every input and button of a page, with the labels and legends around it."""

    def __init__(self, text):
        super().__init__()
        self.around, self.inputs, self.buttons, self.headings = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "input":
            self.inputs.append("label" in self.around)
        elif tag not in ("meta", "link"):
            self.around.append(tag)

    def handle_endtag(self, tag):
        assert self.around.pop() == tag

    def handle_data(self, text):
        if self.around[-1:] == ["button"]:
            self.buttons.append((text, "fieldset" in self.around))
        if re.fullmatch(r"h\d", self.around[-1]) if self.around else False:
            self.headings.append((self.around[-1], text))


async def told(http):
    return (await http.get(CONTROL, headers=JSON)).json()


async def test_every_habit_can_be_given_each_of_its_values(page):
    for name, habit in (await told(page))["habits"].items():
        assert len(habit["values"]) > 1
        for value in [*habit["values"], habit["value"]]:
            reply = await page.post(f"{CONTROL}/habits/{name}", data={"value": value}, headers=JSON)
            assert (reply.status_code, reply.json()["habits"][name]["value"]) == (200, value)


async def test_at_first_every_habit_has_one_of_the_values_that_are_offered(page):
    habits = (await told(page))["habits"]

    assert habits
    assert all(habit["value"] in habit["values"] for habit in habits.values())


async def test_what_is_unknown_is_refused_and_changes_nothing(page):
    before = await told(page)
    habit = next(iter(before["habits"]))

    replies = [
        await page.post(f"{CONTROL}/habits/no_such", data={"value": "on"}),
        await page.post(f"{CONTROL}/happenings/no_such"),
        await page.post(f"{CONTROL}/habits/{habit}", data={"value": "no such"}),
        await page.post(f"{CONTROL}/habits/{habit}"),
    ]

    assert [reply.status_code for reply in replies] == [404, 404, 400, 400]
    assert all("error" in reply.json() for reply in replies)
    assert await told(page) == before


async def test_every_input_has_a_label_and_every_button_a_group(page):
    text = (await page.get(CONTROL, headers=BROWSER)).text
    controls, known = Controls(text), await told(page)

    assert text.startswith('<!doctype html><html lang="en">')
    assert controls.around == []
    assert [level for level, _ in controls.headings][:2] == ["h1", "h2"]
    assert all(controls.inputs)
    assert controls.buttons
    assert all(grouped for _, grouped in controls.buttons)
    for name, happening in known["happenings"].items():
        assert f'action="{CONTROL}/happenings/{name}"' in text
        assert f"<legend>{escape(happening['label'])}</legend>" in text
    assert all(f'action="{CONTROL}/habits/{name}"' in text for name in known["habits"])


async def test_the_page_shows_which_value_a_habit_has(mirta):
    reply = await mirta.post(f"{CONTROL}/habits/empty_refusals", data={"value": "on"})
    text = (await mirta.get(reply.headers["location"])).text

    form = text.partition('action="/_simulator/habits/empty_refusals"')[2].partition("</form>")[0]
    assert reply.status_code == 303
    assert 'value="on" aria-pressed="true"' in form
    assert 'value="off" aria-pressed="false"' in form


@pytest.mark.parametrize(
    ("happening", "given"),
    [
        ("queue_fills", {"queue": "999"}),
        ("queue_fills", {"waiting": "many"}),
        ("licence_ends", {"days": ""}),
        ("dialled_ends", {}),
        ("dialled_ends", {"disposition": "EATEN"}),
        ("hangs_up", {"colour": "green"}),
    ],
)
async def test_a_happening_that_cannot_be_is_refused_with_a_reason(mirta, happening, given):
    reply = await mirta.post(f"{CONTROL}/happenings/{happening}", data=given)

    assert reply.status_code == 400
    assert reply.json()["error"].startswith(happening)
    assert (await told(mirta))["outcomes"] == []


async def test_what_happened_is_listed_but_not_for_ever(mirta):
    for _ in range(MOST_OUTCOMES + 5):
        await mirta.post(f"{CONTROL}/happenings/hangs_up")

    assert (await told(mirta))["outcomes"] == ["hangs_up"] * MOST_OUTCOMES


async def test_what_was_typed_is_shown_as_text(mirta):
    await mirta.get("/pbx/<b>x", params={"key": "canary-key"})
    text = (await mirta.get(CONTROL)).text

    assert "&lt;b&gt;x" in text or "%3Cb%3Ex" in text
    assert "<b>x" not in text
    assert "canary-key" not in text


async def test_the_control_page_is_not_among_the_requests(mirta):
    await mirta.post(f"{CONTROL}/happenings/hangs_up")

    assert (await mirta.get(f"{CONTROL}/requests")).json() == []


@pytest.mark.parametrize("form", [{"fault": "explode"}, {"fault": "html", "times": "x"}])
async def test_a_fault_that_there_is_not_is_refused(mirta, form):
    assert (await mirta.post(f"{CONTROL}/fault", data=form)).status_code == 400


async def test_a_driver_that_orders_a_fault_is_answered_in_json(mirta):
    reply = await mirta.post(f"{CONTROL}/fault", data={"fault": "error"}, headers=JSON)

    assert (reply.status_code, reply.json()["title"]) == (200, "MiRTA PBX")
    assert (await mirta.get("/pbx/proxyapi.php")).status_code == 500


async def test_the_page_lists_what_was_asked_without_its_key(mirta):
    asked = {"key": "canary-key", "reqtype": "DIAL", "source": "104", "dest": "<0123456789>"}
    await mirta.get("/pbx/proxyapi.php", params=asked)
    await mirta.post("/pbx/proxyapi.php", data=asked)
    page = (await mirta.get(CONTROL, headers=BROWSER)).text
    (first, second) = (await mirta.get(f"{CONTROL}/requests")).json()
    words = "key=••• reqtype=DIAL source=104 dest=<0123456789>"
    assert first["shown"] == f"GET /pbx/proxyapi.php {words}"
    assert second["shown"] == f"POST /pbx/proxyapi.php {words}"
    assert escape(first["shown"]) in page
    assert "canary" not in page
