"""Types of columns, and constraints that several tables have: what both databases store alike."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, Double, Enum, Index, Integer, Text, TypeDecorator, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from storage.cleaning import clean_json, clean_text

# SQLite numbers rows by itself only in a column that is exactly INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")


class Words(TypeDecorator[str]):
    """Text of any length, cleaned of what PostgreSQL would refuse."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        """Return the text to be stored."""
        return None if value is None else clean_text(value)


class Json(TypeDecorator[Any]):
    """JSON, cleaned as text is; JSONB on PostgreSQL."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the database's own type."""
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 - SQLAlchemy's
        """Return the value to be stored."""
        return clean_json(value)


class Moment(TypeDecorator[float]):
    """Unix seconds; a float always, where SQLite's RETURNING gives whole seconds as an int."""

    impl = Double
    cache_ok = True

    def process_result_value(self, value: float | None, dialect: Dialect) -> float | None:  # noqa: ARG002 - SQLAlchemy's
        """Return the stored number as a float."""
        return None if value is None else float(value)


def one_of(kinds: type[StrEnum], name: str) -> Enum:
    """Return a column type that takes these words and no others."""
    return Enum(
        kinds,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Return an index of the rows for which a condition holds."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
