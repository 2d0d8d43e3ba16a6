"""The ``views.*`` methods: modals in a stack per user, and Home tabs."""

import secrets
from typing import Final

from bot.demo.workspace import limits
from bot.demo.workspace.arguments import Arguments
from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.records import Json, View
from bot.demo.workspace.rendering import view_json
from bot.demo.workspace.state import State

DEEPEST_STACK: Final = 3


def open_modal(state: State, arguments: Arguments) -> Json:
    """Replaces whatever modal the user had open."""
    body = _body(arguments, "modal")
    _refuse_taken(state, body)
    user, _ = state.triggers.exchange(arguments.required("trigger_id"))
    close_all(state, user)
    return {"view": view_json(state, show(state, user, body))}


def push(state: State, arguments: Arguments) -> Json:
    body = _body(arguments, "modal")
    _refuse_taken(state, body)
    user, root = state.triggers.exchange(arguments.required("trigger_id"))
    stack = state.stacks.get(user, [])
    if root is None or not stack:
        raise SlackError("not_found")
    if len(stack) >= DEEPEST_STACK:
        raise SlackError("push_limit_reached")
    return {"view": view_json(state, show(state, user, body))}


def update(state: State, arguments: Arguments) -> Json:
    """By ``view_id`` or ``external_id``; a ``hash`` must be the current one."""
    view = _find(state, arguments)
    if arguments.text("hash", view.hash) != view.hash:
        raise SlackError("hash_conflict")
    body = _body(arguments, str(view.body["type"]))
    return {"view": view_json(state, replace_body(state, view, body))}


def publish(state: State, arguments: Arguments) -> Json:
    body = _body(arguments, "home")
    user = state.user(arguments.required("user_id")).id
    home = state.views.get(state.homes.get(user, ""))
    if home is None:
        home = _store(state, user, body, root=None, previous=None)
        state.homes[user] = home.id
        state.touch()
        return {"view": view_json(state, home)}
    if arguments.text("hash", home.hash) != home.hash:
        raise SlackError("hash_conflict")
    return {"view": view_json(state, replace_body(state, home, body))}


def show(state: State, user: str, body: Json) -> View:
    """Put a modal on top of the user's stack."""
    stack = state.stacks.setdefault(user, [])
    root = state.views[stack[-1]].root_id if stack else None
    view = _store(state, user, body, root=root, previous=stack[-1] if stack else None)
    stack.append(view.id)
    state.touch()
    return view


def replace_body(
    state: State, view: View, body: Json, errors: tuple[tuple[str, str], ...] = ()
) -> View:
    """The same view with a new content, or with errors shown in it (block id, sentence)."""
    changed = View(
        id=view.id,
        user=view.user,
        body=body,
        hash=_hash(state),
        root_id=view.root_id,
        previous_id=view.previous_id,
        errors=errors,
    )
    state.views[view.id] = changed
    state.touch()
    return changed


def close_top(state: State, user: str) -> None:
    stack = state.stacks.get(user)
    if stack:
        state.views.pop(stack.pop(), None)
        state.touch()


def close_all(state: State, user: str) -> None:
    while state.stacks.get(user):
        close_top(state, user)


def _store(state: State, user: str, body: Json, *, root: str | None, previous: str | None) -> View:
    name = state.next_id("V")
    view = View(
        id=name,
        user=user,
        body=body,
        hash=_hash(state),
        root_id=root or name,
        previous_id=previous,
    )
    state.views[name] = view
    return view


def _find(state: State, arguments: Arguments) -> View:
    name, external = arguments.text("view_id"), arguments.text("external_id")
    for view in state.views.values():
        if view.id == name or (external and view.body.get("external_id") == external):
            return view
    raise SlackError("not_found")


def _refuse_taken(state: State, body: Json) -> None:
    wanted = body.get("external_id")
    if wanted and any(view.body.get("external_id") == wanted for view in state.views.values()):
        raise SlackError("duplicate_external_id")


def checked(view: object) -> Json:
    """A modal that came in the answer to a submission."""
    return limits.check_view(view)


def _body(arguments: Arguments, kind: str) -> Json:
    body = limits.check_view(arguments.structure("view", "invalid_arguments"))
    if body["type"] != kind:
        sentence = "must match the `type` of the view [json-pointer:/view/type]"
        raise SlackError("invalid_arguments", [sentence])
    return body


def _hash(state: State) -> str:
    return f"{int(state.clock.now().timestamp())}.{secrets.token_hex(4)}"
