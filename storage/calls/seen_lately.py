"""What a list of calls can be narrowed by: the values the newest of them have."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.tables import CallRow, FindingRow, ScoreRow

LATELY = 1500
"""How many of the newest rows are looked at for what a list can be filtered by: enough to know a centre's teams and
call types, few enough to stay quick at a million calls."""


@dataclass(frozen=True, slots=True)
class SeenLately:
    """Values a list can be filtered by. `rules` are (id, name)."""

    agents: tuple[str, ...]
    teams: tuple[str, ...]
    call_types: tuple[str, ...]
    grades: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]


def seen_lately(session: Session, only: Iterable[ColumnElement[bool]] = ()) -> SeenLately:
    """`only` are conditions on the calls whose agents, teams and types are listed."""
    of_calls = tuple(only)
    rules = _lately(FindingRow.id, FindingRow.rule, FindingRow.name)
    return SeenLately(
        agents=tuple(v for (v,) in session.execute(_lately(CallRow.id, CallRow.agent_id, only=of_calls))),
        teams=tuple(v for (v,) in session.execute(_lately(CallRow.id, CallRow.team, only=of_calls))),
        call_types=tuple(v for (v,) in session.execute(_lately(CallRow.id, CallRow.call_type, only=of_calls))),
        grades=tuple(v for (v,) in session.execute(_lately(ScoreRow.id, ScoreRow.grade))),
        rules=tuple({rule: (rule, name) for rule, name in session.execute(rules)}.values()),
    )


def _lately(
    id_: InstrumentedAttribute[int], *columns: InstrumentedAttribute[Any], only: Sequence[ColumnElement[bool]] = ()
) -> Select[Any]:
    newest = select(*columns).where(*only).order_by(id_.desc()).limit(LATELY).subquery()
    return select(*newest.c).where(newest.c[0].is_not(None)).distinct().order_by(*newest.c)
