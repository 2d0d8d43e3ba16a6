"""How ``ringback api`` treats people: what it asks, refuses, hides and remembers."""

import asyncio
import getpass
import json
import sqlite3

import httpx
import pytest

from bot.adapters.simulation import Fault
from bot.cli.ending import DONE, MISUSED, REFUSED, UNCLEAR

DIAL = ("paris", "DIAL", "source=104", "dest=0123456789")


def answered(result):
    """The answer behind what was typed, which the runner puts on standard output."""
    return json.loads(result.stdout.removeprefix(" y\n"))


def raising(error):
    def answer(request):
        raise error("made up", request=request)

    return httpx.MockTransport(answer)


def test_an_unknown_system_gets_a_list_of_those_there_are(command_line):
    result = command_line.run("pari")

    assert result.exit_code == MISUSED
    known = ", ".join(sorted(each.key for each in command_line.systems.values()))
    assert result.stderr == f"There is no phone system pari. There are: {known}.\n"


def test_a_system_may_be_named_in_any_case(command_line):
    assert command_line.run("Paris").stdout == command_line.run("paris").stdout
    done = command_line.run("PARIS", *DIAL[1:], "--yes")
    assert done.exit_code == DONE
    assert command_line.audit()[0]["system"] == "paris"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("paris", "DAIL"), "Did you mean DIAL?"),
        (("paris", "agent pasue"), "Did you mean AGENT PAUSE"),
        (
            ("paris", "AGENT", "PAUSE", "queue=281"),
            'Put the name in quotes: ringback api paris "AGENT PAUSE"',
        ),
        (("door", "DIAL"), "door has no operation DIAL."),
        (("paris", "DIAL", "source=104"), "DIAL needs dest=TEXT."),
        ((*DIAL, "dialtimout=5"), "no parameter dialtimout. Did you mean dialtimeout?"),
        ((*DIAL, "dest=1"), "dest is given 2 times."),
        ((*DIAL, "dialtimeout=soon"), "dialtimeout: expected a whole number."),
        ((*DIAL, "now"), "now is not of the form key=value."),
    ],
)
def test_a_mistake_is_named_and_nothing_is_sent(command_line, words, told):
    before = command_line.audit()

    result = command_line.run(*words, "--yes")

    assert result.exit_code == MISUSED
    assert told in result.stderr
    assert command_line.requests("mirta") == []
    assert command_line.audit() == before


@pytest.mark.parametrize("fields", ['{"x":NaN}', '{"x":1e999}'])
def test_numbers_that_json_lacks_are_a_mistake_and_nothing_is_sent(command_line, fields):
    system = command_line.key("bluerocktel")

    result = command_line.run(system, "POST /v1/pbx3cx-audits", f"fields={fields}", "--yes")

    assert result.exit_code == MISUSED
    assert "finite numbers" in result.stderr
    assert command_line.requests("bluerocktel") == []


def test_all_mistakes_are_told_at_once(command_line):
    result = command_line.run("paris", "DIAL", "dst=1", "timeout=x", "--yes")

    told = result.stderr.splitlines()
    assert len(told) == 5
    assert told[-1].startswith("Usage: ringback api paris DIAL source=TEXT dest=TEXT [account=")


def test_names_are_matched_whatever_their_case(command_line):
    result = command_line.run("paris", "info QUEUES")

    assert json.loads(result.stdout)[0] == {"queue_id": "281", "name": "Support"}
    assert command_line.audit()[0]["action"] == "INFO queues"


def test_a_change_is_told_asked_about_and_done(command_line):
    command_line.somebody_is_there = True

    result = command_line.run(*DIAL, typed="y\n")

    assert result.exit_code == DONE
    assert "This changes paris (MiRTA PBX): DIAL source=104 dest=0123456789" in result.stderr
    assert "Go ahead? [y/N]" in result.stderr
    assert answered(result)["progress"] == "accepted"
    assert len(command_line.simulators["mirta"].pbx.dialled) == 1


@pytest.mark.parametrize("typed", ["n\n", "\n", ""])
def test_a_change_that_nobody_confirms_is_not_sent(command_line, typed):
    command_line.somebody_is_there = True
    before = command_line.audit()

    result = command_line.run(*DIAL, typed=typed)

    assert result.exit_code == MISUSED
    assert "Nothing was sent." in result.stderr
    assert command_line.requests("mirta") == []
    assert command_line.audit() == before


def test_without_a_terminal_a_change_takes_yes(command_line):
    result = command_line.run(*DIAL, typed="y\n")

    assert result.exit_code == MISUSED
    assert "add --yes" in result.stderr
    assert command_line.requests("mirta") == []


def test_a_question_is_sent_without_being_confirmed(command_line):
    result = command_line.run("paris", "LICENSEDAYS")

    assert result.exit_code == DONE
    assert result.stdout == "365\n"
    assert result.stderr == ""


def test_a_refusal_is_told_on_standard_error(command_line):
    result = command_line.run("paris", "DIAL", "source=999", "dest=0123456789", "-y")

    assert result.exit_code == REFUSED
    assert result.stdout == ""
    assert result.stderr.splitlines()[-1] == "paris refused the call: Originate failed."
    assert command_line.audit()[0]["outcome"].startswith("refused: paris refused the call")


def test_a_wrong_key_is_told(command_line):
    command_line.simulators["mirta"].simulation.order(Fault.REFUSE_KEY)

    result = command_line.run("paris", "INFO queues")

    assert result.exit_code == REFUSED
    assert "paris" in result.stderr


