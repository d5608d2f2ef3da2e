"""What pages add up, beside what they list: deductions of final scores, and on reviews and assignments what is others'.

So that no page reads whole scores, or looks up thousands of calls, to say how a team does or how much waits.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)

FILL = """
INSERT INTO deductions (final_id, item, name, lost)
SELECT final_id, item, name, cost FROM (
  SELECT {final_id} AS final_id, {id} AS item, {name} AS name, {is_fatal} AS is_fatal,
    CASE WHEN {got} IS NULL OR {has_moves} OR {opinion} IS NOT NULL THEN coalesce({lost}, 0.0) ELSE {points} - {got} END
    AS cost
  FROM {items}
) AS items
WHERE cost > 0 OR is_fatal
"""
"""Scores stored before there were moves did not say what was lost: there it is what lacks to the item's points."""

ON_SQLITE = {
    "final_id": "final_scores.id",
    **{name: f"json_extract(item.value, '$.{name}')" for name in ("id", "name", "got", "points", "lost", "opinion")},
    "has_moves": "coalesce(json_array_length(item.value, '$.moves'), 0) > 0",
    "is_fatal": "json_extract(item.value, '$.id') IN (SELECT value FROM json_each(final_scores.body, '$.fatal'))",
    "items": (
        "final_scores, json_each(final_scores.body, '$.sections') AS section,"
        " json_each(section.value, '$.items') AS item"
    ),
}

ON_POSTGRESQL = {
    "final_id": "final_scores.id",
    **{name: f"item ->> '{name}'" for name in ("id", "name", "opinion")},
    **{name: f"(item ->> '{name}')::double precision" for name in ("got", "points", "lost")},
    "has_moves": "jsonb_array_length(coalesce(item -> 'moves', '[]')) > 0",
    "is_fatal": "coalesce(final_scores.body -> 'fatal' ? (item ->> 'id'), false)",
    "items": (
        "final_scores, jsonb_array_elements(final_scores.body -> 'sections') AS section,"
        " jsonb_array_elements(section -> 'items') AS item"
    ),
}


REVIEWS = """
UPDATE reviews SET seconds = recordings.seconds, started_at = calls.started_at
FROM calls JOIN recordings ON recordings.id = calls.recording_id WHERE calls.id = reviews.call_id
"""
RESULTS = """
UPDATE reviews SET final_total = final_scores.total, final_fatal = final_scores.fatal,
  final_at = final_scores.published_at
FROM final_scores WHERE final_scores.id = reviews.final_id
"""
ASSIGNMENTS = """
UPDATE assignments SET seconds = reviews.seconds FROM reviews WHERE reviews.id = assignments.review_id
"""

IS_TO_DO = sa.text("state IN ('open', 'started')")
LOADS = ["user_id", "state", "lease_until", "due_at", "seconds"]
SUMS = ["agent_id", "started_at", "published_at", "final_at", "final_total", "final_fatal"]


def upgrade() -> None:
    create_deductions()
    copy_to_reviews()
    copy_to_assignments()


def create_deductions() -> None:
    op.create_table(
        "deductions",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("final_id", WHOLE, nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lost", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["final_id"], ["final_scores.id"], name="fk_deductions_final_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deductions"),
        sa.UniqueConstraint("final_id", "item", name="uq_deductions_final_id_item"),
    )
    words = ON_SQLITE if op.get_bind().dialect.name == "sqlite" else ON_POSTGRESQL
    op.execute(sa.text(FILL.format(**words).replace(":", "\\:")))


def copy_to_reviews() -> None:
    for column in (
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("final_total", sa.Double(), nullable=True),
        sa.Column("final_fatal", sa.Boolean(), nullable=True),
        sa.Column("final_at", TIME, nullable=True),
    ):
        op.add_column("reviews", column)
    op.execute(REVIEWS)
    op.execute(RESULTS)
    op.drop_index("ix_reviews_results", "reviews")
    op.create_index("ix_reviews_results", "reviews", ["team", "state", "final_id", *SUMS])


def copy_to_assignments() -> None:
    op.add_column("assignments", sa.Column("seconds", sa.Double(), nullable=True))
    op.execute(ASSIGNMENTS)
    op.drop_index("ix_assignments_submitted_at", "assignments")
    op.create_index("ix_assignments_done", "assignments", ["submitted_at", "user_id", "seconds"])
    op.create_index("ix_assignments_loads", "assignments", LOADS, sqlite_where=IS_TO_DO, postgresql_where=IS_TO_DO)
