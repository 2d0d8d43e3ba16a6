"""Block Kit as Slack enforces it."""

import copy

import pytest

from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.limits import check_blocks, check_message_size, check_view


def plain(text):
    return {"type": "plain_text", "text": text}


def mrkdwn(text):
    return {"type": "mrkdwn", "text": text}


def button(action_id="a", **more):
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **more}


def actions(*elements, **more):
    return {"type": "actions", "elements": list(elements), **more}


OPTION = {"text": plain("One"), "value": "1"}

LARGEST = [
    {"type": "header", "text": plain("x" * 150)},
    {"type": "section", "text": mrkdwn("x" * 3000)},
    {"type": "section", "fields": [mrkdwn("x" * 200)] * 10},
    {"type": "section", "fields": [mrkdwn("x" * 2000)]},
    {"type": "context", "elements": [mrkdwn("x")] * 10},
    actions(*[button(f"b{n}", value="v") for n in range(25)]),
    actions(button("x" * 255, text=plain("x" * 75), value="v" * 2000), block_id="b" * 255),
    actions({"type": "overflow", "action_id": "o", "options": [OPTION] * 5}),
    actions({"type": "static_select", "action_id": "s", "options": [OPTION] * 100}),
    {"type": "divider"},
]

TOO_MUCH = [
    (
        [{"type": "header", "text": plain("x" * 151)}],
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        [{"type": "header", "text": plain("")}],
        "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        [{"type": "header", "text": mrkdwn("x")}],
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    (
        [{"type": "section", "text": mrkdwn("x" * 3001)}],
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        [{"type": "section", "fields": [mrkdwn("x")] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    (
        [{"type": "section", "fields": [mrkdwn("x"), mrkdwn("x" * 2001)]}],
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/1/text]",
    ),
    (
        [{"type": "section"}],
        "must define either `text` or `fields` [json-pointer:/blocks/0]",
    ),
    (
        [{"type": "context", "elements": [mrkdwn("x")] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    ([actions()], "must provide at least 1 items [json-pointer:/blocks/0/elements]"),
    (
        [actions(*[button(f"b{n}") for n in range(26)])],
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        [actions(button(text=plain("x" * 76)))],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    (
        [actions(button(value="v" * 2001))],
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    (
        [actions(button("x" * 256))],
        "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
    ),
    (
        [actions(button(style="warning"))],
        "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]",
    ),
    (
        [actions(button(), button())],
        '`action_id` "a" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ),
    (
        [{"type": "divider", "block_id": "d"}, {"type": "divider", "block_id": "d"}],
        '`block_id` "d" already exists [json-pointer:/blocks/1/block_id]',
    ),
    (
        [actions({"type": "overflow", "action_id": "o", "options": [OPTION] * 6})],
        "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        [actions({"type": "static_select", "action_id": "o"})],
        "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]",
    ),
    ([{"type": "alert"}], "unsupported type: alert [json-pointer:/blocks/0/type]"),
    ([{"text": plain("x")}], "missing required field: type [json-pointer:/blocks/0]"),
    ([{"type": "actions"}], "missing required field: elements [json-pointer:/blocks/0]"),
    (
        [{"type": "divider", "colour": "red"}],
        "invalid additional property: colour [json-pointer:/blocks/0]",
    ),
    (["divider"], "must provide an object [json-pointer:/blocks/0]"),
    ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
]


@pytest.mark.parametrize("block", LARGEST, ids=lambda block: block["type"])
def test_blocks_at_the_limit_are_taken(block):
    assert check_blocks([block])[0]["type"] == block["type"]


@pytest.mark.parametrize(("blocks", "complaint"), TOO_MUCH, ids=lambda part: str(part)[:40])
def test_blocks_beyond_the_limit_are_refused_by_name(blocks, complaint):
    with pytest.raises(SlackError) as refused:
        check_blocks(blocks)
    assert refused.value.code == "invalid_blocks"
    assert complaint in refused.value.problems


def test_checking_does_not_change_what_was_sent():
    blocks = [{"type": "divider"}, actions({"type": "button", "text": plain("Go")})]
    before = copy.deepcopy(blocks)
    stored = check_blocks(blocks)
    assert blocks == before
    assert stored[1]["elements"][0]["action_id"]


def test_given_block_ids_are_kept_and_new_ones_do_not_clash():
    stored = check_blocks([{"type": "divider"}, {"type": "divider", "block_id": "b0"}])
    assert len({block["block_id"] for block in stored}) == 2
    assert stored[1]["block_id"] == "b0"


def test_the_whole_message_has_a_limit_of_its_own():
    check_message_size([{"type": "markdown", "text": "x" * 12_000}])
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_message_size([{"type": "section", "text": mrkdwn("x" * 2_900)}] * 5)


async def test_the_answer_names_the_place(api):
    blocks = [{"type": "header", "text": plain("x" * 151)}]
    answer = await api("chat.postMessage", channel="C0OPS", text="x", blocks=blocks)
    where = "must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    assert answer == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [where],
        "response_metadata": {"messages": [f"[ERROR] {where}"]},
    }


async def test_blocks_that_are_not_json_are_refused(http):
    data = {"token": "xoxb-made-up", "channel": "C0OPS", "blocks": "[{"}
    reply = await http.post("/api/chat.postMessage", data=data)
    assert reply.json()["error"] == "invalid_blocks_format"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            {"title": plain("x" * 25)},
            "must be less than 25 characters [json-pointer:/view/title/text]",
        ),
        (
            {"private_metadata": "x" * 3001},
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        (
            {"blocks": [{"type": "divider"}] * 101},
            "no more than 100 items allowed [json-pointer:/view/blocks]",
        ),
        (
            {
                "blocks": [
                    {
                        "type": "input",
                        "label": plain("Note"),
                        "element": {"type": "plain_text_input", "action_id": "note"},
                    }
                ]
            },
            "must define `submit` to use an `input` block in modals "
            "[json-pointer:/view/blocks/0/input]",
        ),
    ],
)
def test_a_view_beyond_the_limits_is_refused(change, complaint):
    view = {"type": "modal", "title": plain("Dial"), "blocks": [{"type": "divider"}]}
    assert check_view(view)["title"] == plain("Dial")
    with pytest.raises(SlackError) as refused:
        check_view(view | change)
    assert (refused.value.code, refused.value.problems) == ("invalid_arguments", (complaint,))
