"""What a sender hears that does not know whether we have it."""


async def test_a_post_that_comes_again_gets_the_same_answer_and_counts_once(world):
    post = world.door.whole_call_in_one_post("+12025550123")
    assert await world.post("door", post, post) == [202, 202]
    (message,) = world.workspace.messages("C0SUPPORT")
    assert "Tries" not in message.all_text
