from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from pydantic import BaseModel, SecretStr

from bot.adapters import VENDORS
from bot.adapters.operations import Operation
from bot.cli.api_answers import to_json
from bot.cli.api_values import Misused, kind_of, read_arguments, secrets_in, show, smells, usage
from bot.redaction import Redactor


async def everything(
    client: object,
    text: str,
    count: int | None = None,
    on: bool | None = None,
    day: date | None = None,
    several: list[str] | None = None,
    numbers: list[str] = [],  # noqa: B006 - only its annotation is read
    fields: dict[str, str | int | bool | None] | None = None,
) -> None:
    """An operation with a parameter of every kind."""


def read(*words):
    return read_arguments("EVERYTHING", Operation(everything), ("text=x", *words))


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("text2=", None),
        ("count=20", 20),
        ("count=-1", -1),
        ("count=", None),
        *((f"on={word}", True) for word in ("yes", "true", "on", "TRUE")),
        *((f"on={word}", False) for word in ("no", "false", "off", "Off")),
        ("on=", None),
        ("day=2026-11-20", date(2026, 11, 20)),
        ("several=101, 0102", ["101", "0102"]),
        ("several=", None),
        ("numbers=", []),
        (
            'fields={"a": 1, "b": "1", "c": true, "d": null}',
            {"a": 1, "b": "1", "c": True, "d": None},
        ),
        ('fields={"a": [1, {"b": 1.5}]}', {"a": [1, {"b": 1.5}]}),
    ][1:],
)
def test_values_are_read_by_their_annotation(word, value):
    result = read(word)[word.partition("=")[0]]

    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    "word",
    [
        "count=20.0", "count=1_000", "count=٣", "count=twenty", "count=" + "9" * 5000,
        "on=maybe", "day=20.11.2026", "day=2026-02-30", "several=101,,102", "numbers=,",
        "fields=[1]", 'fields={"a":', "fields=7",
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused_without_repeating_it(word):
    key, _, text = word.partition("=")

    with pytest.raises(Misused) as raised:
        read(word)

    (problem,) = raised.value.problems
    assert problem.startswith(f"{key}: expected ")
    assert text not in problem


@pytest.mark.parametrize(
    "text",
    [
        '{"x":NaN}', '{"x":1e999}', '{"x":-Infinity}', '{"x":[{"y":-1e999}]}',
        '{"x":' + "9" * 5000 + "}", '{"x":"\\ud800"}', '{"x":"\udcff"}',
    ],
)  # fmt: skip
def test_what_json_cannot_carry_is_refused_before_it_is_sent(text):
    with pytest.raises(Misused) as raised:
        read(f"fields={text}")

    assert raised.value.problems == (
        'fields: expected a JSON object such as {"name": "value"}, with finite numbers and '
        "whole characters.",
    )


def test_values_beside_the_name_of_a_secret_are_not_shown_either():
    fields = {"field": "web_password", "old_value": "Canary-0", "id": 7}

    assert list(secrets_in(fields)) == ["Canary-0"]
    assert show("fields", fields) == (
        'fields={"field": "web_password", "old_value": "•••", "id": 7}'
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"key": "ES", "value": "Spain"},
        {"Turkey": "TR", "monkey": "x", "keyboard": "fr", "bypass": "x", "passenger": "x"},
        {"name": "Key account hotline", "value": "x"},
        {"name": "Password reset", "number": "800"},
    ],
)
def test_what_only_looks_like_a_secret_is_shown(fields):
    assert list(secrets_in(fields)) == []
    assert "•" not in show("fields", fields)


def test_text_stays_as_it_was_typed():
    arguments = read_arguments("EVERYTHING", Operation(everything), ["text= a=b "])

    assert arguments == {"text": " a=b "}


def test_a_text_that_must_be_given_may_be_empty():
    assert read_arguments("EVERYTHING", Operation(everything), ["text="]) == {"text": ""}


@pytest.mark.parametrize("vendor", sorted(VENDORS))
def test_every_parameter_of_every_operation_can_be_typed(vendor):
    for operation in VENDORS[vendor].operations.values():
        for parameter in operation.parameters:
            assert kind_of(parameter).word in usage(parameter)


@pytest.mark.parametrize(
    "name",
    ["password", "web_password", "ssh_key", "licence_key", "authpass", "vmpin", "pin", "pincode",
     "ex_token", "client_secret", "pwd", "user_pin"],
)  # fmt: skip
def test_names_of_secrets_smell(name):
    assert smells(name)


@pytest.mark.parametrize("name", ["number", "caller_name", "spinning", "opinion", "uuid", "ping"])
def test_other_names_do_not(name):
    assert not smells(name)


def test_secrets_are_found_at_any_depth_and_never_shown():
    fields = {"firstname": "Kim", "authpass": "abc", "pins": {"101": 7710}, "has_password": True}

    assert sorted(secrets_in(fields)) == ["7710", "abc"]
    assert sorted(secrets_in({"password": {"inner": [1, "two"]}})) == ["1", "two"]
    assert show("fields", fields).count("•••") == 2
    assert show("web_password", "abc") == "web_password=•••"


def test_an_answer_is_json_whatever_it_is_made_of():
    class Colour(StrEnum):
        RED = "red"

    class Model(BaseModel):
        day: date
        secret_word: SecretStr

    @dataclass(frozen=True)
    class Row:
        at: datetime
        colour: Colour
        rows: tuple[int, ...]

    answer = [
        Model(day=date(2026, 11, 20), secret_word=SecretStr("abc")),
        Row(datetime(2026, 11, 20, 13, 2, tzinfo=UTC), Colour.RED, (1, 2)),
        None,
        True,
        float("nan"),
    ]

    told = to_json(answer, Redactor(()))

    assert told.replace("\n", "").replace(" ", "") == (
        '[{"day":"2026-11-20","secret_word":"•••"},'
        '{"at":"2026-11-20T13:02:00+00:00","colour":"red","rows":[1,2]},null,true,"nan"]'
    )


def test_known_secrets_are_blank_in_texts_names_and_numbers():
    told = to_json(
        {"hunter22": "is hunter22", "n": 12345678, "m": 9}, Redactor(["hunter22", "12345678"])
    )

    assert "hunter22" not in told
    assert "12345678" not in told
    assert '"m": 9' in told


def test_an_answer_cannot_move_the_cursor():
    told = to_json({"name": "\x1b[2J\x9b1m\x7f\u202e\ud800 é"}, Redactor(()))

    assert told.isascii() is False
    assert all(character.isprintable() or character == "\n" for character in told)
    assert "\\u001b[2J\\u009b1m\\u007f\\u202e\\ud800 é" in told


def test_sound_has_no_json_form():
    with pytest.raises(TypeError):
        to_json({"content": b"RIFF"}, Redactor(()))
