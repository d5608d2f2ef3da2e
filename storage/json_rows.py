"""Elements of JSON arrays as rows of a query, on both databases."""

from typing import Any

from sqlalchemy import TableValuedAlias, cast, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session


def each(session: Session, array: Any, name: str, *, key: str | None = None) -> TableValuedAlias:
    """The elements of a JSON array as rows called `name`, with the column `value`; with `key` of the array under it."""
    if _is_postgresql(session):
        inner = array if key is None else cast(array, JSONB)[key]
        return func.jsonb_array_elements(inner).table_valued("value", name=name)
    path = () if key is None else (f"$.{key}",)
    return func.json_each(array, *path).table_valued("value", name=name)


def text_under(session: Session, element: Any, key: str) -> Any:
    """What stands under `key` of an object, as text."""
    return cast(element, JSONB)[key].astext if _is_postgresql(session) else func.json_extract(element, f"$.{key}")


def is_true_under(session: Session, element: Any, key: str) -> Any:
    """Whether `true` stands under `key` of an object."""
    said = text_under(session, element, key)
    return said == "true" if _is_postgresql(session) else said == 1


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
