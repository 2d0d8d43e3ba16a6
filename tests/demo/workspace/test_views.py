"""Modals and Home tabs."""

import httpx
import pytest

from bot.demo.workspace import NotPossible


def modal(title="Dial", **more):
    note = {
        "type": "input",
        "block_id": "number",
        "label": {"type": "plain_text", "text": "Number"},
        "element": {"type": "plain_text_input", "action_id": "number"},
    }
    view = {"type": "modal", "title": {"type": "plain_text", "text": title}, "blocks": [note]}
    return view | {"submit": {"type": "plain_text", "text": "Dial"}} | more


@pytest.fixture
def trigger(workspace, app):
    async def make(user="U0ANA"):
        await workspace.shortcut(user, "dial")
        return app.payload["trigger_id"]

    return make


async def test_a_trigger_opens_one_view(api, workspace, trigger):
    used = await trigger()
    assert (await api("views.open", trigger_id=used, view=modal()))["ok"]
    again = await api("views.open", trigger_id=used, view=modal())
    assert again["error"] == "exchanged_trigger_id"
    assert workspace.modal("U0ANA").all_text.startswith("Dial")
    assert workspace.modal("U0BO") is None


async def test_a_trigger_lives_for_three_seconds(api, trigger, clock):
    on_time, late = await trigger(), await trigger()
    await clock.advance(3.0)
    assert (await api("views.open", trigger_id=on_time, view=modal()))["ok"]
    await clock.advance(0.1)
    assert (await api("views.open", trigger_id=late, view=modal()))["error"] == "expired_trigger_id"


async def test_a_made_up_trigger_is_refused(api):
    answer = await api("views.open", trigger_id="1.2.3", view=modal())
    assert answer["error"] == "invalid_trigger_id"


async def test_a_broken_view_does_not_use_up_the_trigger(api, trigger):
    used = await trigger()
    broken = await api("views.open", trigger_id=used, view=modal("x" * 25))
    assert broken["error"] == "invalid_arguments"
    assert (await api("views.open", trigger_id=used, view=modal()))["ok"]


async def test_an_update_needs_the_current_hash_if_any(api, workspace, trigger):
    view = (await api("views.open", trigger_id=await trigger(), view=modal()))["view"]
    changed = await api("views.update", view_id=view["id"], hash=view["hash"], view=modal("Two"))
    stale = await api("views.update", view_id=view["id"], hash=view["hash"], view=modal("Three"))
    assert changed["view"]["hash"] != view["hash"]
    assert stale["error"] == "hash_conflict"
    assert workspace.modal("U0ANA").body["title"]["text"] == "Two"
    assert (await api("views.update", view_id="V0", view=modal()))["error"] == "not_found"


async def test_a_submission_carries_what_was_typed_and_closes_the_view(
    api, workspace, app, trigger
):
    await api("views.open", trigger_id=await trigger(), view=modal(private_metadata="m1"))
    await workspace.submit_view("U0ANA", workspace.modal("U0ANA"), {"number": "0123"})
    payload = app.payload
    assert (payload["type"], payload["view"]["private_metadata"]) == ("view_submission", "m1")
    assert payload["view"]["state"]["values"] == {
        "number": {"number": {"type": "plain_text_input", "value": "0123"}}
    }
    assert workspace.modal("U0ANA") is None


async def test_errors_keep_the_view_open(api, workspace, app, trigger):
    await api("views.open", trigger_id=await trigger(), view=modal())
    errors = {"response_action": "errors", "errors": {"number": "That is not a number."}}
    app.answers = [httpx.Response(200, json=errors)]
    await workspace.submit_view("U0ANA", workspace.modal("U0ANA"), {"number": "x"})
    assert workspace.modal("U0ANA").errors == (("number", "That is not a number."),)


@pytest.mark.parametrize(("action", "depth"), [("update", 1), ("push", 2), ("clear", 0)])
async def test_an_answer_can_change_the_stack(api, workspace, app, trigger, action, depth):
    await api("views.open", trigger_id=await trigger(), view=modal())
    answer = {"response_action": action, "view": modal("Next")}
    app.answers = [httpx.Response(200, json=answer)]
    await workspace.submit_view("U0ANA", workspace.modal("U0ANA"), {"number": "1"})
    assert len(workspace.state.stacks["U0ANA"]) == depth
    if depth:
        assert workspace.modal("U0ANA").body["title"]["text"] == "Next"


async def test_a_refused_submission_leaves_the_view_open(api, workspace, app, trigger):
    await api("views.open", trigger_id=await trigger(), view=modal())
    app.answers = [httpx.Response(500)]
    await workspace.submit_view("U0ANA", workspace.modal("U0ANA"), {"number": "1"})
    assert workspace.modal("U0ANA") is not None


async def test_a_required_input_cannot_be_left_empty(api, workspace, app, trigger):
    await api("views.open", trigger_id=await trigger(), view=modal())
    sent = len(app.requests)
    with pytest.raises(NotPossible, match="Number"):
        await workspace.submit_view("U0ANA", workspace.modal("U0ANA"), {})
    assert len(app.requests) == sent


async def test_views_are_pushed_only_from_inside_a_modal_and_three_deep(
    api, workspace, app, trigger
):
    outside = await api("views.push", trigger_id=await trigger(), view=modal())
    assert outside["error"] == "not_found"
    button = {"type": "button", "action_id": "more", "text": {"type": "plain_text", "text": "+"}}
    view = modal(blocks=[{"type": "actions", "elements": [button]}])
    await api("views.open", trigger_id=await trigger(), view=view)
    outcomes = []
    for _ in range(3):
        await workspace.click_in_view(workspace.modal("U0ANA"), "more")
        pushed = await api("views.push", trigger_id=app.payload["trigger_id"], view=view)
        outcomes.append(pushed.get("error", "ok"))
    assert outcomes == ["ok", "ok", "push_limit_reached"]


async def test_closing_is_told_only_if_asked_for(api, workspace, app, trigger):
    await api("views.open", trigger_id=await trigger(), view=modal(notify_on_close=True))
    await workspace.close_view(workspace.modal("U0ANA"))
    assert app.payload["type"] == "view_closed"
    await api("views.open", trigger_id=await trigger(), view=modal())
    sent = len(app.requests)
    assert await workspace.close_view(workspace.modal("U0ANA")) is None
    assert len(app.requests) == sent


async def test_a_home_tab_is_published_and_replaced(api, workspace):
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = await api("views.publish", user_id="U0ANA", view=home)
    second = await api("views.publish", user_id="U0ANA", view=home | {"blocks": []})
    assert first["view"]["id"] == second["view"]["id"]
    assert workspace.home("U0ANA").blocks == []
    assert workspace.home("U0BO") is None
    wrong = await api("views.publish", user_id="U0ANA", view=modal())
    assert wrong["error"] == "invalid_arguments"
