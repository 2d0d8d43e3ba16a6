"""Genuine requests come in, and nothing else does, whatever it looks like."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import SecretStr
from slack_sdk.signature import SignatureVerifier
from standardwebhooks import Webhook

from bot.settings import SystemSettings
from webhooks.verify import Rejected, dedupe_key, verify, verify_slack

NOW = datetime(2026, 11, 20, 13, 2, 11, tzinfo=UTC)
BODY = '{"event": "call.ended", "caller": "Zoë"}'.encode()
OLD = "whsec_" + base64.b64encode(b"o" * 32).decode()
NEW = "whsec_" + base64.b64encode(b"n" * 32).decode()
SLACK_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def system(signature="standard", secrets=(NEW,), **more):
    return SystemSettings.model_validate(
        {"vendor": "x", "webhook_signature": signature, "webhook_secret": list(secrets), **more}
    )


def standard_headers(secret=NEW, body=BODY, at=NOW, delivery="msg_1"):
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(delivery, at, body.decode()),
    }


def accepted(settings, headers, body=BODY, query=None, address="192.0.2.7", now=NOW):
    try:
        verify(settings, headers, query or {}, body, address, now)
    except Rejected:
        return False
    return True


def slack_headers(body=BODY, at=NOW, secret=SLACK_SECRET):
    timestamp = str(int(at.timestamp()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}


def slack_accepts(headers, body=BODY, secret=SLACK_SECRET, now=NOW):
    try:
        verify_slack(secret, headers, body, now)
    except Rejected:
        return False
    return True


def test_a_standard_webhook_is_accepted():
    assert accepted(system(), standard_headers())


def test_the_example_of_the_standard_is_accepted():
    """Standard Webhooks, the reference libraries' shared test vector."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    settings = system(secrets=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    now = datetime.fromtimestamp(1614265330, UTC)

    assert accepted(settings, headers, b'{"test": 2432232314}', now=now)


def test_old_and_new_secret_are_both_valid_while_one_is_exchanged():
    both = system(secrets=[OLD, NEW])

    assert accepted(both, standard_headers(OLD))
    assert accepted(both, standard_headers(NEW))
    assert not accepted(system(secrets=[NEW]), standard_headers(OLD))


def test_one_of_several_signatures_is_enough():
    headers = standard_headers()
    headers["webhook-signature"] = f"v1a,zzz v1,AAAA {headers['webhook-signature']}"

    assert accepted(system(), headers)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_timestamp_within_five_minutes_is_accepted(seconds):
    moment = NOW + timedelta(seconds=seconds)

    assert accepted(system(), standard_headers(at=moment))
    assert slack_accepts(slack_headers(at=moment))


@pytest.mark.parametrize("seconds", [-301, 301, 86400])
def test_a_timestamp_more_than_five_minutes_off_is_rejected(seconds):
    moment = NOW + timedelta(seconds=seconds)

    assert not accepted(system(), standard_headers(at=moment))
    assert not slack_accepts(slack_headers(at=moment))


def test_the_time_is_ours_and_not_the_systems():
    long_ago = datetime(2001, 9, 9, tzinfo=UTC)

    assert accepted(system(), standard_headers(at=long_ago), now=long_ago)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize(
    "value",
    [None, "", " ", "ü", "\udc80", "١٢٣", "v1", "v1,", "v1,ü", "1e9", "-1", "9" * 400, "nan"],
)
def test_a_standard_header_that_is_missing_or_nonsense_is_rejected(name, value):
    headers = standard_headers()
    del headers[name]
    if value is not None:
        headers[name] = value

    assert not accepted(system(), headers)


def test_another_body_is_rejected():
    assert not accepted(system(), standard_headers(), BODY + b" ")


def test_a_body_that_is_not_utf8_is_rejected():
    assert not accepted(system(), standard_headers(), b"\xff\xfe")


