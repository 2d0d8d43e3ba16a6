"""``/pbx hosts`` and ``/pbx licence``: what is said of the end of a licence."""

import pytest
from support.pressing import say


@pytest.mark.parametrize(
    ("spelt", "told"),
    [
        ("9999-12-31", "Pro licence without an end"),
        ("9999-12-31T23:59:59.000000Z", "Pro licence without an end"),
        ("9999-12-31 23:59:59", "Pro licence without an end"),
        (None, "Pro licence without an end"),
        ("31/12/2026", "Pro licence whose end cannot be read"),
        ("2026-12-31", "Pro licence ends 31 Dec 2026, 41 days left"),
    ],
)
@pytest.mark.parametrize("topic", ["hosts", "licence"])
async def test_the_end_of_a_licence_is_told_as_it_is(topic, spelt, told, world):
    world.crm.pbx.hosts[5] |= {"licence_renewal_date": spelt}
    answer = await say(world, f"/pbx {topic} @crm", "U0ANA")
    lines = [line for line in answer.splitlines() if "pbx-north" in line]
    assert {line.partition("): ")[2] for line in lines} == {told}
