"""Column types whose values survive both databases unchanged."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer, Select, select
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel, col

ROW_NUMBER = BigInteger().with_variant(Integer(), "sqlite")
"""The number of a row, or of one in another table: 64 bits on both databases.

A look at a feed uses up numbers for rows that are there already, and PostgreSQL's shorter integers
would be at their end in months.
"""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime. A naive value is refused: somebody forgot its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def own_number() -> Any:
    """The number that the database gives a new row."""
    return Field(default=None, sa_column=Column(ROW_NUMBER, primary_key=True))


def number_of(*, null: bool = False, key: bool = False, index: bool = False) -> Any:
    """A column for the number of another table's row."""
    column: Column[Any] = Column(ROW_NUMBER, nullable=null, primary_key=key, index=index)
    return Field(default=None, sa_column=column) if null else Field(sa_column=column)


def columns_of(table: type[SQLModel], names: Iterable[str]) -> list[Any]:
    """The columns of these names, in their order."""
    return [col(getattr(table, name)) for name in names]


def select_values(*columns: Any) -> Select[Any]:
    """Asks for bare values: rows that a session looks after cost several times as much."""
    return select(*columns)


def defaults_of(table: type[SQLModel]) -> dict[str, Any]:
    """What a new row has where nothing else is said; for inserts that make no object of it."""
    return {
        name: field.get_default(call_default_factory=True)
        for name, field in table.model_fields.items()
        if not field.is_required() and name != "id"
    }
