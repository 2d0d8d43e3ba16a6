"""A search for contacts: a question for each that is shown, and what has gone meanwhile."""

import httpx
import pytest

from bot.adapters.threecx_ru.parts import MOST_CONTACTS
from bot.telephony.errors import BadCredentials, Refused, Unreachable

GONE = httpx.Response(200, json={"result": False})


@pytest.fixture
def book(build):
    """A system that finds so many contacts, of which ``odd`` are answered so, and its requests."""

    def made(count, odd=(), answer=GONE):
        asked = []

        def respond(request):
            asked.append(request.url.path.rpartition("/")[2])
            if asked[-1] == "contact.find":
                return httpx.Response(200, json={"ids": list(range(1, count + 1))})
            number = int(request.url.params["id"])
            return answer if number in odd else httpx.Response(200, json={"firstname": "Pat"})

        return build(httpx.MockTransport(respond)), asked

    return made


async def test_a_search_that_finds_thousands_asks_for_one_more_than_is_shown(book):
    system, asked = book(3000)

    found = await system.contacts.find("1")

    assert [each.contact_id for each in found] == [str(1 + i) for i in range(MOST_CONTACTS)]
    assert asked == ["contact.find", *["contact.get"] * MOST_CONTACTS]


async def test_a_contact_that_is_gone_meanwhile_is_left_out(book):
    system, _ = book(3, odd=(2,))

    assert [each.contact_id for each in await system.contacts.find("1")] == ["1", "3"]


async def test_the_next_is_asked_for_instead_of_one_that_is_gone(book):
    system, asked = book(3000, odd=(1, 4))

    found = await system.contacts.find("1")

    assert len(found) == MOST_CONTACTS
    assert len(asked) == 1 + MOST_CONTACTS + 2


@pytest.mark.parametrize("count", [1, 3, 3000])
async def test_where_every_contact_is_refused_the_refusal_is_told(count, book):
    system, asked = book(count, odd=range(1, 3001))

    with pytest.raises(Refused, match=r"^moscow knows no contact \d+\.$"):
        await system.contacts.find("1")

    assert len(asked) <= 1 + MOST_CONTACTS


@pytest.mark.parametrize(("status", "error"), [(403, BadCredentials), (503, Unreachable)])
async def test_a_contact_that_could_not_be_asked_for_is_not_left_out(status, error, book):
    system, _ = book(3, odd=(2,), answer=httpx.Response(status))

    with pytest.raises(error):
        await system.contacts.find("1")
