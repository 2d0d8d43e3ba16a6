"""What a caller of the web API sent, in any of the forms that Slack takes."""

import json
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.records import Json


class Arguments:
    """The arguments of one call, without the token.

    ``stale_seconds`` is not sent by anybody: it hides young messages when that was ordered.
    """

    def __init__(self, values: Json) -> None:
        self.values = values
        self.stale_seconds = 0.0

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else str(value)

    def required(self, name: str, error: str = "invalid_arguments") -> str:
        """A text that may not be missing or empty."""
        value = self.text(name)
        if not value:
            raise SlackError(error, [f"missing required field: {name}"])
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        if not str(value).isdecimal():
            raise SlackError("invalid_arguments", [f"must be an integer: {name}"])
        return int(value)

    def structure(self, name: str, error: str) -> Any:
        """An object or array, also when it came as a JSON string. ``error`` if it is not JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as exc:
            raise SlackError(error) from exc


async def read_call(request: Request) -> tuple[str | None, Json]:
    """The token and the arguments. A token in a JSON body does not count, as in Slack."""
    values: Json = dict(request.query_params)
    values.update(await _form(request))
    header = request.headers.get("authorization", "")
    token = values.pop("token", None)
    if header.lower().startswith("bearer "):
        token = token or header[7:].strip()
    values.update(await _json_body(request))
    values.pop("token", None)
    return token, values


async def _form(request: Request) -> Json:
    kind = request.headers.get("content-type", "")
    if not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return {}
    form = await request.form()
    return {name: value for name, value in form.items() if not isinstance(value, UploadFile)}


async def _json_body(request: Request) -> Json:
    if not request.headers.get("content-type", "").startswith("application/json"):
        return {}
    body = await request.body()
    try:
        values = json.loads(body or b"{}")
    except ValueError as exc:
        raise SlackError("invalid_json") from exc
    if not isinstance(values, dict):
        raise SlackError("json_not_object")
    return values
