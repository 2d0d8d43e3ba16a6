"""What can be set on contacts and extensions, checked before anything is sent."""

from typing import Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from bot.telephony.errors import NotSent

Fields = dict[str, str | int | bool | None]
FieldsT = TypeVar("FieldsT", bound="SettableFields")

CONTACT_NUMBERS: Final = {
    "mobile": "phone",
    "mobile2": "data0",
    "home": "data1",
    "home2": "data2",
    "business": "data3",
    "business2": "data4",
    "other": "data6",
    "businessfax": "data7",
    "homefax": "data8",
    "pager": "data9",
}
"""Kind of number -> the vendor's name for it."""

EMAIL: Final = "data5"


class SettableFields(BaseModel):
    """A field that is not given is not sent, so that nothing else is touched."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        coerce_numbers_to_str=True,
        defer_build=True,
    )

    @classmethod
    def read(cls: type[FieldsT], fields: Fields) -> FieldsT:
        """Check ``fields``. Raises ``NotSent`` naming the ones at fault, never their values."""
        try:
            return cls.model_validate({k: v for k, v in fields.items() if v is not None})
        except ValidationError as error:
            wrong = ", ".join(sorted({str(each["loc"][0]) for each in error.errors()}))
            known = ", ".join(cls.model_fields)
            raise NotSent(f"{wrong} cannot be set so; what can be set: {known}.") from None

    @property
    def query(self) -> dict[str, str]:
        """The given fields as the vendor spells them, secrets in plain text."""
        given = self.model_dump(exclude_unset=True)
        return {name: _spelled(value) for name, value in given.items()}

    @property
    def secrets(self) -> tuple[str, ...]:
        """The given values that must never be shown."""
        given = [getattr(self, name) for name in self.model_fields_set]
        return tuple(each.get_secret_value() for each in given if isinstance(each, SecretStr))


class ContactFields(SettableFields):
    """Parameters of contact.new and contact.update. The legend is ``CONTACT_NUMBERS``."""

    firstname: str = ""
    lastname: str = ""
    company: str = ""
    crmcontactdata: str = ""
    tag: str = ""
    phone: str = ""
    data0: str = ""
    data1: str = ""
    data2: str = ""
    data3: str = ""
    data4: str = ""
    data5: str = ""
    data6: str = ""
    data7: str = ""
    data8: str = ""
    data9: str = ""


class ExtensionFields(SettableFields):
    """Parameters of ext.new and ext.update.

    ``recordcalls``: 0 none, 1 external, 2 all. ``vmemail``: 0 no notice, 1 text, 2 with the
    message, 3 with the message, which is then deleted. ``vmplaydatetime``: 0 none, 1 with AM and
    PM, 2 of 24 hours. ``internal``: internal calls only. ``noanswertimeout`` is in seconds.
    """

    firstname: str = ""
    lastname: str = ""
    email: str = ""
    mobile: str = ""
    authid: str = ""
    authpass: SecretStr = SecretStr("")
    callerid: str = ""
    enabled: bool = True
    deliveraudio: bool = False
    recordcalls: Literal[0, 1, 2, "0", "1", "2"] = 0
    sipid: str = ""
    reinvite: bool = False
    replaces: bool = False
    vmemail: Literal[0, 1, 2, 3, "0", "1", "2", "3"] = 0
    vmenabled: bool = False
    vmpin: SecretStr = SecretStr("")
    vmplaycallerid: bool = False
    vmplaydatetime: Literal[0, 1, 2, "0", "1", "2"] = 0
    internal: bool = False
    noanswertimeout: int = Field(default=0, ge=0)


def _spelled(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(int(value)) if isinstance(value, bool) else str(value)
