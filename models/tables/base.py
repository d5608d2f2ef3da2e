"""What all tables share: names of constraints, UTC times, text and JSON every database takes."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

Whole = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits everywhere: a recording may have more than 2 GiB. SQLite only numbers rows of type INTEGER by itself."""


def storable(text: str) -> str:
    r"""Text as both databases take it: a NUL becomes the four characters `\x00`, a lone surrogate `\udcxx`.

    PostgreSQL refuses NUL, and neither database takes the lone surrogates by which Python spells the bytes of a
    file name that is not UTF-8. The escapes keep such names apart and readable.
    """
    if "\0" in text:
        text = text.replace("\0", r"\x00")
    return text if text.isascii() else text.encode("utf8", "backslashreplace").decode("utf8")


class SafeText(TypeDecorator[str]):
    """Any `str`, made `storable`; comparisons are made with the storable text too."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else storable(str(value))


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in, aware UTC datetimes out, on SQLite (which keeps no zone) and PostgreSQL alike.

    At either end of the calendar a time that has no UTC is the first or the last there is: lists are asked for since
    the year 1.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        try:
            value = value.astimezone(UTC)
        except OverflowError:
            value = datetime.min.replace(tzinfo=UTC) if value.year == 1 else datetime.max.replace(tzinfo=UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        str: SafeText,
        int: Whole,
        datetime: UtcDateTime,
        dict[str, Any]: Json,
        list[Any]: Json,
    }
