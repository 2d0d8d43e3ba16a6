"""Reads what proxyapi.php says. The status is always 200, so the body has to tell everything.

MiRTA manual, Old ProxyAPI: errors are sentences, whatever format was asked for.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot.adapters.mirta.reasons import (
    EMPTY_FORMS,
    error_of,
    may_mean_yes,
    readable_reason,
    sentence_in,
)
from bot.adapters.mirta.sounds import named_audio, recognised_type
from bot.adapters.transport import Reply, unexpected
from bot.telephony.calls import Audio
from bot.telephony.errors import OutcomeUnknown, PhoneSystemError, Refused

DONE: Final = re.compile(r"(success\w*|ok)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply and the question it belongs to.

    The reading methods raise ``Refused`` for a readable sentence in place of the expected form,
    bare or as the ``error`` of a JSON object, and ``UnexpectedReply`` for anything else that does
    not fit.
    """

    system: str
    what: str
    reply: Reply
    secret: str = field(repr=False)

    @property
    def text(self) -> str:
        """The body without surrounding blanks and without a byte order mark."""
        return self.reply.text.lstrip("\ufeff").strip()

    @property
    def says_nothing(self) -> bool:
        return self.text in EMPTY_FORMS

    def complaint(self) -> PhoneSystemError:
        """The error for a body of the wrong form."""
        reason = readable_reason(sentence_in(self.text), self.secret)
        if reason is None:
            return unexpected(self.system, self.what)
        return Refused(f"{self.system} refused: {reason}.")

    def document(self) -> Any:
        """The JSON value; ``None`` for each form of nothing."""
        if self.says_nothing:
            return None
        try:
            value = json.loads(self.text)
        except (ValueError, RecursionError):
            raise self.complaint() from None
        if error_of(value) is not None:
            raise self.complaint()
        return value

    def rows(self, *required: str) -> list[dict[str, Any]]:
        """JSON rows by plain names: a list of objects, objects keyed by id, or a single object.

        Raises ``UnexpectedReply`` for a row without one of the ``required`` names.
        """
        value = self.document()
        if value is None:
            return []
        if isinstance(value, dict):
            keyed = value and all(isinstance(row, dict) for row in value.values())
            value = list(value.values()) if keyed else [value]
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise unexpected(self.system, self.what)
        named = [plain_names(row.items()) for row in value]
        if not all(set(required) <= row.keys() for row in named):
            raise unexpected(self.system, self.what)
        return named

    def mapping(self) -> dict[str, Any]:
        """A JSON object keyed by ids. PHP writes an empty one as a list."""
        value = self.document()
        if value is None or value == []:
            return {}
        if not isinstance(value, dict):
            raise unexpected(self.system, self.what)
        return value

    def pairs(self) -> dict[str, Any]:
        """``key:value|key:value|``, or the same as a JSON object."""
        if self.says_nothing or self.text[0] in "{[":
            return self.mapping()
        pieces = [piece for piece in self.text.split("|") if piece.strip()]
        if "|" not in self.text or not all(":" in piece for piece in pieces):
            raise self.complaint()
        split = (piece.partition(":") for piece in pieces)
        return {name.strip(): value.strip() for name, _, value in split}

    def table(self, required: Sequence[str], prefix: str = "") -> list[dict[str, Any]]:
        """Lines of fields that end in ``|``, below a line of names; or the same as JSON.

        JSON may have the columns' names with the ``prefix`` of their table.
        """
        if self.says_nothing or self.text[0] in "{[":
            rows = self.rows()
            for row in rows:
                self._demand(required, (name.removeprefix(prefix) for name in row))
            return rows
        head, *lines = [line.split("|") for line in self.text.splitlines() if line.strip()]
        self._demand(required, head)
        return [plain_names(zip(head, line, strict=False)) for line in lines]

    def csv_rows(self, required: Sequence[str]) -> list[dict[str, Any]]:
        """CSV by its header: columns may come in any order, and unknown ones are welcome."""
        if self.says_nothing:
            return []
        head = self.text.partition("\n")[0]
        delimiter = ";" if head.count(";") > head.count(",") else ","
        try:
            names, *lines = csv.reader(io.StringIO(self.text, newline=""), delimiter=delimiter)
        except csv.Error:
            raise unexpected(self.system, self.what) from None
        self._demand(required, names)
        return [plain_names(zip(names, line, strict=False)) for line in lines if line]

    def number(self) -> int | None:
        """A bare number; ``None`` for nothing."""
        if self.says_nothing:
            return None
        bare = self.text.strip('"')
        if not re.fullmatch(r"-?\d{1,9}", bare, flags=re.ASCII):
            raise self.complaint()
        return int(bare)

    def sound(self, stem: str) -> Audio:
        """Sound, recognised by its bytes. No sound at all is ``Refused``."""
        content = self.reply.content
        if known := recognised_type(content):
            return named_audio(content, known, stem)
        if self.says_nothing:
            raise Refused(f"{self.system} has no sound for {self.what}.")
        if self.reply.content_type.startswith("audio/") and b"\x00" in content[:512]:
            return named_audio(content, self.reply.content_type, stem)
        raise self.complaint()

    def done(self) -> list[str]:
        """The fields of the line that confirms a change.

        Raises ``Refused`` for a line that says something else, and ``OutcomeUnknown`` for an
        empty or unreadable answer: the change may have been made.
        """
        if self.says_nothing:
            raise OutcomeUnknown(
                f"{self.system} answered {self.what} with nothing: it may or may not have happened "
                "(a key that may only read can be the reason)."
            )
        if DONE.match(self.text):
            return [part.strip() for part in self.text.splitlines()[0].split("|")]
        reason = readable_reason(sentence_in(self.text), self.secret)
        if reason is None or may_mean_yes(self.text):
            raise OutcomeUnknown(
                f"{self.system} answered {self.what} with something that cannot be read: "
                "it may have happened all the same."
            )
        raise Refused(f"{self.system} refused {self.what}: {reason}.")

    def _demand(self, required: Sequence[str], names: Iterable[str]) -> None:
        if not set(required) <= set(plain_names((name, "") for name in names)):
            raise self.complaint()


def plain_names(items: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    """Names in lower case, letters and digits only; of two that become alike, the first holds."""
    named: dict[str, Any] = {}
    for name, value in items:
        plain = re.sub(r"[^a-z0-9]", "", str(name).lower())
        if plain:
            named.setdefault(plain, value)
    return named
