"""What reports add up, reports that were issued, inspectors' assessments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    create_facts()
    create_sums()
    create_report()


def create_facts() -> None:
    op.create_table(
        "call_facts",
        sa.Column("call_id", WHOLE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("call_type", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("total", sa.Double(), nullable=True),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("fatal", sa.Boolean(), nullable=False),
        sa.Column("critical", WHOLE, nullable=False),
        sa.Column("coverage", sa.Double(), nullable=False),
        sa.Column("satisfaction", WHOLE, nullable=True),
        sa.Column("transferred", sa.Boolean(), nullable=True),
        sa.Column("silence", sa.Double(), nullable=True),
        sa.Column("overlap", sa.Double(), nullable=True),
        sa.Column("rate", sa.Double(), nullable=True),
        sa.Column("response", sa.Double(), nullable=True),
        sa.Column("final_card", sa.String(), nullable=True),
        sa.Column("final_total", sa.Double(), nullable=True),
        sa.Column("final_grade", sa.String(), nullable=True),
        sa.Column("final_fatal", sa.Boolean(), nullable=True),
        sa.Column("final_critical", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_facts_call_id"),
        sa.PrimaryKeyConstraint("call_id", name="pk_call_facts"),
    )
    for column in ("team", "agent_id", "grade", "call_type"):
        op.create_index(f"ix_call_facts_{column}_day_call_id", "call_facts", [column, "day", "call_id"])
    op.create_index("ix_call_facts_day_call_id", "call_facts", ["day", "call_id"])
    for name, where in (
        ("fatal", sa.text("fatal")),
        ("critical", sa.text("critical > 0")),
        ("reviewed", sa.text("final_fatal IS NOT NULL")),
    ):
        op.create_index(
            f"ix_call_facts_{name}", "call_facts", ["day", "call_id"], sqlite_where=where, postgresql_where=where
        )
    create_error_facts()


def create_error_facts() -> None:
    op.create_table(
        "error_facts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("call_id", WHOLE, nullable=False),
        sa.Column("by_people", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("item_class", sa.String(), nullable=False),
        sa.Column("lost", sa.Double(), nullable=False),
        sa.Column("fatal", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_error_facts_call_id"),
        sa.PrimaryKeyConstraint("id", name="pk_error_facts"),
        sa.UniqueConstraint("call_id", "by_people", "item", name="uq_error_facts_call_id_by_people_item"),
    )
    op.create_index("ix_error_facts_agent_id_day", "error_facts", ["agent_id", "day"])
    op.create_index("ix_error_facts_day", "error_facts", ["day"])
    op.create_index(
        "ix_error_facts_by_people_card_item_day_call_id",
        "error_facts",
        ["by_people", "card", "item", "day", "call_id"],
    )


def create_sums() -> None:
    op.create_index("ix_assignments_judged", "assignments", ["submitted_at", "user_id", "purpose", "due_at", "seconds"])
    op.create_table(
        "day_counts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("bin", sa.String(), nullable=False),
        sa.Column("calls", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_day_counts"),
        sa.UniqueConstraint("day", "team", "measure", "bin", name="uq_day_counts_day_team_measure_bin"),
    )
    op.create_table(
        "day_errors",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("by_people", sa.Boolean(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("item_class", sa.String(), nullable=False),
        sa.Column("calls", WHOLE, nullable=False),
        sa.Column("lost", sa.Double(), nullable=False),
        sa.Column("fatal", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_day_errors"),
        sa.UniqueConstraint(
            "day", "team", "by_people", "card", "item", name="uq_day_errors_day_team_by_people_card_item"
        ),
    )
    op.create_table(
        "day_sums",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("call_type", sa.String(), nullable=False),
        sa.Column("calls", WHOLE, nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("timed", WHOLE, nullable=False),
        sa.Column("scored", WHOLE, nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("squares", sa.Double(), nullable=False),
        sa.Column("fatal", WHOLE, nullable=False),
        sa.Column("customer_critical", WHOLE, nullable=False),
        sa.Column("business_critical", WHOLE, nullable=False),
        sa.Column("compliance_critical", WHOLE, nullable=False),
        sa.Column("coverage", sa.Double(), nullable=False),
        sa.Column("rated", WHOLE, nullable=False),
        sa.Column("satisfaction", sa.Double(), nullable=False),
        sa.Column("satisfied", WHOLE, nullable=False),
        sa.Column("transfers_known", WHOLE, nullable=False),
        sa.Column("transferred", WHOLE, nullable=False),
        sa.Column("reviewed", WHOLE, nullable=False),
        sa.Column("final_scored", WHOLE, nullable=False),
        sa.Column("final_points", sa.Double(), nullable=False),
        sa.Column("final_squares", sa.Double(), nullable=False),
        sa.Column("final_fatal", WHOLE, nullable=False),
        sa.Column("final_customer_critical", WHOLE, nullable=False),
        sa.Column("final_business_critical", WHOLE, nullable=False),
        sa.Column("final_compliance_critical", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_day_sums"),
        sa.UniqueConstraint("day", "team", "agent_id", "call_type", name="uq_day_sums_day_team_agent_id_call_type"),
    )
    op.create_index("ix_day_sums_agent_id_day", "day_sums", ["agent_id", "day"], unique=False)
    op.create_table(
        "stale_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("changed", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", "changed", name="pk_stale_days"),
    )


def create_report() -> None:
    op.create_table(
        "centre_marks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_centre_marks"),
    )
    op.create_table(
        "assessments",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("signed_at", TIME, nullable=False),
        sa.Column("read_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_assessments_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assessments"),
        sa.UniqueConstraint("month", "user_id", name="uq_assessments_month_user_id"),
    )
    op.create_table(
        "reports",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("follow_up", sa.String(), nullable=False),
        sa.Column("figures", JSON, nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("issued_by", sa.String(), nullable=True),
        sa.Column("issued_at", TIME, nullable=True),
        sa.Column("revision", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_reports_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.UniqueConstraint("kind", "first_day", "team", name="uq_reports_kind_first_day_team"),
    )
    op.create_index("ix_reports_state_id", "reports", ["state", "id"], unique=False)
