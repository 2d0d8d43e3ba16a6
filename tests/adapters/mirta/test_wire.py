"""Every operation goes out as the vendor's documents spell it."""

import pytest
from adapters.mirta.examples import EXAMPLES, PRINTED, Example

from bot.adapters.mirta.client import MirtaClient
from bot.adapters.mirta.operations import OPERATIONS
from bot.adapters.mirta.simulator import KEY, PATH, MirtaSimulator


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
async def test_every_operation_is_spelt_as_documented_and_works(
    example: Example, furnished: MirtaSimulator, client: MirtaClient
):
    await example.run(client)

    (seen,) = furnished.simulation.requests
    assert seen.path == PATH
    assert seen.query == f"key={KEY}&{example.query}"
    assert seen.method == ("POST" if example.form else "GET")
    assert seen.body.decode() == example.form


def test_no_operation_is_without_an_example():
    assert {example.operation for example in EXAMPLES} == set(OPERATIONS)


def test_the_page_of_pbxcloud_is_covered_whole():
    # "Get info about voicemails in a mailbox" is asked for as JSON, so it is not letter for letter.
    assert len(PRINTED) == 16


async def test_messages_are_asked_for_as_printed_but_as_json(
    furnished: MirtaSimulator, client: MirtaClient
):
    await client.list_messages("102")

    printed = "reqtype=VOICEMAIL&tenant=DEMO&mailbox=102&action=messages"
    assert furnished.simulation.requests[0].query == f"key={KEY}&{printed}&format=json"


async def test_everything_that_dial_can_be_told_goes_out(wired):
    system, wire = wired("Success|Originate successfully queued|15a4cfe6429054|")

    await system.client.dial(
        "?exten",
        "15550123",
        account="SOURCE",
        var="a=b c",
        dialtimeout=20,
        timeout=3600,
        sourceclid="15550111",
        destclid="15550112",
        recording="yes",
        autoanswer="yes",
        server="srv02",
    )

    assert wire.requests[0].url.query.decode().partition("&")[2] == (
        "reqtype=DIAL&source=%3Fexten&dest=15550123&tenant=DEMO&account=SOURCE&var=a%3Db+c"
        "&dialtimeout=20&timeout=3600&sourceclid=15550111&destclid=15550112&recording=yes"
        "&autoanswer=yes&server=srv02"
    )


async def test_text_from_people_cannot_add_parameters(wired):
    system, wire = wired("Success|ok|")

    await system.pausing.pause("104", "281", "tea&tenant=OTHER")

    assert wire.requests[0].url.params.get_list("tenant") == ["DEMO"]
    assert wire.requests[0].url.params["pausereason"] == "tea&tenant=OTHER"


async def test_agent_gets_a_bare_extension_where_the_settings_say_so(wired):
    system, wire = wired("Success|ok|", extension_suffix=False)

    await system.pausing.pause("104", "281", "")

    assert wire.requests[0].url.params["extension"] == "104"
    assert "pausereason" not in wire.requests[0].url.params


async def test_an_extension_with_a_suffix_does_not_get_another(wired):
    system, wire = wired("Success|ok|")

    await system.hang_up.hang_up("104-DEMO")

    assert wire.requests[0].url.params["extension"] == "104-DEMO"


async def test_agent_gets_the_queues_number_where_the_settings_say_so(wired):
    system, wire = wired("Success|ok|", queue_ids=False, queue_numbers={"281": "9200"})

    await system.pausing.unpause("104", "281")

    assert wire.requests[0].url.params["queue"] == "9200"


async def test_a_channel_is_hung_up_as_a_channel(wired):
    system, wire = wired("Success|Channel Hungup|")

    await system.hang_up.hang_up("SIP/104-DEMO-0000001a")

    assert wire.requests[0].url.params["channel"] == "SIP/104-DEMO-0000001a"
    assert "extension" not in wire.requests[0].url.params
