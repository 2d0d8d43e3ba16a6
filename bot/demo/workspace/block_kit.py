"""The shapes and limits of Block Kit (Slack reference, "Blocks", "Block elements", "Views")."""

from collections.abc import Iterator
from typing import Any, Final

from bot.demo.workspace.schema import (
    Check,
    anything,
    array,
    both,
    by_type,
    choice,
    instance,
    problem,
    shape,
    string,
)

FLAG: Final = instance(bool, "boolean")
NUMBER: Final = instance(int, "number")
ID: Final = string(255)


def plain(longest: int) -> Check:
    return by_type({"plain_text": shape({"text": string(longest)}, {"emoji": FLAG})})


def text(longest: int) -> Check:
    """Plain text or mrkdwn."""
    return by_type(
        {
            "plain_text": shape({"text": string(longest)}, {"emoji": FLAG}),
            "mrkdwn": shape({"text": string(longest)}, {"verbatim": FLAG}),
        }
    )


CONFIRM: Final = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
OPTION: Final = shape(
    {"text": text(75), "value": string(150)}, {"description": text(75), "url": string(3000)}
)
GROUP: Final = shape({"label": plain(75), "options": array(OPTION, 100)})
_COMMON: Final[dict[str, Check]] = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": FLAG}
_PICKER: Final[dict[str, Check]] = {**_COMMON, "placeholder": plain(150)}
_TYPED: Final[dict[str, Check]] = {
    "action_id": ID,
    "placeholder": plain(150),
    "initial_value": string(3000, shortest=0),
    "focus_on_load": FLAG,
    "dispatch_action_config": anything,
}


def _options_or_groups(value: Any, pointer: str) -> Iterator[str]:
    if isinstance(value, dict) and ("options" in value) == ("option_groups" in value):
        yield problem("must define either `options` or `option_groups`", pointer)


def _text_or_fields(value: Any, pointer: str) -> Iterator[str]:
    if isinstance(value, dict) and "text" not in value and "fields" not in value:
        yield problem("must define either `text` or `fields`", pointer)


def _image_source(value: Any, pointer: str) -> Iterator[str]:
    if isinstance(value, dict) and ("image_url" in value) == ("slack_file" in value):
        yield problem("must define either `image_url` or `slack_file`", pointer)


