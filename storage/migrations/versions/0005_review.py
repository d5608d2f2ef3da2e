"""Reviews, assignments, verdicts, final scores, corrections and marks on rules."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
IS_TO_DO = sa.text("state IN ('open', 'started')")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    create_reviews()
    create_moves()
    create_assignments()
    create_verdict_drafts()
    create_verdicts()
    create_final_scores()
    create_corrections()
    create_rule_marks()
    queue_what_waits()


def create_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("call_id", WHOLE, nullable=False),
        sa.Column("score_id", WHOLE, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("priority", sa.Double(), nullable=False),
        sa.Column("fatal", sa.Boolean(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("draw_id", WHOLE, nullable=True),
        sa.Column("final_id", WHOLE, nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("queued_at", TIME, nullable=False),
        sa.Column("submitted_at", TIME, nullable=True),
        sa.Column("published_at", TIME, nullable=True),
        sa.Column("acknowledged_at", TIME, nullable=True),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_reviews_call_id"),
        sa.ForeignKeyConstraint(["score_id"], ["scores.id"], name="fk_reviews_score_id"),
        sa.ForeignKeyConstraint(["draw_id"], ["draws.id"], name="fk_reviews_draw_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.UniqueConstraint("call_id", name="uq_reviews_call_id"),
    )
    op.create_index("ix_reviews_agent_id_state", "reviews", ["agent_id", "state"])
    op.create_index("ix_reviews_state_id", "reviews", ["state", "id"])
    op.create_index("ix_reviews_team_state", "reviews", ["team", "state"])
    op.create_index(
        "ix_reviews_waiting",
        "reviews",
        [sa.text("priority DESC"), "id"],
        sqlite_where=sa.text("coalesce(state, '') IN ('queued', 'in_review')"),
        postgresql_where=sa.text("coalesce(state, '') IN ('queued', 'in_review')"),
    )


def create_moves() -> None:
    op.create_table(
        "moves",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("review_id", WHOLE, nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("why", JSON, nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_moves_review_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_moves_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_moves"),
    )
    op.create_index("ix_moves_at", "moves", ["at"])
    op.create_index("ix_moves_review_id_id", "moves", ["review_id", "id"])


def create_assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("review_id", WHOLE, nullable=False),
        sa.Column("call_id", WHOLE, nullable=False),
        sa.Column("slot", WHOLE, nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("priority", sa.Double(), nullable=False),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("submitted_at", TIME, nullable=True),
        sa.Column("revision", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_assignments_review_id"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_assignments_call_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_assignments_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
        sa.UniqueConstraint("review_id", "slot", name="uq_assignments_review_id_slot"),
    )
    op.create_index(
        "ix_assignments_due", "assignments", ["due_at", "id"], sqlite_where=IS_TO_DO, postgresql_where=IS_TO_DO
    )
    op.create_index("ix_assignments_of", "assignments", ["user_id", "state", "id"])
    op.create_index("ix_assignments_submitted_at", "assignments", ["submitted_at"])
    op.create_index(
        "ix_assignments_to_do",
        "assignments",
        [sa.text("priority DESC"), "id"],
        sqlite_where=IS_TO_DO,
        postgresql_where=IS_TO_DO,
    )


def create_verdict_drafts() -> None:
    op.create_table(
        "verdict_drafts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("assignment_id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("given_back", sa.Boolean(), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name="fk_verdict_drafts_assignment_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_verdict_drafts_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_verdict_drafts"),
        sa.UniqueConstraint("assignment_id", "user_id", name="uq_verdict_drafts_assignment_id_user_id"),
    )
    op.create_index("ix_verdict_drafts_user_id", "verdict_drafts", ["user_id"])


def create_verdicts() -> None:
    op.create_table(
        "verdicts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("assignment_id", WHOLE, nullable=False),
        sa.Column("review_id", WHOLE, nullable=False),
        sa.Column("call_id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("scorecard_id", WHOLE, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("score", JSON, nullable=False),
        sa.Column("total", sa.Double(), nullable=True),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("fatal", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("submitted_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name="fk_verdicts_assignment_id"),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_verdicts_review_id"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_verdicts_call_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_verdicts_user_id"),
        sa.ForeignKeyConstraint(["scorecard_id"], ["definitions.id"], name="fk_verdicts_scorecard_id"),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
        sa.UniqueConstraint("assignment_id", name="uq_verdicts_assignment_id"),
    )
    op.create_index("ix_verdicts_review_id", "verdicts", ["review_id"])
    op.create_index("ix_verdicts_user_id_submitted_at", "verdicts", ["user_id", "submitted_at"])


def create_final_scores() -> None:
    op.create_table(
        "final_scores",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("review_id", WHOLE, nullable=False),
        sa.Column("call_id", WHOLE, nullable=False),
        sa.Column("verdict_id", WHOLE, nullable=True),
        sa.Column("agent_id", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("scorecard_id", WHOLE, nullable=False),
        sa.Column("judgement", JSON, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("total", sa.Double(), nullable=True),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("fatal", sa.Boolean(), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("published_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_final_scores_review_id"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_final_scores_call_id"),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdicts.id"], name="fk_final_scores_verdict_id"),
        sa.ForeignKeyConstraint(["scorecard_id"], ["definitions.id"], name="fk_final_scores_scorecard_id"),
        sa.PrimaryKeyConstraint("id", name="pk_final_scores"),
    )
    op.create_index("ix_final_scores_agent_id_published_at", "final_scores", ["agent_id", "published_at"])
    op.create_index("ix_final_scores_review_id_id", "final_scores", ["review_id", "id"])


def create_corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("call_id", WHOLE, nullable=False),
        sa.Column("transcript_id", WHOLE, nullable=False),
        sa.Column("turn", WHOLE, nullable=False),
        sa.Column("first", WHOLE, nullable=False),
        sa.Column("last", WHOLE, nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_corrections_call_id"),
        sa.ForeignKeyConstraint(["transcript_id"], ["transcripts.id"], name="fk_corrections_transcript_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_corrections_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
    )
    op.create_index("ix_corrections_transcript_id_id", "corrections", ["transcript_id", "id"])


def create_rule_marks() -> None:
    op.create_table(
        "rule_marks",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("call_id", WHOLE, nullable=False),
        sa.Column("score_id", WHOLE, nullable=False),
        sa.Column("finding_id", WHOLE, nullable=True),
        sa.Column("pack", sa.String(), nullable=False),
        sa.Column("pack_version", WHOLE, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("hit", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_rule_marks_call_id"),
        sa.ForeignKeyConstraint(["score_id"], ["scores.id"], name="fk_rule_marks_score_id"),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name="fk_rule_marks_finding_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_rule_marks_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rule_marks"),
        sa.UniqueConstraint("score_id", "rule", "user_id", name="uq_rule_marks_score_id_rule_user_id"),
    )
    op.create_index("ix_rule_marks_call_id", "rule_marks", ["call_id"])
    op.create_index("ix_rule_marks_rule_id", "rule_marks", ["rule", "id"])


PRIORITIES = {
    "routed_fatal": 100,
    "routed_critical": 80,
    "routed_tag": 60,
    "routed_tag_unsure": 55,
    "routed_low_score": 50,
    "routed_by_model": 40,
    "routed_nothing_judged": 35,
    "routed_unjudged": 30,
    "routed_disputed": 30,
    "routed_low_coverage": 25,
}
"""As the code had them when this was written; every other reason counts 10."""

DUE = timedelta(hours=48)

QUEUE = """
INSERT INTO reviews
  (call_id, score_id, state, reasons, priority, fatal, blind, agent_id, team, due_at, queued_at, updated_at)
