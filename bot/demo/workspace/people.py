"""The ``users.*`` methods, and who the token belongs to."""

from bot.demo.workspace.arguments import Arguments
from bot.demo.workspace.conversations import page
from bot.demo.workspace.errors import SlackError
from bot.demo.workspace.records import Json
from bot.demo.workspace.rendering import user_json
from bot.demo.workspace.state import State


def api_test(state: State, arguments: Arguments) -> Json:
    """``api.test`` echoes its arguments and fails when asked to."""
    if "error" in arguments:
        raise SlackError(arguments.text("error"))
    return {"args": arguments.values}


def auth_test(state: State, arguments: Arguments) -> Json:
    bot = state.identity
    return {
        "url": f"https://{bot.domain}.slack.com/",
        "team": bot.team_name,
        "user": bot.bot_name,
        "team_id": bot.team_id,
        "user_id": bot.bot_user,
        "bot_id": bot.bot_id,
        "is_enterprise_install": False,
    }


def info(state: State, arguments: Arguments) -> Json:
    user = state.user(arguments.required("user", "user_not_found"))
    return {"user": user_json(user, state.identity.team_id)}


def list_all(state: State, arguments: Arguments) -> Json:
    chosen, more = page(list(state.users.values()), arguments)
    more.pop("has_more")
    return {"members": [user_json(user, state.identity.team_id) for user in chosen]} | more


def look_up_by_email(state: State, arguments: Arguments) -> Json:
    wanted = arguments.required("email", "users_not_found").casefold()
    for user in state.users.values():
        if user.email.casefold() == wanted and not user.is_deleted:
            return {"user": user_json(user, state.identity.team_id)}
    raise SlackError("users_not_found")
