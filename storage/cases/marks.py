"""What is true of all the library, held by one at a time. No function here commits."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.tables import CentreMarkRow


def held_mark(session: Session, name: str, body: dict[str, Any], now: datetime) -> CentreMarkRow:
    """The mark of that name, made with `body` where there was none; nobody else's until this transaction ends."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"name": name, "body": body, "at": now}
    session.execute(insert(CentreMarkRow).values(values).on_conflict_do_nothing(index_elements=["name"]))
    query = select(CentreMarkRow).where(CentreMarkRow.name == name).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()
