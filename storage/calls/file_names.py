"""Calls by a part of a file's name, quick also where nothing or everything has it.

A list walks its calls and stops when the page is full: best where many names have the part. Where few have it, the
names are looked up first. Which it is, the newest names say.
"""

from sqlalchemy import ColumnElement, String, any_, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from models.tables import CallRow, SourceRow
from models.tables.base import storable

LOOKED_AT = 2000
"""Newest names that are asked how common a part is."""

COMMON = 20
"""Of those, from which a page of 50 is full after a walk of some thousand calls."""

SHORT = 3
"""PostgreSQL looks up three characters and more, or two of which one is not ASCII (`callqa_grams`)."""

WALKED = 20_000
"""Newest names in which a shorter part is looked for, where hardly any name has it."""


def named_like(session: Session, part: str) -> ColumnElement[bool]:
    """A condition on `CallRow`: one of the files its content came in has `part` in its name, in any case of letters.

    One or two ASCII characters that hardly any name has are looked for in the newest names only.
    """
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    contains = SourceRow.file.icontains if is_postgresql else SourceRow.file.contains  # SQLite's LIKE folds by itself
    has_part = contains(part, autoescape=True)
    newest = select(SourceRow.file).order_by(SourceRow.id.desc()).limit(LOOKED_AT).subquery()
    having = select(func.count()).select_from(newest).where(newest.c.file.icontains(part, autoescape=True))
    if (session.scalar(having) or 0) >= COMMON:
        # Counted rather than asked by EXISTS: PostgreSQL makes that a join, for which it reads all names there are.
        own = select(func.count()).where(SourceRow.recording_id == CallRow.recording_id, has_part)
        return own.scalar_subquery() > 0
    named = select(SourceRow.recording_id)
    if not is_postgresql:
        return CallRow.recording_id.in_(named.where(has_part))
    if len(part) < SHORT and part.isascii():
        last = select(func.max(SourceRow.id)).scalar_subquery()
        return CallRow.recording_id.in_(named.where(has_part, SourceRow.id > last - WALKED))
    grams = func.callqa_grams(bindparam(None, storable(part), String), type_=ARRAY(String))
    looked_up = literal_column("callqa_grams(sources.file)", ARRAY(String)).contains(grams)
    # One array: their calls are looked up in the order of the index rather than one by one.
    return CallRow.recording_id == any_(func.array(named.where(has_part, looked_up).scalar_subquery()))
