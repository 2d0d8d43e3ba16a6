"""The card of a missed call in the support channel."""

from support.world import World

from bot.demo.workspace import Message

NUMBER = "0123456789"


def only_card(world: World) -> Message:
    cards = world.workspace.messages("C0SUPPORT")
    assert len(cards) == 1, [card.all_text for card in cards]
    return cards[0]


def lines(card: Message) -> list[str]:
    """What stands in its thread."""
    return [reply.text for reply in card.replies]
