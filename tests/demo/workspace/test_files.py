"""Uploading a voicemail: ask, put, complete."""

import pytest

SOUND = b"RIFF....WAVE"


@pytest.fixture
def upload(api, http):
    async def put(name="vm.wav", content=SOUND, **more):
        asked = await api("files.getUploadURLExternal", filename=name, length=len(content))
        stored = await http.post(asked["upload_url"], content=content)
        assert stored.status_code == 200
        files = [{"id": asked["file_id"], "title": "Voicemail"}]
        return await api("files.completeUploadExternal", files=files, **more)

    return put


async def test_a_file_shared_with_a_user_appears_in_their_direct_conversation(upload, workspace):
    answer = await upload(channel_id="U0ANA", initial_comment="For you")
    assert answer["files"][0]["mimetype"] in ("audio/x-wav", "audio/wav")
    [file] = workspace.files_of("U0ANA")
    assert (file.content, file.title) == (SOUND, "Voicemail")
    assert [message.text for message in workspace.dm("U0ANA")] == ["For you"]


async def test_a_file_can_go_into_a_thread(api, upload, workspace):
    head = await api("chat.postMessage", channel="C0OPS", text="card")
    await upload(channel_id="C0OPS", thread_ts=head["ts"])
    [message] = workspace.messages("C0OPS")
    assert len(message.replies[0].files) == 1


async def test_a_file_without_a_channel_is_shared_with_nobody(upload, workspace):
    before = len(workspace.state.channels)
    assert (await upload())["ok"]
    assert len(workspace.state.channels) == before
    assert workspace.messages("C0OPS") == []


async def test_an_upload_address_takes_the_announced_bytes_once(api, http):
    asked = await api("files.getUploadURLExternal", filename="a.wav", length=3)
    assert (await http.post(asked["upload_url"], content=b"four")).status_code == 400
    assert (await http.post(asked["upload_url"], content=b"abc")).text == "OK - 3"
    assert (await http.post(asked["upload_url"], content=b"abc")).status_code == 400


async def test_a_multipart_upload_works_too(api, http, workspace):
    asked = await api("files.getUploadURLExternal", filename="a.wav", length=3)
    reply = await http.post(asked["upload_url"], files={"file": ("a.wav", b"abc")})
    assert reply.status_code == 200
    assert workspace.state.files[asked["file_id"]].content == b"abc"


async def test_completing_without_the_bytes_is_refused(api):
    asked = await api("files.getUploadURLExternal", filename="a.wav", length=3)
    files = [{"id": asked["file_id"]}]
    answer = await api("files.completeUploadExternal", files=files, channel_id="C0OPS")
    assert answer["error"] == "file_not_found"


async def test_completing_in_the_wrong_channel_shares_nothing(upload, api):
    answer = await upload(channel_id="C0LOBBY")
    assert answer["error"] == "not_in_channel"


async def test_an_empty_file_gets_no_address(api):
    answer = await api("files.getUploadURLExternal", filename="a.wav", length=0)
    assert answer["error"] == "invalid_arguments"


async def test_a_deleted_file_is_gone_everywhere(upload, api, workspace):
    answer = await upload(channel_id="U0ANA")
    file = answer["files"][0]["id"]
    assert (await api("files.info", file=file))["file"]["size"] == len(SOUND)
    assert (await api("files.delete", file=file))["ok"]
    assert workspace.files_of("U0ANA") == workspace.dm("U0ANA") == []
    assert (await api("files.info", file=file))["error"] == "file_not_found"
