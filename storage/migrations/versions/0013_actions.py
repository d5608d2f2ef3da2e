"""Corrective actions, the ladder and the ledger, review meetings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    create_ladders()
    create_agent_ledger()
    create_meetings()
    create_actions()
    create_action_moves()
    create_action_steps()
    create_meeting_points()


def create_ladders() -> None:
    op.create_table(
        "ladders",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ladders"),
    )


def create_agent_ledger() -> None:
    op.create_table(
        "agent_ledger",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("undoes", WHOLE, nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["undoes"], ["agent_ledger.id"], name="fk_agent_ledger_undoes"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_agent_ledger_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agent_ledger"),
        sa.UniqueConstraint(
            "source", "source_id", "kind", "agent_id", name="uq_agent_ledger_source_source_id_kind_agent_id"
        ),
        sa.UniqueConstraint("undoes", name="uq_agent_ledger_undoes"),
    )
    op.create_index("ix_agent_ledger_agent_id_id", "agent_ledger", ["agent_id", "id"], unique=False)


def create_meetings() -> None:
    op.create_table(
        "meetings",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("people", JSON, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("minutes", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("revision", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_meetings"),
    )
    op.create_index("ix_meetings_held_on_id", "meetings", ["held_on", "id"], unique=False)


def create_actions() -> None:
    op.create_table(
        "actions",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("why", JSON, nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("items", JSON, nullable=False),
        sa.Column("agent_id", sa.String(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("call_id", WHOLE, nullable=True),
        sa.Column("final_id", WHOLE, nullable=True),
        sa.Column("meeting_id", WHOLE, nullable=True),
        sa.Column("owner_id", WHOLE, nullable=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("offence", WHOLE, nullable=False),
        sa.Column("effect_id", WHOLE, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("revision", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_actions_call_id"),
        sa.ForeignKeyConstraint(["effect_id"], ["effects.id"], name="fk_actions_effect_id"),
        sa.ForeignKeyConstraint(["final_id"], ["final_scores.id"], name="fk_actions_final_id"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name="fk_actions_meeting_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_actions_owner_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_actions_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_actions"),
    )
    op.create_index("ix_actions_agent_id_id", "actions", ["agent_id", "id"], unique=False)
    op.create_index("ix_actions_call_id", "actions", ["call_id"], unique=False)
    op.create_index("ix_actions_state_id", "actions", ["state", "id"], unique=False)
    op.create_index(
        "ix_actions_undone",
        "actions",
        ["due_on", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('open', 'doing', 'to_verify')"),
        postgresql_where=sa.text("state IN ('open', 'doing', 'to_verify')"),
    )


def create_action_moves() -> None:
    op.create_table(
        "action_moves",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("action_id", WHOLE, nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_action_moves_action_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_action_moves_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_action_moves"),
    )
    op.create_index("ix_action_moves_action_id_id", "action_moves", ["action_id", "id"], unique=False)


def create_action_steps() -> None:
    op.create_table(
        "action_steps",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("action_id", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("calls", JSON, nullable=False),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("done_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_action_steps_action_id"),
        sa.PrimaryKeyConstraint("id", name="pk_action_steps"),
    )
    op.create_index("ix_action_steps_action_id_position", "action_steps", ["action_id", "position"], unique=False)


def create_meeting_points() -> None:
    op.create_table(
        "meeting_points",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("meeting_id", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("action_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_meeting_points_action_id"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name="fk_meeting_points_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_points"),
    )
    op.create_index("ix_meeting_points_meeting_id_position", "meeting_points", ["meeting_id", "position"], unique=False)
