import pytest
from pydantic import ValidationError

WAYS = "expected either api_key, or username and password"


@pytest.mark.parametrize(
    "fields",
    [
        {"api_key": None},
        {"api_key": ""},
        {"username": "pat"},
        {"username": "pat", "password": ""},
        {"api_key": "key", "username": "pat", "password": "secret"},
        {"api_key": "key", "password": "secret"},
    ],
)
def test_anything_but_exactly_one_way_in_is_a_mistake(make_settings, fields):
    with pytest.raises(ValidationError, match=WAYS):
        make_settings(**fields)


def test_an_api_key_goes_with_the_documented_user_name(make_settings):
    assert make_settings(api_key="key").credentials() == ("apiKey", "key")


def test_a_user_goes_with_the_own_password(make_settings):
    settings = make_settings(username="pat", password="secret")

    assert settings.credentials() == ("pat", "secret")


@pytest.mark.parametrize(
    "url",
    [
        "https://pat:secret@pbx.example.org",
        "https://pbx.example.org/?key=secret",
        "https://pbx.example.org/#top",
    ],
)
def test_secrets_in_the_address_are_a_mistake_that_does_not_repeat_them(make_settings, url):
    with pytest.raises(ValidationError, match="nothing more") as caught:
        make_settings(url=url)

    assert "secret" not in str(caught.value)


def test_a_user_name_with_a_colon_is_a_mistake(make_settings):
    with pytest.raises(ValidationError, match="without a colon"):
        make_settings(username="a:b", password="secret")


def test_secrets_do_not_show_in_the_settings(make_settings):
    settings = make_settings(username="pat", password="canary-password")

    assert "canary" not in repr(settings)
    assert "canary" not in settings.model_dump_json()


def test_an_extension_without_a_user_of_its_own_is_the_user_name(make_settings):
    settings = make_settings(users={"101": "pat"})

    assert settings.user_of("101") == "pat"
    assert settings.user_of("kim") == "kim"


def test_a_user_is_known_by_the_extension(make_settings):
    settings = make_settings(users={"0101": "pat"})

    assert settings.extension_of("pat") == "0101"
    assert settings.extension_of("kim") is None
