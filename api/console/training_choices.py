"""What forms of training offer: items of the scorecards in use, exams, teams."""

from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.console.training_views import ItemChoice
from models.errors import BadDefinition
from models.tables import DefinitionRow, ExamRow
from pipeline.review.heard import card_by_id
from pipeline.rulebook.version import title_of
from storage.rulebook.definitions import stored_versions

MOST = 100


def item_choices(session: Session) -> tuple[ItemChoice, ...]:
    """Of the newest version of each scorecard that judged calls and is not retired."""
    newest: dict[str, DefinitionRow] = {}
    for row in stored_versions(session, "scorecard"):
        if row.retired_at is None:
            newest.setdefault(row.name, row)
    found: list[ItemChoice] = []
    for row in newest.values():
        with suppress(BadDefinition):  # one that an earlier version could read
            title = title_of(row.body) or row.name
            found += [ItemChoice(row.name, title, one.id, one.name) for one in card_by_id(session, row.id).items]
    return tuple(found)


def exam_choices(session: Session) -> tuple[ExamRow, ...]:
    return tuple(session.scalars(select(ExamRow).order_by(ExamRow.id.desc()).limit(MOST)))
