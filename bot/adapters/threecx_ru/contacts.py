"""Commands about the address book."""

from bot.adapters.threecx_ru.commands import Commands
from bot.adapters.threecx_ru.fields import ContactFields, Fields
from bot.adapters.threecx_ru.models import ContactCard
from bot.adapters.threecx_ru.replies import object_reader, read_done, read_new_id, read_numbers


class ContactCommands(Commands):
    """Contacts go by ``id``. Fields are those of ``ContactFields``."""

    async def find_contacts(self, num: str, min_len: int | None = None) -> list[str]:
        """Ids of the contacts with a number like ``num`` ("contact.find").

        ``min_len`` left out, or greater than the length of ``num``: exactly this number. Equal to
        it, or 0: numbers that end in ``num``. Less: the longest common ending of at least so
        many digits.
        """
        query = {"num": num, "min_len": None if min_len is None else str(min_len)}
        return await self._connection.ask("contact.find", read_numbers, query)

    async def fetch_contact(self, id: str) -> ContactCard:
        """Name, company, e-mail address and numbers of a contact ("contact.get")."""
        reader = object_reader(ContactCard)
        refusal = f"knows no contact {id}"
        return await self._connection.ask("contact.get", reader, {"id": id}, refusal=refusal)

    async def edit_contact(self, id: str, fields: Fields) -> None:
        """Set fields of a contact; those not given stay as they are ("contact.update")."""
        query = {"id": id, **ContactFields.read(fields).query}
        refusal = f"did not change contact {id}"
        await self._connection.change("contact.update", read_done, query, refusal=refusal)

    async def add_contact(self, fields: Fields) -> str:
        """Add a contact and return its id ("contact.new")."""
        query = ContactFields.read(fields).query
        refusal = "did not add the contact"
        return await self._connection.change("contact.new", read_new_id, query, refusal=refusal)

    async def delete_contact(self, id: str) -> None:
        """Delete a contact for good ("contact.del")."""
        refusal = f"did not delete contact {id}"
        await self._connection.change("contact.del", read_done, {"id": id}, refusal=refusal)
