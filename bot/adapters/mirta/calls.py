"""Requests about calls: place, hang up, count, and the sound of them."""

from bot.adapters.mirta.connection import Connection
from bot.telephony.calls import Audio, Origination, Progress
from bot.telephony.errors import NotSent


class CallRequests(Connection):
    """DIAL, HANGUP, COUNTCALLS, INFO recording and MEDIAFILE."""

    async def dial(
        self,
        source: str,
        dest: str,
        account: str | None = None,
        var: str | None = None,
        dialtimeout: int | None = None,
        timeout: int | None = None,  # noqa: ASYNC109 - the vendor's parameter, not ours
        sourceclid: str | None = None,
        destclid: str | None = None,
        recording: str | None = None,
        autoanswer: str | None = None,
        server: str | None = None,
    ) -> Origination:
        """Ring ``source``, then ``dest``; the answer means queued: no phone has rung yet.

        PBXCloud API, "DIAL / Call an extension and then dial a number". ``source`` is an
        extension, ``?exten`` or ``ACCOUNT``; ``account`` is ``402-TENANT`` (made from an
        extension when left out) or ``SOURCE``; ``var`` is ``name=value`` for the dial plan.
        ``dialtimeout`` (ringing) and ``timeout`` (longest call) are seconds, ``recording`` is
        yes, no, yeschange or nochange. Sent once.
        """
        if account is None:
            account = self._account(source)
        who = {"source": source, "dest": dest, "tenant": self.tenant, "account": account}
        waits = {"dialtimeout": dialtimeout, "timeout": timeout}
        shown = {"sourceclid": sourceclid, "destclid": destclid}
        manner = {"recording": recording, "autoanswer": autoanswer, "server": server}
        answer = await self.change(
            "the call", reqtype="DIAL", **who, var=var, **waits, **shown, **manner
        )
        fields = answer.done()
        call_id = fields[2] if len(fields) > 2 and fields[2] else None
        return Origination(progress=Progress.ACCEPTED, call_id=call_id)

    def _account(self, source: str) -> str | None:
        return f"{source}-{self.tenant}" if source.isdigit() else None

    async def hang_up(self, extension: str | None = None, channel: str | None = None) -> None:
        """End the call of an extension, or a channel: one of the two.

        MiRTA manual, Old ProxyAPI, "HANGUP / Hangup a call by extension". Sent once.
        """
        if (extension is None) == (channel is None):
            raise NotSent(f"{self.system} wants either an extension or a channel to hang up.")
        answer = await self.change(
            "the hang-up",
            reqtype="HANGUP",
            channel=channel,
            extension=None if extension is None else self.seat(extension),
            tenant=self.tenant,
        )
        answer.done()

    async def count_calls(self, with_tenant: bool = True) -> int:
        """How many calls are going on; an empty answer is none.

        PBXCloud API, "COUNTCALLS / Count the calls on a system". The page shows it without a
        tenant (``with_tenant=False``: the whole system), but a tenant's key was seen to need one.
        """
        tenant = self.tenant if with_tenant else None
        answer = await self.ask("the calls going on", reqtype="COUNTCALLS", tenant=tenant)
        return answer.number() or 0

    async def fetch_recording(self, call_id: str, with_tenant: bool = True) -> Audio:
        """The recording of a call, by the id that DIAL gave or by the uniqueid of its record.

        PBXCloud API, "DIAL"; MiRTA manual, "RECORDINGS / Get or play a recording" adds the
        tenant. Raises ``Refused`` when there is none.
        """
        answer = await self.ask(
            "the recording",
            reqtype="INFO",
            info="recording",
            id=call_id,
            tenant=self.tenant if with_tenant else None,
        )
        return answer.sound(f"recording-{call_id}")

    async def fetch_media(self, objectid: str, id: str | None = None) -> Audio:
        """The sound of a media file.

        PBXCloud API, "MEDIAFILE / Retrieve a media file by its ID". The page also sends an
        ``id`` (19 there) that nobody explains; it is left out unless given.
        """
        answer = await self.ask(
            "the media file",
            reqtype="MEDIAFILE",
            tenant=self.tenant,
            id=id,
            action="GETAUDIO",
            objectid=objectid,
        )
        return answer.sound(f"media-{objectid}")