SELECT calls.id, calls.score_id, 'queued', routings.reasons,
  coalesce((SELECT max(CASE {code} {cases} ELSE 10 END) FROM {each}), 0),
  scores.fatal, true, calls.agent_id, calls.team, :due, routings.created_at, :now
FROM calls JOIN scores ON scores.id = calls.score_id JOIN routings ON routings.score_id = calls.score_id
WHERE routings.queued ORDER BY routings.id
"""

MOVE = """
INSERT INTO moves (review_id, before, after, by, at)
SELECT id, 'machine_scored', 'queued', 'callqa', queued_at FROM reviews ORDER BY id
"""

ASSIGN = """
INSERT INTO assignments
  (review_id, call_id, slot, purpose, state, priority, team, due_at, created_at, revision)
SELECT id, call_id, 1, 'review', 'open', priority, team, due_at, queued_at, 1 FROM reviews ORDER BY id
"""


def queue_what_waits() -> None:
    """Calls whose score routing had queued wait for a person from now on; hours are counted from now as well."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    code = "json_extract(one.value, '$.code')" if on_sqlite else "one.value ->> 'code'"
    each = "json_each(routings.reasons) AS one" if on_sqlite else "jsonb_array_elements(routings.reasons) AS one(value)"
    cases = " ".join(f"WHEN 'scoring.{reason}' THEN {priority}" for reason, priority in PRIORITIES.items())
    now = datetime.now(UTC)
    queue = sa.text(QUEUE.format(code=code, each=each, cases=cases))
    times = (sa.bindparam("now", now, TIME), sa.bindparam("due", now + DUE, TIME))
    op.execute(queue.bindparams(*times))
    op.execute(MOVE)
    op.execute(ASSIGN)
