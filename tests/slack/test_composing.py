"""What a message shows whose words are in the outbox."""

from bot.slack.composing import compose
from storage.tables import OutboxRow


def test_plain_words_behind_our_own_markup_stay_plain():
    body = {"mrkdwn": "<@U0BO> asks.", "text": "paris refused: <!here> *now*."}
    message = compose(None, None, OutboxRow(kind="private", body=body))
    assert message.text == (
        "<@U0BO> asks. paris refused: &lt;!here&gt; \u2060*\u2060now\u2060*\u2060."
    )
