"""The shape of what Slack sends: as much of it as Bolt and we reach into.

Bolt takes it for granted and fails with a 500 on anything else.
"""

import re
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

Table = dict[str, Any]
TextOrTable = str | Table | None
EVENT: Final = "event_callback"
PRESS: Final = "block_actions"
SUBMITTED: Final = "view_submission"
STEP: Final = "workflow_step"
VIEWS: Final = (SUBMITTED, "view_closed")
UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")


class Misshapen(ValueError):
    """The body is not anything that Slack would send. Shows nothing of it."""


class _Press(BaseModel):
    action_id: str
    value: str | None = None
    selected_option: Table | None = None


class _Payload(BaseModel):
    type: str | None = None
    command: Annotated[str, Field(pattern=r"^/[^\s/]")] | None = None
    trigger_id: str | None = None
    enterprise: TextOrTable = None
    team: TextOrTable = None
    user: TextOrTable = None
    channel: TextOrTable = None
    container: Table | None = None
    callback_id: str | None = None
    assistant_thread: "_Payload | None" = None
    event: "_Payload | None" = None
    function_data: Table | None = None
    item: "_Payload | None" = None
    message: "_Payload | None" = None
    previous_message: "_Payload | None" = None
    view: "_Payload | None" = None
    workflow_step: Table | None = None
    authorizations: "list[_Payload] | None" = None
    actions: Annotated[list[_Press], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.type == EVENT and (self.event is None or self.event.type is None):
            raise ValueError("an event that is none")
        if self.type in VIEWS and (self.view is None or self.view.type is None):
            raise ValueError("a view that is none")
        if self.type == PRESS and not self._is_whole_press():
            raise ValueError("a press without a button or a person")
        if self._is_of_a_step() and self.workflow_step is None:
            raise ValueError("a workflow's step that is none")
        return self

    def _is_of_a_step(self) -> bool:
        form = self.view if self.type == SUBMITTED else None
        return self.type == "workflow_step_edit" or (form is not None and form.type == STEP)

    def _is_whole_press(self) -> bool:
        people_and_places = isinstance(self.user, dict) and not isinstance(self.channel, str)
        return self.actions is not None and people_and_places


def storable(part: Any) -> Any:
    """The same without what a database does not keep: PostgreSQL no NUL, none half a character."""
    if isinstance(part, str):
        return UNSTORABLE.sub("", part)
    if isinstance(part, list):
        return [storable(each) for each in part]
    if isinstance(part, dict):
        return {name: storable(value) for name, value in part.items()}
    return part


def check_shape(body: object) -> None:
    """Return if ``body`` could be Slack's, else raise ``Misshapen``."""
    try:
        _Payload.model_validate(body)
    except (ValidationError, RecursionError):
        raise Misshapen("the body is not what Slack sends") from None
