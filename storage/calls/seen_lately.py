"""What a list of calls can be narrowed by: the values the newest of them have."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select, true
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


def seen_lately(
    session: Session, only: Iterable[ColumnElement[bool]] = (), *, told: ColumnElement[bool] | None = None
) -> SeenLately:
    """`only` are conditions on the calls whose agents, teams and types are listed.

    `told` is one on the calls whose grades and rules are.
    """
    of_calls = tuple(only)
    of_scores = true() if told is None else told
    return SeenLately(
        agents=tuple(v for (v,) in session.execute(_lately(CallRow.id, CallRow.agent_id, only=of_calls))),
        teams=tuple(v for (v,) in session.execute(_lately(CallRow.id, CallRow.team, only=of_calls))),
        call_types=tuple(v for (v,) in session.execute(_lately(CallRow.id, CallRow.call_type, only=of_calls))),
        grades=tuple(session.scalars(_grades(of_scores))),
        rules=tuple({rule: (rule, name) for rule, name in session.execute(_rules(of_scores))}.values()),
    )


def _grades(told: ColumnElement[bool]) -> Select[Any]:
    newest = select(ScoreRow.recording_id, ScoreRow.grade).order_by(ScoreRow.id.desc()).limit(LATELY).subquery()
    query = select(newest.c.grade).join(CallRow, CallRow.recording_id == newest.c.recording_id)
    return query.where(newest.c.grade.is_not(None), told).distinct().order_by(newest.c.grade)


def _rules(told: ColumnElement[bool]) -> Select[Any]:
    columns = (FindingRow.score_id, FindingRow.rule, FindingRow.name)
    newest = select(*columns).order_by(FindingRow.id.desc()).limit(LATELY).subquery()
    query = select(newest.c.rule, newest.c.name).join(ScoreRow, ScoreRow.id == newest.c.score_id)
    query = query.join(CallRow, CallRow.recording_id == ScoreRow.recording_id)
    return query.where(told).distinct().order_by(newest.c.rule, newest.c.name)


def _lately(
    id_: InstrumentedAttribute[int], *columns: InstrumentedAttribute[Any], only: Sequence[ColumnElement[bool]] = ()
) -> Select[Any]:
    newest = select(*columns).where(*only).order_by(id_.desc()).limit(LATELY).subquery()
    return select(*newest.c).where(newest.c[0].is_not(None)).distinct().order_by(*newest.c)
