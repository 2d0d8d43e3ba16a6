"""What Slack refuses about messages and views as a whole."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot.demo.workspace.block_kit import BLOCKS, VIEWS
from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.records import Json
from bot.demo.workspace.schema import array, by_type, problem

LONGEST_TEXT: Final = 40_000
LONGEST_UPDATE: Final = 4_000
LONGEST_BLOCKS: Final = 13_200
"""Characters of JSON. Undocumented: slackapi/bolt-js#2509 saw 13,297 of one markdown block pass,
#2867 saw 11,341 characters of text in many small blocks refused, so containers count too."""
LONGEST_VIEW: Final = 250_000
LONGEST_METADATA: Final = 8_000
"""Assumed: ``metadata_too_large`` is documented, its limit is not."""

_MESSAGE_BLOCKS: Final = array(by_type(BLOCKS), 50, least=0)
_VIEW: Final = by_type(VIEWS)


def check_blocks(blocks: object) -> list[Json]:
    """The blocks of a message, or ``invalid_blocks`` naming each place."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    problems = [*_MESSAGE_BLOCKS(blocks, "/blocks"), *_duplicates(blocks, "/blocks")]
    if problems:
        raise SlackError("invalid_blocks", problems)
    return with_ids(blocks)


def check_message_size(blocks: Sequence[Json]) -> None:
    """Only ``chat.*`` minds: a response_url takes the same blocks (slackapi/bolt-js#2867)."""
    if blocks and _json_length(blocks) > LONGEST_BLOCKS:
        raise SlackError("msg_blocks_too_long")


def check_text(text: str, longest: int = LONGEST_TEXT) -> None:
    if len(text) > longest:
        raise SlackError("msg_too_long")


def check_metadata(metadata: object) -> Json:
    """Message metadata: an ``event_type`` and an ``event_payload``."""
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_schema")
    if _json_length(metadata) > LONGEST_METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def check_view(view: object) -> Json:
    """A modal or Home view, or ``invalid_arguments`` naming each place."""
    problems = list(_VIEW(view, "/view"))
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", problems)
    blocks = view.get("blocks")
    if isinstance(blocks, list):
        problems += [*_duplicates(blocks, "/view/blocks"), *_inputs_without_submit(view, blocks)]
    if problems:
        raise SlackError("invalid_arguments", problems)
    if _json_length(view) > LONGEST_VIEW:
        raise SlackError("view_too_large")
    return {**view, "blocks": with_ids(view["blocks"])}


def with_ids(blocks: Sequence[Json]) -> list[Json]:
    """The blocks as Slack stores them: each has a ``block_id``, each element an ``action_id``."""
    taken = {block.get("block_id") for block in blocks}
    free = (name for number in range(1000) if (name := f"b{number}") not in taken)
    return [
        _with_action_ids({**block, "block_id": block.get("block_id") or next(free)})
        for block in blocks
    ]


def _with_action_ids(block: Json) -> Json:
    if block["type"] == "actions":
        elements = [
            {**element, "action_id": element.get("action_id", f"{block['block_id']}-{index}")}
            for index, element in enumerate(block["elements"])
        ]
        return {**block, "elements": elements}
    for place in ("accessory", "element"):
        element = block.get(place)
        if isinstance(element, dict) and element.get("type") != "image":
            block = {**block, place: {"action_id": f"{block['block_id']}-0", **element}}
    return block


def _duplicates(blocks: Sequence[Any], pointer: str) -> Iterator[str]:
    blocks_seen: set[str] = set()
    for index, block in enumerate(blocks):
        if not isinstance(block, dict):
            continue
        if isinstance(name := block.get("block_id"), str):
            if name in blocks_seen:
                yield problem(f'`block_id` "{name}" already exists', f"{pointer}/{index}/block_id")
            blocks_seen.add(name)
        yield from _duplicate_actions(block.get("elements"), f"{pointer}/{index}/elements")


def _duplicate_actions(elements: object, pointer: str) -> Iterator[str]:
    seen: set[str] = set()
    for index, element in enumerate(elements if isinstance(elements, list) else ()):
        name = element.get("action_id") if isinstance(element, dict) else None
        if isinstance(name, str):
            if name in seen:
                place = f"{pointer}/{index}/action_id"
                yield problem(f'`action_id` "{name}" already exists', place)
            seen.add(name)


def _inputs_without_submit(view: Json, blocks: Sequence[Any]) -> Iterator[str]:
    if view.get("type") != "modal" or "submit" in view:
        return
    for index, block in enumerate(blocks):
        if isinstance(block, dict) and block.get("type") == "input":
            sentence = "must define `submit` to use an `input` block in modals"
            yield problem(sentence, f"/view/blocks/{index}/input")


def _json_length(part: object) -> int:
    return len(json.dumps(part, ensure_ascii=False, separators=(",", ":")))
