"""Signatures and secrets changed at random: only what is genuine comes in."""

from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.signing import (
    HMAC,
    NOW,
    accepted,
    slack_accepts,
    slack_headers,
    standard_headers,
    system,
)

HEADER_TEXT = st.text(st.characters(codec="latin-1"), max_size=60) | st.text(max_size=20)
SECRETS = st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), min_size=1, max_size=20)


@st.composite
def mutations(draw, value):
    """``value`` with one character changed, added or lost, or something else altogether."""
    place = draw(st.integers(0, len(value)))
    change = draw(st.characters(codec="latin-1") | st.just(""))
    cut = draw(st.integers(0, 1))
    return draw(st.sampled_from([value[:place] + change + value[place + cut :]]) | HEADER_TEXT)


@given(value=mutations(standard_headers()["webhook-signature"]))
def test_no_changed_standard_signature_is_accepted(value):
    headers = standard_headers()
    parts = value.split(" ")

    assert accepted(system(), {**headers, "webhook-signature": value}) == (
        headers["webhook-signature"] in parts
    )


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp"])
@given(data=st.data())
def test_no_other_standard_header_is_accepted(name, data):
    headers = standard_headers()
    value = data.draw(mutations(headers[name]))

    assert accepted(system(), {**headers, name: value}) == (value == headers[name])


@given(value=mutations(slack_headers()["x-slack-signature"]))
def test_no_changed_slack_signature_is_accepted(value):
    headers = slack_headers()

    assert slack_accepts({**headers, "x-slack-signature": value}) == (
        value == headers["x-slack-signature"]
    )


@given(value=mutations(slack_headers()["x-slack-request-timestamp"]))
def test_no_changed_slack_timestamp_is_accepted(value):
    headers = slack_headers()

    assert slack_accepts({**headers, "x-slack-request-timestamp": value}) == (
        value == headers["x-slack-request-timestamp"]
    )


@given(value=mutations("sha256=" + HMAC.hexdigest()))
@example(value=HMAC.hexdigest())
def test_no_changed_hmac_is_accepted(value):
    genuine = value.removeprefix("sha256=").lower() == HMAC.hexdigest()

    assert accepted(system("hmac", ["s3cret"]), {"x-signature": value}) == genuine


@given(value=mutations("s3cret"))
def test_no_changed_shared_secret_is_accepted(value):
    assert accepted(system("shared_secret", ["s3cret"]), {"x-webhook-secret": value}) == (
        value == "s3cret"
    )


@given(
    signature=st.sampled_from(["standard", "hmac", "shared_secret"]),
    secrets=st.lists(SECRETS.map("whsec_".__add__), max_size=3),
    headers=st.dictionaries(
        st.sampled_from([*standard_headers(), "x-signature", "x-webhook-secret"]),
        HEADER_TEXT | st.just(str(int(NOW.timestamp()))),
    ),
    token=st.none() | st.text(st.characters(codec="utf-8"), max_size=10),
    body=st.binary(max_size=60),
    address=st.text(max_size=20) | st.ip_addresses().map(str),
)
def test_nothing_made_up_is_accepted_or_stumbled_over(
    signature, secrets, headers, token, body, address
):
    query = b"" if token is None else f"token={quote(token)}".encode()

    assert not accepted(system(signature, secrets), headers, body, query, address)
    assert not slack_accepts(headers, body)
