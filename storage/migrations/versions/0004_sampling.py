"""Sampling plans, draws, and the chance each call had."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    create_sampling_plans()
    create_draws()
    create_selections()


def create_sampling_plans() -> None:
    op.create_table(
        "sampling_plans",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_by", sa.String(), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sampling_plans"),
        sa.UniqueConstraint("name", name="uq_sampling_plans_name"),
    )


def create_draws() -> None:
    op.create_table(
        "draws",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("plan_id", WHOLE, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("period_from", TIME, nullable=False),
        sa.Column("period_to", TIME, nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("strata", JSON, nullable=False),
        sa.Column("drawn_by", sa.String(), nullable=False),
        sa.Column("drawn_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["sampling_plans.id"], name="fk_draws_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_draws"),
        sa.UniqueConstraint("plan_id", "period_from", "period_to", name="uq_draws_plan_id_period_from_period_to"),
    )


def create_selections() -> None:
    op.create_table(
        "selections",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("draw_id", WHOLE, nullable=False),
        sa.Column("call_id", WHOLE, nullable=False),
        sa.Column("picked", sa.Boolean(), nullable=False),
        sa.Column("double", sa.Boolean(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("strata", JSON, nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draws.id"], name="fk_selections_draw_id"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_selections_call_id"),
        sa.PrimaryKeyConstraint("id", name="pk_selections"),
        sa.UniqueConstraint("draw_id", "call_id", name="uq_selections_draw_id_call_id"),
    )
    op.create_index("ix_selections_call_id", "selections", ["call_id"])
    op.create_index("ix_selections_draw_id_picked", "selections", ["draw_id", "picked"])
