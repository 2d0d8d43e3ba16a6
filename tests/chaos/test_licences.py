"""A licence that was renewed is another term."""

from datetime import date

from bot.alerts.licence_renewal import due_reminders, identity
from bot.telephony.hosts import Host


def reminder(renews_on):
    host = Host(host_id="5", name="Paris", active=True, renews_on=renews_on)
    (due,) = due_reminders([host], date.fromordinal(renews_on.toordinal() - 7), (30, 7))
    return due


def test_the_same_step_of_the_next_term_is_told_again():
    this, following = reminder(date(2026, 11, 30)), reminder(date(2027, 11, 30))
    assert this.step == following.step == 7
    assert identity("crm", this) == identity("crm", reminder(date(2026, 11, 30)))
    assert identity("crm", this) != identity("crm", following)
