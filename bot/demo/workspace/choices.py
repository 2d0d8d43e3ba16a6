"""What a person picks or types, in the words of each kind of input."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bot.demo.workspace.errors import NotPossible
from bot.demo.workspace.records import Json

Choice = str | int | Sequence[str] | None
"""A text, an option's value, an id, a date; several of them for check boxes; ``None``: nothing."""

_KEYS: Final[dict[str, tuple[str, str]]] = {
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "datepicker": ("selected_date", "initial_date"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "email_text_input": ("value", "initial_value"),
    "multi_users_select": ("selected_users", "initial_users"),
    "number_input": ("value", "initial_value"),
    "plain_text_input": ("value", "initial_value"),
    "timepicker": ("selected_time", "initial_time"),
    "url_text_input": ("value", "initial_value"),
    "users_select": ("selected_user", "initial_user"),
}
_ONE_OPTION: Final = frozenset({"overflow", "radio_buttons", "static_select"})
_OPTIONS: Final = frozenset({"checkboxes", "multi_static_select"})


def chosen(element: Json, choice: Choice) -> Json:
    """The part of a payload that says what was chosen in this element.

    Raises ``NotPossible`` for an option that the element does not offer.
    """
    kind = element["type"]
    if kind == "button":
        return {name: element[name] for name in ("text", "value") if name in element}
    if kind in _ONE_OPTION:
        return {"selected_option": None if choice is None else _option(element, choice)}
    if kind in _OPTIONS:
        values = [] if choice is None or isinstance(choice, int) else _as_list(choice)
        return {"selected_options": [_option(element, value) for value in values]}
    if kind == "external_select":
        text = {"type": "plain_text", "text": str(choice)}
        return {"selected_option": None if choice is None else {"text": text, "value": choice}}
    return {_KEYS[kind][0]: choice}


def initial(element: Json) -> Choice:
    """What stands in the element before anybody touches it."""
    kind = element["type"]
    if kind in _OPTIONS:
        return [option["value"] for option in element.get("initial_options", ())]
    if kind in _ONE_OPTION or kind == "external_select":
        value: Choice = element.get("initial_option", {}).get("value")
        return value
    found: Choice = element.get(_KEYS[kind][1])
    return found


def view_values(blocks: Sequence[Json], answers: Mapping[str, Choice]) -> Json:
    """``view.state.values``: each input's answer, or what stood there from the beginning.

    ``answers`` are by action id, or by ``block_id/action_id`` where action ids repeat. Raises
    ``NotPossible`` for an unknown name and for an empty input that is not optional.
    """
    values: Json = {}
    unused = set(answers)
    for block, element in _inputs(blocks):
        names = (f"{block['block_id']}/{element['action_id']}", element["action_id"])
        name = next((each for each in names if each in answers), None)
        unused.discard(str(name))
        answer = initial(element) if name is None else answers[name]
        if block["type"] == "input" and not answer and not block.get("optional"):
            raise NotPossible(f"Slack wants an answer to {block['label']['text']!r}.")
        part = {"type": element["type"], **chosen(element, answer or None)}
        values.setdefault(block["block_id"], {})[element["action_id"]] = part
    if unused:
        raise NotPossible(f"There is no input called {min(unused)!r} in this view.")
    return values


def _inputs(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    for block in blocks:
        inside = [block.get("element"), block.get("accessory")]
        if block["type"] == "actions":
            inside += block["elements"]
        for element in inside:
            kind = element.get("type") if isinstance(element, dict) else None
            if isinstance(element, dict) and kind not in (None, "button", "overflow", "image"):
                yield block, element


def _option(element: Json, value: Any) -> Json:
    groups = element.get("option_groups", ())
    options = [*element.get("options", ()), *(each for g in groups for each in g["options"])]
    for option in options:
        if option["value"] == str(value):
            return dict(option)
    raise NotPossible(f"{element['action_id']!r} does not offer {value!r}.")


def _as_list(choice: str | Sequence[str]) -> list[str]:
    return [choice] if isinstance(choice, str) else list(choice)