@pytest.mark.parametrize(
    ("words", "error", "code", "outcome"),
    [
        ((*DIAL, "-y"), httpx.ReadTimeout, UNCLEAR, "unknown"),
        ((*DIAL, "-y"), httpx.ConnectError, REFUSED, "refused: paris cannot be reached."),
        (("paris", "INFO queues"), httpx.ReadTimeout, REFUSED, "refused: paris did not answer."),
    ],
)
def test_a_lost_answer_is_a_refusal_only_when_nothing_can_have_happened(
    command_line, words, error, code, outcome
):
    command_line.transports["mirta"] = raising(error)

    result = command_line.run(*words)

    assert result.exit_code == code
    assert command_line.audit()[0]["outcome"] == outcome


def test_being_interrupted_during_a_change_leaves_it_open(command_line):
    def answer(request):
        raise asyncio.CancelledError

    command_line.transports["mirta"] = httpx.MockTransport(answer)

    with pytest.raises(asyncio.CancelledError):
        raise command_line.run(*DIAL, "-y").exception

    assert command_line.audit()[0]["outcome"] == "unknown"


def test_the_audit_names_the_person_and_masks_numbers(command_line):
    command_line.run(*DIAL, "-y")

    row = command_line.audit()[0]
    assert row["actor"] == getpass.getuser()
    assert (row["surface"], row["system"], row["action"]) == ("api", "paris", "DIAL")
    assert row["subject"] == "source=104 dest=••• 89"
    assert row["outcome"] == "done"


def test_days_and_extensions_stay_readable_in_the_audit(command_line):
    command_line.run("paris", "INFO CDRS", "start=2026-11-20", "end=2026-11-21")

    assert command_line.audit()[0]["subject"] == "start=2026-11-20 end=2026-11-21"


def test_a_given_secret_is_blank_wherever_it_would_show(command_line):
    command_line.somebody_is_there = True

    result = command_line.run(
        "crm",
        "POST /v1/pbx3cx-hosts",
        "host_name=pbx-hunter2-swordfish.example.net",
        "ssh_password=hunter2-swordfish",
        "comment=hunter2-swordfish",
        typed="y\n",
    )

    assert result.exit_code == DONE
    sent = command_line.requests("bluerocktel")[0].body.decode()
    assert "hunter2-swordfish" in sent
    for text in (result.stdout, result.stderr, str(command_line.audit()[0])):
        assert "hunter2" not in text
    assert answered(result)["host_name"] == "pbx-•••.example.net"
    assert "ssh_password=•••" in command_line.audit()[0]["subject"]


def test_a_secret_inside_a_json_parameter_is_blank(command_line):
    result = command_line.run("moscow", "ext.update", "num=100", 'fields={"vmpin": "73519"}', "-y")

    assert result.exit_code == DONE
    assert 'fields={"vmpin": "•••"}' in result.stderr
    assert "73519" not in result.stdout + result.stderr + str(command_line.audit()[0])


def test_a_configured_secret_that_comes_back_is_blank(command_line):
    key = command_line.systems["threecx_ru"].credentials["key"]

    result = command_line.run("moscow", "query", f"query=select '{key}' as word, 7 as authid", "-y")

    assert json.loads(result.stdout) == [{"word": "•••", "authid": "•••"}]
    assert key not in result.stderr + str(command_line.audit()[0])


def test_sound_goes_into_a_new_file_that_only_we_can_read(command_line, tmp_path):
    file = tmp_path / "hold.wav"

    result = command_line.run("paris", "MEDIAFILE GETAUDIO", "objectid=3619", "--out", str(file))

    assert json.loads(result.stdout)["bytes"] == file.stat().st_size > 44
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "words", "out"),
    [
        ("MEDIAFILE GETAUDIO", ("objectid=3619",), None),
        ("MEDIAFILE GETAUDIO", ("objectid=3619",), "there.wav"),
        ("MEDIAFILE GETAUDIO", ("objectid=3619",), "missing/sound.wav"),
        ("INFO queues", (), "sound.wav"),
    ],
)
def test_a_wrong_out_file_is_refused_before_anything_is_sent(
    command_line, tmp_path, name, words, out
):
    (tmp_path / "there.wav").write_bytes(b"mine")
    more = () if out is None else ("--out", str(tmp_path / out))

    result = command_line.run("paris", name, *words, *more)

    assert result.exit_code == MISUSED
    assert "Nothing was sent." in result.stderr
    assert command_line.requests("mirta") == []
    assert (tmp_path / "there.wav").read_bytes() == b"mine"


def test_an_unusable_audit_does_not_turn_a_done_thing_into_a_refusal(command_line):
    """The request is out when the audit becomes unusable: the answer is still told."""

    def answer(request):
        with sqlite3.connect(command_line.database) as connection:
            connection.execute("alter table audit rename to hidden")
        connection.close()
        return httpx.Response(200, text="Success|Originate successfully queued|17|")

    command_line.transports["mirta"] = httpx.MockTransport(answer)
    try:
        result = command_line.run(*DIAL, "-y")
    finally:
        with sqlite3.connect(command_line.database) as connection:
            connection.execute("alter table hidden rename to audit")
        connection.close()

    assert result.exit_code == DONE
    assert json.loads(result.stdout)["call_id"] == "17"
    assert "lacks its outcome" in result.stderr
    assert command_line.audit()[0]["outcome"] == "asked"
