"""Indexes that pages alone need: figures are counted, and lists narrowed, without walking through all that ever was.

Importing this module puts them on their tables. They are made by migrations 0008 and 0010.
"""

from sqlalchemy import DDL, Index, event, text

from models.ledger import RecordingState
from models.tables.appeal import AppealRow, FeedbackRow
from models.tables.call import SourceRow
from models.tables.recording import RecordingRow
from models.tables.review import IS_WAITING, FinalScoreRow, ReviewRow, VerdictRow
from models.tables.score import ScoreRow

IS_SET_ASIDE = text(f"state = '{RecordingState.QUARANTINED}'")
IS_FATAL = text("fatal")

GRAMS = """
CREATE OR REPLACE FUNCTION callqa_grams(name text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY(
    SELECT DISTINCT substr(lower(name), i, n)
    FROM generate_series(1, length(name)) AS i, (VALUES (2), (3)) AS sizes (n)
    WHERE i + n - 1 <= length(name) AND (n = 3 OR substr(name, i, 2) !~ '^[ -~]*$')
  )
$$
"""
"""Every three characters in a row, and every two of which one is not ASCII: what parts of a name are looked up by.

PostgreSQL's own pg_trgm does the same where it is installed, but often it is not, and it ignores punctuation.
"""


def _index(name: str, *columns: object, where: object = None) -> Index:
    kept = {} if where is None else {"sqlite_where": where, "postgresql_where": where}
    return Index(name, *columns, **kept)  # type: ignore[arg-type]


_index("ix_recordings_created_at", RecordingRow.created_at, RecordingRow.id)
_index("ix_recordings_set_aside", RecordingRow.updated_at, RecordingRow.id, where=IS_SET_ASIDE)
_index("ix_scores_created_at", ScoreRow.created_at, ScoreRow.id)
_index("ix_scores_fatal", ScoreRow.created_at, ScoreRow.id, where=IS_FATAL)
_index(
    "ix_reviews_waiting_team", ReviewRow.state, ReviewRow.team, ReviewRow.due_at, ReviewRow.call_id, where=IS_WAITING
)
_index("ix_reviews_waiting_since", ReviewRow.queued_at, ReviewRow.id, where=IS_WAITING)
_index("ix_reviews_queued_at", ReviewRow.queued_at)
_index("ix_reviews_submitted_at", ReviewRow.submitted_at)
_index("ix_reviews_published_at", ReviewRow.published_at)
_index("ix_reviews_draw_id", ReviewRow.draw_id, ReviewRow.submitted_at)
_index(
    "ix_reviews_results",
    ReviewRow.team,
    ReviewRow.state,
    ReviewRow.final_id,
    ReviewRow.agent_id,
    ReviewRow.started_at,
    ReviewRow.published_at,
    ReviewRow.final_at,
    ReviewRow.final_total,
    ReviewRow.final_fatal,
)
_index(
    "ix_final_scores_figures",
    FinalScoreRow.id,
    FinalScoreRow.published_at,
    FinalScoreRow.agent_id,
    FinalScoreRow.verdict_id,
    FinalScoreRow.total,
    FinalScoreRow.fatal,
)
_index("ix_verdicts_submitted_at", VerdictRow.submitted_at, VerdictRow.user_id, VerdictRow.seconds)
_index("ix_appeals_created_at", AppealRow.created_at)
_index("ix_appeals_decided_at", AppealRow.decided_at)
_index("ix_feedback_created_at", FeedbackRow.created_at)

_SOURCES = SourceRow.metadata.tables["sources"]
_grams = Index("ix_sources_grams", text("callqa_grams(file)"), _table=_SOURCES, postgresql_using="gin")
_grams.ddl_if(dialect="postgresql")
_made_with_it = DDL(GRAMS.replace("%", "%%")).execute_if(dialect="postgresql")  # type: ignore[no-untyped-call]
event.listen(_SOURCES, "before_create", _made_with_it)