@pytest.mark.parametrize("secret", ["whsec_ü", "whsec_a", "whsec_", "whsec_%%%", "="])
def test_a_secret_that_cannot_be_used_rejects_everything_and_spares_the_other(secret):
    assert not accepted(system(secrets=[secret]), standard_headers())
    assert accepted(system(secrets=[secret, NEW]), standard_headers())


@pytest.mark.parametrize("signature", ["standard", "hmac", "shared_secret"])
def test_without_a_secret_everything_is_rejected(signature):
    empty = hmac.new(b"", BODY, hashlib.sha256).hexdigest()
    headers = {**standard_headers(), "x-signature": empty, "x-webhook-secret": ""}
    settings = system(signature, secrets=[], webhook_addresses=["192.0.2.0/24"])
    blank = settings.model_copy(update={"webhook_secret": (SecretStr(""),)})

    for each in (settings, blank):
        with pytest.raises(Rejected, match="no webhook secret is configured"):
            verify(each, headers, {"token": ""}, BODY, "192.0.2.7", NOW)


HMAC = hmac.new(b"s3cret", BODY, hashlib.sha256)


@pytest.mark.parametrize("prefix", ["", "sha256="])
@pytest.mark.parametrize(
    "signature",
    [HMAC.hexdigest(), HMAC.hexdigest().upper(), base64.b64encode(HMAC.digest()).decode()],
    ids=["hex", "upper-case hex", "base64"],
)
def test_an_hmac_is_accepted_in_the_usual_spellings(prefix, signature):
    assert accepted(system("hmac", ["other", "s3cret"]), {"x-signature": prefix + signature})


@pytest.mark.parametrize(
    "signature", ["", "sha256=", "ü", "\udc80", "sha1=" + HMAC.hexdigest(), HMAC.hexdigest()[:-1]]
)
def test_a_wrong_hmac_is_rejected(signature):
    assert not accepted(system("hmac", ["s3cret"]), {"x-signature": signature})


def test_a_missing_hmac_is_rejected():
    assert not accepted(system("hmac", ["s3cret"]), {})


def test_the_header_may_be_named_in_the_settings():
    settings = system("hmac", ["s3cret"], webhook_header="X-Hub-Signature-256")

    assert accepted(settings, {"x-hub-signature-256": "sha256=" + HMAC.hexdigest()})
    assert not accepted(settings, {"x-signature": HMAC.hexdigest()})


def test_a_shared_secret_is_accepted_in_the_header_or_in_the_address():
    settings = system("shared_secret", ["old", "sécret"])

    assert accepted(settings, {"x-webhook-secret": "old"})
    assert accepted(settings, {"x-webhook-secret": "sécret".encode().decode("latin-1")})
    assert accepted(settings, {}, query={"token": "sécret"})


@pytest.mark.parametrize("given_secret", ["", "s", "s3cret ", "S3CRET", "ü", "\udc80", "s3cret\0"])
def test_a_wrong_shared_secret_is_rejected(given_secret):
    settings = system("shared_secret", ["s3cret"])

    assert not accepted(settings, {"x-webhook-secret": given_secret})
    assert not accepted(settings, {}, query={"token": given_secret})
    assert not accepted(settings, {"x-webhook-secret": given_secret}, query={"token": "s3cret"})
    assert not accepted(settings, {})


def test_a_shared_secret_is_no_signature_and_the_other_way_round():
    assert not accepted(system("hmac", ["s3cret"]), {"x-webhook-secret": "s3cret"})
    assert not accepted(system("shared_secret", ["s3cret"]), {"x-signature": HMAC.hexdigest()})


