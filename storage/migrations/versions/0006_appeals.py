"""Appeals, and complaints and praise."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    create_appeals()
    create_feedback()


def create_appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("review_id", WHOLE, nullable=False),
        sa.Column("call_id", WHOLE, nullable=False),
        sa.Column("final_id", WHOLE, nullable=False),
        sa.Column("agent_id", sa.String(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("items", JSON, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("assignment_id", WHOLE, nullable=True),
        sa.Column("outcome", JSON, nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("new_final_id", WHOLE, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_user_id", WHOLE, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("decided_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_appeals_review_id"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_appeals_call_id"),
        sa.ForeignKeyConstraint(["final_id"], ["final_scores.id"], name="fk_appeals_final_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_appeals_user_id"),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name="fk_appeals_assignment_id"),
        sa.ForeignKeyConstraint(["new_final_id"], ["final_scores.id"], name="fk_appeals_new_final_id"),
        sa.ForeignKeyConstraint(["decided_user_id"], ["users.id"], name="fk_appeals_decided_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_appeals"),
        sa.UniqueConstraint("final_id", name="uq_appeals_final_id"),
    )
    op.create_index("ix_appeals_agent_id_id", "appeals", ["agent_id", "id"])
    op.create_index("ix_appeals_review_id", "appeals", ["review_id"])
    op.create_index("ix_appeals_state_id", "appeals", ["state", "id"])


def create_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("agent_id", sa.String(), nullable=True),
        sa.Column("call_id", WHOLE, nullable=True),
        sa.Column("customer_number", sa.String(), nullable=True),
        sa.Column("happened_at", TIME, nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_feedback_call_id"),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.UniqueConstraint("source", "key", name="uq_feedback_source_key"),
    )
    op.create_index("ix_feedback_agent_id_id", "feedback", ["agent_id", "id"])
    op.create_index("ix_feedback_call_id", "feedback", ["call_id"])
    op.create_index("ix_feedback_state_id", "feedback", ["state", "id"])
