"""Genuine posts of phone systems come in, and nothing else does, whatever it looks like."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from pydantic import SecretStr
from support.signing import (
    BODY,
    HMAC,
    NEW,
    NOW,
    OLD,
    accepted,
    headers_of_bytes,
    raw,
    slack_accepts,
    slack_headers,
    standard_headers,
    system,
)

from webhooks.verify import Rejected, Verifier


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


@pytest.mark.parametrize("signature", ["standard", "hmac", "shared_secret"])
def test_a_body_that_is_not_utf8_is_believed_when_it_is_signed(signature):
    """What it says is for others to judge: it is kept, and the ops channel hears of it."""
    body = b'{"caller": "Zo\xeb"}'
    headers = {
        **headers_of_bytes(NEW, body),
        "x-signature": hmac.new(NEW.encode(), body, hashlib.sha256).hexdigest(),
        "x-webhook-secret": NEW,
    }

    assert accepted(system(signature), headers, body)
    if signature != "shared_secret":
        assert not accepted(system(signature), headers, body.replace(b"\xeb", b"\xea"))


def test_another_body_that_is_not_utf8_is_rejected():
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
            Verifier(each).verify(raw(headers), b"token=", BODY, "192.0.2.7", NOW)


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
    assert accepted(settings, {}, query=b"token=s%C3%A9cret")


@pytest.mark.parametrize("given_secret", ["", "s", "s3cret ", "S3CRET", "ü", "\udc80", "s3cret\0"])
def test_a_wrong_shared_secret_is_rejected(given_secret):
    settings = system("shared_secret", ["s3cret"])
    asked = f"token={quote(given_secret, errors='surrogatepass')}".encode()

    assert not accepted(settings, {"x-webhook-secret": given_secret})
    assert not accepted(settings, {}, query=asked)
    assert not accepted(settings, {"x-webhook-secret": given_secret}, query=b"token=s3cret")
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
    settings = system("shared_secret", ["s3cret"])

    with pytest.raises(Rejected) as raised:
        Verifier(settings).verify(raw(headers), b"", BODY, "192.0.2.7", NOW)

    assert "s3cret" not in str(raised.value)


def test_a_delivery_is_known_by_its_id_where_that_is_signed():
    def key(delivery):
        headers = raw(standard_headers(delivery=delivery))
        return Verifier(system()).verify(headers, b"", BODY, "192.0.2.7", NOW)

    assert key("msg_1") == "msg_1"
    assert key("x" * 200) == "x" * 200


@pytest.mark.parametrize("signature", ["hmac", "shared_secret"])
def test_an_id_that_nobody_signed_does_not_make_a_captured_post_a_new_one(signature):
    def key(body):
        signed = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
        headers = {"webhook-id": "msg_1", "x-signature": signed, "x-webhook-secret": "s3cret"}
        verifier = Verifier(system(signature, ["s3cret"]))
        return verifier.verify(raw(headers), b"", body, "192.0.2.7", NOW)

    assert key(BODY) == hashlib.sha256(BODY).hexdigest()
    assert key(BODY) != key(BODY + b" ")


@pytest.mark.parametrize("delivery", ["x" * 201, "a b", "ü", "a\nb"])
def test_an_id_that_cannot_be_stored_is_rejected(delivery):
    assert not accepted(system(), standard_headers(delivery=delivery))
