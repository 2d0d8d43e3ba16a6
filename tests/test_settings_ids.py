"""Ids of people and channels in the settings are Slack's, and no names; secrets are not blank."""

import pytest
from support.settings_files import CANARY, PARIS, SLACK, problems, read

CHANNEL = "the id of a Slack channel such as C0123456789, from its details in Slack"
CHANNELS = ("#support", "support", "c0123", "C 123", "C", "U0ANA", "C0OPS ", "C0OPS\\n", "")


@pytest.mark.parametrize("admin", ["@ana", "ana", "C0OPS", "u0ana", "U", "U0ANA ", ""])
def test_admins_are_ids_of_users(tmp_path, admin):
    text = SLACK + f'admins = ["U0ANA", "W0BO", "{admin}"]\n' + PARIS

    assert problems(tmp_path, text) == [
        f'slack.admins[2]: found "{admin}"; expected the id of a Slack user such as U0123456789'
    ]


@pytest.mark.parametrize("channel", CHANNELS)
def test_channels_are_told_by_their_ids(tmp_path, channel):
    text = SLACK.replace("C0OPS", channel) + PARIS + f'[[routes]]\nchannel = "{channel}"\n'

    mistake = f'found "{channel}"; expected {CHANNEL}'
    assert problems(tmp_path, text) == [
        f"slack.ops_channel: {mistake}",
        f"routes[0].channel: {mistake}",
    ]


@pytest.mark.parametrize("channel", ["C0123456789", "C001", "G0PRIVATE", "D0DIRECT"])
def test_every_kind_of_channel_may_get_messages(tmp_path, channel):
    text = SLACK + PARIS + f'[[routes]]\nchannel = "{channel}"\n'

    assert read(tmp_path, text).routes[0].channel == channel


@pytest.mark.parametrize("channel", ["C0123456789", "G0PRIVATE"])
def test_notices_may_go_to_a_public_and_to_a_private_channel(tmp_path, channel):
    text = SLACK.replace("C0OPS", channel) + PARIS

    assert read(tmp_path, text).slack.ops_channel == channel


def test_notices_do_not_go_to_a_direct_message(tmp_path):
    assert problems(tmp_path, SLACK.replace("C0OPS", "D0DIRECT") + PARIS) == [
        "slack.ops_channel: this is a direct message: make a channel, invite the bot to it, and "
        "write its id, such as C0123456789"
    ]


@pytest.mark.parametrize(
    "token",
    ["xoxp-", "xapp-", "Bearer xoxb-", "XOXB-", "xoxb- ", "xoxb-\u2026", "Xoxb-"],
)
def test_a_token_that_is_not_the_bots_is_told_and_not_shown(tmp_path, token):
    assert problems(tmp_path, SLACK.replace("xoxb-1", f"{token}{CANARY}") + PARIS) == [
        "slack.bot_token: expected the app's Bot User OAuth Token, which begins with xoxb- in "
        "small letters and has no blanks"
    ]


def test_blanks_around_a_token_are_left_out(tmp_path):
    settings = read(tmp_path, SLACK.replace("xoxb-1", " xoxb-1 ") + PARIS)
    assert settings.slack.bot_token.get_secret_value() == "xoxb-1"


@pytest.mark.parametrize("token", [" ", "xoxb-", "xoxb- "])
def test_a_token_of_nothing_is_told(tmp_path, token):
    (problem,) = problems(tmp_path, SLACK.replace("xoxb-1", token) + PARIS)

    assert problem.startswith("slack.bot_token: expected the app's Bot User OAuth Token")


@pytest.mark.parametrize("token", ["xoxe.xoxb-1-", "xoxe-1-", "xoxe.xoxp-1-", "XOXE.XOXB-1-"])
def test_a_token_that_expires_is_told_with_what_to_do(tmp_path, token):
    assert problems(tmp_path, SLACK.replace("xoxb-1", f"{token}{CANARY}") + PARIS) == [
        "slack.bot_token: token rotation must be off in the Slack app, and once on it stays on: "
        "make the app anew from `ringback manifest`, and take its Bot User OAuth Token"
    ]


@pytest.mark.parametrize("place", ["key", "webhook_secret"])
def test_a_blank_secret_is_told(tmp_path, place):
    text = PARIS.replace("env:PARIS_KEY", " ") if place == "key" else PARIS
    text += 'webhook_secret = " "\n' if place == "webhook_secret" else ""

    assert problems(tmp_path, SLACK + text) == [f"systems.paris.{place}: the secret is blank"]
