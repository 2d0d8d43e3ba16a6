"""Ids of people and channels in the settings are Slack's, and no names; secrets are not blank."""

import pytest
from support.settings_files import PARIS, SLACK, problems, read

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
    text = SLACK.replace("C0OPS", channel) + PARIS + f'[[routes]]\nchannel = "{channel}"\n'

    settings = read(tmp_path, text)

    assert (settings.slack.ops_channel, settings.routes[0].channel) == (channel, channel)


@pytest.mark.parametrize("place", ["key", "webhook_secret"])
def test_a_blank_secret_is_told(tmp_path, place):
    text = PARIS.replace("env:PARIS_KEY", " ") if place == "key" else PARIS
    text += 'webhook_secret = " "\n' if place == "webhook_secret" else ""

    assert problems(tmp_path, SLACK + text) == [f"systems.paris.{place}: the secret is blank"]