BUTTON: Final = shape(
    {"text": plain(75)},
    {
        "action_id": ID,
        "value": string(2000),
        "url": string(3000),
        "style": choice("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
_STATIC: Final[dict[str, Check]] = {
    **_PICKER,
    "options": array(OPTION, 100),
    "option_groups": array(GROUP, 100),
}
_IMAGE: Final = both(
    shape(
        {"alt_text": string(2000)},
        {"image_url": string(3000), "slack_file": anything},
    ),
    _image_source,
)
_FIXED: Final = shape(
    {"options": array(OPTION, 10)},
    {**_COMMON, "initial_options": array(OPTION, 10), "initial_option": OPTION},
)

MENUS: Final[dict[str, Check]] = {
    "channels_select": shape({}, {**_PICKER, "initial_channel": ID, "response_url_enabled": FLAG}),
    "conversations_select": shape(
        {},
        {
            **_PICKER,
            "initial_conversation": ID,
            "default_to_current_conversation": FLAG,
            "response_url_enabled": FLAG,
            "filter": anything,
        },
    ),
    "external_select": shape({}, {**_PICKER, "initial_option": OPTION, "min_query_length": NUMBER}),
    "multi_static_select": both(
        shape(
            {},
            {**_STATIC, "initial_options": array(OPTION, 100), "max_selected_items": NUMBER},
        ),
        _options_or_groups,
    ),
    "multi_users_select": shape(
        {}, {**_PICKER, "initial_users": array(ID, 100), "max_selected_items": NUMBER}
    ),
    "static_select": both(shape({}, {**_STATIC, "initial_option": OPTION}), _options_or_groups),
    "users_select": shape({}, {**_PICKER, "initial_user": ID}),
}
PICKERS: Final[dict[str, Check]] = {
    "checkboxes": _FIXED,
    "datepicker": shape({}, {**_PICKER, "initial_date": string(10)}),
    "datetimepicker": shape({}, {**_COMMON, "initial_date_time": NUMBER}),
    "radio_buttons": _FIXED,
    "timepicker": shape({}, {**_PICKER, "initial_time": string(5), "timezone": string(50)}),
}
TYPED: Final[dict[str, Check]] = {
    "email_text_input": shape({}, _TYPED),
    "number_input": shape(
        {"is_decimal_allowed": FLAG},
        {**_TYPED, "min_value": string(50), "max_value": string(50)},
    ),
    "plain_text_input": shape(
        {}, {**_TYPED, "multiline": FLAG, "min_length": NUMBER, "max_length": NUMBER}
    ),
    "url_text_input": shape({}, _TYPED),
}
OVERFLOW: Final[dict[str, Check]] = {
    "overflow": shape({"options": array(OPTION, 5)}, {"action_id": ID, "confirm": CONFIRM})
}
ACTIONS: Final[dict[str, Check]] = {"button": BUTTON, **OVERFLOW, **MENUS, **PICKERS}
CELL: Final = by_type(
    {
        "raw_number": anything,
        "raw_text": shape({"text": string(10_000)}),
        "rich_text": anything,
    }
)

_BLOCK: Final[dict[str, Check]] = {"block_id": ID}
BLOCKS: Final[dict[str, Check]] = {
    "actions": shape({"elements": array(by_type(ACTIONS), 25)}, _BLOCK),
    "context": shape(
        {
            "elements": array(
                by_type(
                    {
                        "image": _IMAGE,
                        "mrkdwn": shape({"text": string(3000)}, {"verbatim": FLAG}),
                        "plain_text": shape({"text": string(3000)}, {"emoji": FLAG}),
                    }
                ),
                10,
            )
        },
        _BLOCK,
    ),
    "divider": shape({}, _BLOCK),
    "header": shape({"text": plain(150)}, _BLOCK),
    "image": both(
        shape(
            {"alt_text": string(2000)},
            {**_BLOCK, "image_url": string(3000), "slack_file": anything, "title": plain(2000)},
        ),
        _image_source,
    ),
    "input": shape(
        {"label": plain(2000), "element": by_type({**TYPED, **MENUS, **PICKERS})},
        {**_BLOCK, "hint": plain(2000), "optional": FLAG, "dispatch_action": FLAG},
    ),
    "markdown": shape({"text": string(12_000)}, _BLOCK),
    "rich_text": shape({"elements": array(anything, 500, least=0)}, _BLOCK),
    "section": both(
        shape(
            {},
            {
                **_BLOCK,
                "text": text(3000),
                "fields": array(text(2000), 10),
                "accessory": by_type({**ACTIONS, "image": _IMAGE}),
                "expand": FLAG,
            },
        ),
        _text_or_fields,
    ),
    "table": shape({"rows": array(array(CELL, 20), 100)}, {**_BLOCK, "column_settings": anything}),
}
MODAL_BLOCKS: Final[dict[str, Check]] = {
    **BLOCKS,
    "alert": shape({"text": text(200)}, {**_BLOCK, "level": string(20)}),
}
_VIEW: Final[dict[str, Check]] = {
    "private_metadata": string(3000, shortest=0),
    "callback_id": string(255, shortest=0),
    "external_id": string(255, shortest=0),
}
VIEWS: Final[dict[str, Check]] = {
    "home": shape({"blocks": array(by_type(BLOCKS), 100, least=0)}, _VIEW),
    "modal": shape(
        {"title": plain(24), "blocks": array(by_type(MODAL_BLOCKS), 100, least=0)},
        {
            **_VIEW,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": FLAG,
            "notify_on_close": FLAG,
            "submit_disabled": FLAG,
        },
    ),
}
