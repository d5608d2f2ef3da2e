"""Indexes that pages need to stay quick at a million calls (models/tables/page_indexes.py says what for)."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INDEXES: tuple[tuple[str, str, tuple[str, ...], str | None], ...] = (
    ("ix_recordings_created_at", "recordings", ("created_at",), None),
    ("ix_recordings_set_aside", "recordings", ("updated_at", "id"), "state = 'quarantined'"),
    ("ix_scores_created_at", "scores", ("created_at",), None),
    ("ix_scores_fatal", "scores", ("created_at", "id"), "fatal"),
    ("ix_calls_agent_id_started_at_id", "calls", ("agent_id", "started_at", "id"), None),
    ("ix_calls_team_started_at_id", "calls", ("team", "started_at", "id"), None),
    ("ix_calls_call_type_started_at_id", "calls", ("call_type", "started_at", "id"), None),
    ("ix_reviews_waiting_team", "reviews", ("state", "team", "due_at"), "state IN ('queued', 'in_review')"),
    ("ix_reviews_waiting_since", "reviews", ("queued_at", "id"), "state IN ('queued', 'in_review')"),
    ("ix_reviews_queued_at", "reviews", ("queued_at",), None),
    ("ix_reviews_submitted_at", "reviews", ("submitted_at",), None),
    ("ix_reviews_published_at", "reviews", ("published_at",), None),
    ("ix_reviews_draw_id", "reviews", ("draw_id", "submitted_at"), None),
    ("ix_verdicts_submitted_at", "verdicts", ("submitted_at", "user_id", "seconds"), None),
    ("ix_appeals_created_at", "appeals", ("created_at",), None),
    ("ix_appeals_decided_at", "appeals", ("decided_at",), None),
    ("ix_feedback_created_at", "feedback", ("created_at",), None),
)

GRAMS = """
CREATE OR REPLACE FUNCTION callqa_grams(name text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY(
    SELECT DISTINCT substr(lower(name), i, n)
    FROM generate_series(1, length(name)) AS i, (VALUES (2), (3)) AS sizes (n)
    WHERE i + n - 1 <= length(name) AND (n = 3 OR substr(name, i, 2) !~ '^[ -~]*$')
  )
$$
"""


def upgrade() -> None:
    op.drop_index("ix_calls_agent_id", "calls")
    op.drop_index("ix_calls_team", "calls")
    for name, table, columns, where in INDEXES:
        condition = None if where is None else sa.text(where)
        op.create_index(name, table, list(columns), sqlite_where=condition, postgresql_where=condition)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text(GRAMS.replace(":", "\\:")))
        op.create_index("ix_sources_grams", "sources", [sa.text("callqa_grams(file)")], postgresql_using="gin")
