"""Two people who press at the same moment, each with another process, on one PostgreSQL."""

from types import SimpleNamespace

import pytest
from sqlmodel import col, select
from support.clocks import START
from support.delivery import slack_settings
from support.two_writers import beside

from bot.alerts import missed_calls
from bot.alerts.missed_call import MissedCall
from bot.commands import linking
from bot.commands.link_questions import question_of
from bot.slack.card_buttons import _claim_next
from bot.slack.press import Press
from bot.telephony.journeys import Outcome
from storage import alerts, links, storms
from storage.tables import AlertRow, LinkRow, OutboxRow

SETTINGS = slack_settings()
ADMINS = SimpleNamespace(slack=SimpleNamespace(admins=("U0ANA", "U0EVE")))


def list_calls(session, count):
    """A storm of missed calls; returns its id."""
    for number in range(count):
        party = f"+3312345{number:04}"
        call = MissedCall(arrived_at=START, outcome=Outcome.NO_ANSWER, number=party, party=party)
        alert_id = alerts.add_alert(
            session,
            kind="missed_call",
            dedup_key=party,
            system="paris",
            tenant="main",
            state="open",
            now=START,
            facts=missed_calls.document_of(call),
        )
        storms.join_storm(session, "C0SUPPORT", 2, alert_id, START)
    session.flush()
    return session.exec(select(col(OutboxRow.id)).where(col(OutboxRow.kind) == "storm")).one()


def next_for(user, storm_id):
    """The unit that claims the next call of a list."""
    asking = SimpleNamespace(slack_user=user, name=user.lower(), slack_channel="C0SUPPORT")
    return _claim_next, SETTINGS, Press(asking, str(storm_id), ""), START


def owners(session):
    rows = session.exec(select(AlertRow).order_by(col(AlertRow.id))).all()
    return [(row.owner, row.state, row.is_open) for row in rows]


async def test_the_next_call_of_a_list_is_given_to_one_of_them(stores):
    storm_id = await stores[0].write(list_calls, 3)
    ana, bo = await beside(*stores[:2], next_for("U0ANA", storm_id), next_for("U0BO", storm_id))
    assert (ana.alert.owner, bo.alert.owner) == ("U0ANA", "U0BO")
    assert ana.alert.id != bo.alert.id


async def test_a_call_that_is_being_settled_is_handed_to_nobody(stores):
    storm_id = await stores[0].write(list_calls, 1)
    settles = missed_calls.resolve, 1, "Ana", START
    note, found = await beside(*stores[:2], settles, next_for("U0BO", storm_id))
    assert (note, found) == ("", None)
    assert await stores[0].read(owners) == [(None, "resolved", False)]


def ask(session, user):
    return question_of(links.put_link(session, user, "paris", "101", "pending", START))


def settle(session, admin, question, approved):
    """What an admin's press does; returns what the link became, if it was still open."""
    services = SimpleNamespace(clock=SimpleNamespace(now=lambda: START), settings=ADMINS)
    asking = SimpleNamespace(slack_user=admin, services=services)
    row, holder = linking._settle(session, asking, question, "", approved=approved)
    return None if row is None else (row.state, holder)


def stored(session):
    rows = session.exec(select(LinkRow).order_by(col(LinkRow.id))).all()
    return [(row.slack_user, row.state) for row in rows]


@pytest.mark.parametrize("approves", [True, False])
async def test_one_admins_answer_holds_and_the_other_hears_so(stores, approves):
    question = await stores[0].write(ask, "U0BO")
    first = settle, "U0ANA", question, approves
    one, other = await beside(*stores[:2], first, (settle, "U0EVE", question, not approves))
    state = "active" if approves else "denied"
    assert (one, other) == ((state, None), None)
    assert await stores[0].read(stored) == [("U0BO", state)]


async def test_an_extension_is_not_given_to_two_at_once(stores):
    questions = [await stores[0].write(ask, user) for user in ("U0BO", "U0CY")]
    units = [(settle, "U0ANA", question, True) for question in questions]
    one, other = await beside(*stores[:2], *units)
    assert (one, other) == (("active", None), ("pending", "U0BO"))
    assert await stores[0].read(stored) == [("U0BO", "active"), ("U0CY", "pending")]
