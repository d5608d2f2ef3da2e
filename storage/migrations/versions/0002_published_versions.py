"""Who published and retired a version and why, drafts, and the version of the scoring code beside each score."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

ONE_SCORE = ["transcript_id", "pack_id", "scorecard_id"]


def upgrade() -> None:
    say_who_published()
    create_drafts()
    say_which_scorer()


def say_who_published() -> None:
    for column in (
        sa.Column("published_by", sa.String(), nullable=True),
        sa.Column("published_why", sa.String(), nullable=True),
        sa.Column("gate", JSON, nullable=True),
        sa.Column("retired_at", TIME, nullable=True),
        sa.Column("retired_by", sa.String(), nullable=True),
        sa.Column("retired_why", sa.String(), nullable=True),
    ):
        op.add_column("definitions", column)


def create_drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("based_on", WHOLE, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("updated_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["based_on"], ["definitions.id"], name="fk_drafts_based_on"),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drafts_kind_name", "drafts", ["kind", "name"])


def say_which_scorer() -> None:
    """Old scores were made by the first scorer. SQLite copies the table, in which it cannot change a constraint."""
    op.add_column("scores", sa.Column("scorer", WHOLE, nullable=False, server_default="1"))
    with op.batch_alter_table("scores") as scores:
        scores.alter_column("scorer", server_default=None)
        scores.drop_constraint("uq_scores_transcript_id_pack_id_scorecard_id", type_="unique")
        scores.create_unique_constraint("uq_scores_transcript_id_pack_id_scorecard_id_scorer", [*ONE_SCORE, "scorer"])