@pytest.mark.parametrize("address", ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::1"])
def test_an_address_on_the_list_still_needs_the_secret(address):
    settings = system(webhook_addresses=["192.0.2.0/24", "2001:db8::/32"])

    assert accepted(settings, standard_headers(), address=address)
    assert not accepted(settings, {}, address=address)


@pytest.mark.parametrize("address", ["192.0.3.7", "2001:db9::1", "", "testclient", "192.0.2.7:80"])
def test_an_address_that_is_not_on_the_list_is_rejected(address):
    settings = system(webhook_addresses=["192.0.2.0/24", "2001:db8::/32"])

    assert not accepted(settings, standard_headers(), address=address)


def test_a_rejection_shows_nothing_of_the_request():
    headers = {"x-webhook-secret": "nearly-s3cret"}

    with pytest.raises(Rejected) as raised:
        verify(system("shared_secret", ["s3cret"]), headers, {}, BODY, "192.0.2.7", NOW)

    assert "s3cret" not in str(raised.value)


def test_a_request_that_slack_signed_is_accepted():
    assert slack_accepts(slack_headers())


def test_a_body_from_slack_need_not_be_text():
    timestamp = str(int(NOW.timestamp()))
    signed = b"v0:" + timestamp.encode() + b":\xff\xfe"
    signature = "v0=" + hmac.new(SLACK_SECRET.encode(), signed, hashlib.sha256).hexdigest()
    headers = {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}

    assert slack_accepts(headers, b"\xff\xfe")


@pytest.mark.parametrize("name", ["x-slack-request-timestamp", "x-slack-signature"])
@pytest.mark.parametrize("value", [None, "", "soon", "ü", "\udc80", "v0=", "v0=ü", "١٢٣", "1.5"])
def test_a_slack_header_that_is_missing_or_nonsense_is_rejected(name, value):
    headers = slack_headers()
    del headers[name]
    if value is not None:
        headers[name] = value

    assert not slack_accepts(headers)


def test_another_slack_secret_or_body_is_rejected():
    assert not slack_accepts(slack_headers(secret="another"))
    assert not slack_accepts(slack_headers(), BODY + b"&")


def test_an_empty_slack_secret_rejects_everything():
    timestamp = str(int(NOW.timestamp()))
    signed = b"v0:" + timestamp.encode() + b":" + BODY
    signature = "v0=" + hmac.new(b"", signed, hashlib.sha256).hexdigest()
    headers = {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}

    assert not slack_accepts(headers, secret="")


def test_a_delivery_is_known_by_its_id_or_else_by_its_body():
    standard = system()
    assert dedupe_key(standard, {"webhook-id": "msg_1"}, BODY) == "msg_1"
    assert dedupe_key(standard, {}, BODY) == hashlib.sha256(BODY).hexdigest()
    assert dedupe_key(standard, {}, BODY) != dedupe_key(standard, {}, BODY + b" ")


@pytest.mark.parametrize("signature", ["hmac", "shared_secret"])
def test_an_id_that_nobody_signed_does_not_make_a_captured_post_a_new_one(signature):
    key = dedupe_key(system(signature), {"webhook-id": "msg_1"}, BODY)
    assert key == hashlib.sha256(BODY).hexdigest()


@pytest.mark.parametrize("delivery", ["", "x" * 201, "a b", "ü", "a\nb"])
def test_an_id_that_cannot_be_stored_is_not_used(delivery):
    assert dedupe_key(system(), {"webhook-id": delivery}, BODY) == hashlib.sha256(BODY).hexdigest()


HEADER_TEXT = st.text(st.characters(codec="latin-1"), max_size=60) | st.text(max_size=20)


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
    secrets=st.lists(st.text(min_size=1, max_size=20).map("whsec_".__add__), max_size=3),
    headers=st.dictionaries(
        st.sampled_from([*standard_headers(), "x-signature", "x-webhook-secret"]),
        HEADER_TEXT | st.just(str(int(NOW.timestamp()))),
    ),
    token=st.none() | st.text(max_size=10),
    body=st.binary(max_size=60),
    address=st.text(max_size=20) | st.ip_addresses().map(str),
)
def test_nothing_made_up_is_accepted_or_stumbled_over(
    signature, secrets, headers, token, body, address
):
    query = {} if token is None else {"token": token}

    assert not accepted(system(signature, secrets), headers, body, query, address)
    assert not slack_accepts(headers, body)
