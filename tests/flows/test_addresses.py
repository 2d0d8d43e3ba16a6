"""E-mail addresses, which Slack is asked for when a line is linked."""


def asked(world):
    return [call.method for call in world.workspace.calls].count("users.info")


async def test_no_address_is_asked_for_before_slack_wants_that_again(world):
    world.workspace.order(method="users.info", fault="rate_limited", seconds=90)
    first = await world.slash("U0ANA", "C0SUPPORT", "/pbx link 104 @paris")
    await world.clock.advance(60)
    second = await world.slash("U0BO", "C0SUPPORT", "/pbx link 102 @paris")
    assert asked(world) == 1
    for answer in (first, second):
        assert "An admin was asked to approve extension" in answer
    await world.clock.advance(30)
    await world.slash("U0ANA", "C0SUPPORT", "/pbx unlink 104 @paris")
    again = await world.slash("U0ANA", "C0SUPPORT", "/pbx link 104 @paris")
    assert "is yours: the phone system has the same e-mail" in again
    assert asked(world) == 2
