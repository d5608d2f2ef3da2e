"""Classifiers and what they may decide, calibration sessions, and the classifier beside each score."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

ONE_SCORE = ["transcript_id", "pack_id", "scorecard_id", "scorer"]


def upgrade() -> None:
    say_which_classifier()
    create_classifiers()
    create_calibrations()
    create_members()
    create_changes()


def say_which_classifier() -> None:
    """Old scores were made without one. SQLite copies the table, in which it cannot change a constraint."""
    op.add_column("scores", sa.Column("classifier", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("scores") as scores:
        scores.alter_column("classifier", server_default=None)
        scores.drop_constraint("uq_scores_transcript_id_pack_id_scorecard_id_scorer", type_="unique")
        scores.create_unique_constraint(
            "uq_scores_transcript_id_pack_id_scorecard_id_scorer_classifier", [*ONE_SCORE, "classifier"]
        )


def create_classifiers() -> None:
    op.create_table(
        "classifiers",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("report", JSON, nullable=False),
        sa.Column("refused", JSON, nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_classifiers"),
        sa.UniqueConstraint("version", name="uq_classifiers_version"),
    )
    op.create_table(
        "classifier_uses",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("classifier_id", WHOLE, nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["classifier_id"], ["classifiers.id"], name="fk_classifier_uses_classifier_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_classifier_uses_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_classifier_uses"),
    )
    op.create_table(
        "item_levels",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("why", JSON, nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_item_levels_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_item_levels"),
    )
    op.create_index("ix_item_levels_card_item_id", "item_levels", ["card", "item", "id"])


def create_calibrations() -> None:
    op.create_table(
        "calibrations",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("scorecard_id", WHOLE, nullable=False),
        sa.Column("call_type", sa.String(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("revision", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["scorecard_id"], ["definitions.id"], name="fk_calibrations_scorecard_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_calibrations_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_calibrations"),
    )
    op.create_index("ix_calibrations_state_id", "calibrations", ["state", "id"])
    op.create_table(
        "calibration_calls",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("calibration_id", WHOLE, nullable=False),
        sa.Column("call_id", WHOLE, nullable=False),
        sa.Column("review_id", WHOLE, nullable=False),
        sa.Column("score_id", WHOLE, nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("reference", JSON, nullable=True),
        sa.Column("score", JSON, nullable=True),
        sa.Column("agreed_by", sa.String(), nullable=True),
        sa.Column("agreed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["calibration_id"], ["calibrations.id"], name="fk_calibration_calls_calibration_id"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_calibration_calls_call_id"),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_calibration_calls_review_id"),
        sa.ForeignKeyConstraint(["score_id"], ["scores.id"], name="fk_calibration_calls_score_id"),
        sa.PrimaryKeyConstraint("id", name="pk_calibration_calls"),
        sa.UniqueConstraint("calibration_id", "call_id", name="uq_calibration_calls_calibration_id_call_id"),
    )
    op.create_index("ix_calibration_calls_call_id", "calibration_calls", ["call_id"])


def create_members() -> None:
    op.create_table(
        "calibration_members",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("calibration_id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["calibration_id"], ["calibrations.id"], name="fk_calibration_members_calibration_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_calibration_members_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_calibration_members"),
        sa.UniqueConstraint("calibration_id", "user_id", name="uq_calibration_members_calibration_id_user_id"),
    )
    op.create_index("ix_calibration_members_user_id", "calibration_members", ["user_id"])
    op.create_table(
        "calibration_notes",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("calibration_id", WHOLE, nullable=False),
        sa.Column("call_id", WHOLE, nullable=True),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["calibration_id"], ["calibrations.id"], name="fk_calibration_notes_calibration_id"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_calibration_notes_call_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_calibration_notes_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_calibration_notes"),
    )
    op.create_index("ix_calibration_notes_calibration_id_id", "calibration_notes", ["calibration_id", "id"])


def create_changes() -> None:
    op.create_table(
        "standard_changes",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("calibration_id", WHOLE, nullable=True),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("revision", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["calibration_id"], ["calibrations.id"], name="fk_standard_changes_calibration_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_standard_changes_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_standard_changes"),
    )
    op.create_index("ix_standard_changes_state_id", "standard_changes", ["state", "id"])
