"""The ledger, calls, transcripts, definitions, scores, findings and routing.

Types are spelled out here rather than imported from `models/tables/`: a revision must not change when they do.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
IS_OPEN = sa.text("state IN ('received', 'transcribed')")
IS_HELD = sa.text("owner IS NOT NULL")


def upgrade() -> None:
    create_definitions()
    create_recordings()
    create_transcripts()
    create_scores()
    create_findings()
    create_routings()
    create_calls()


def create_definitions() -> None:
    op.create_table(
        "definitions",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_definitions"),
        sa.UniqueConstraint("kind", "name", "version", name="uq_definitions_kind_name_version"),
    )


def create_recordings() -> None:
    op.create_table(
        "recordings",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("audio", sa.String(), nullable=False),
        sa.Column("bytes", WHOLE, nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("channels", WHOLE, nullable=True),
        sa.Column("codec", sa.String(), nullable=True),
        sa.Column("sample_rate", WHOLE, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settings_key", sa.String(length=64), nullable=False),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("reason", JSON, nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recordings"),
        sa.UniqueConstraint("sha256", name="uq_recordings_sha256"),
    )
    op.create_index("ix_recordings_held", "recordings", ["owner"], sqlite_where=IS_HELD, postgresql_where=IS_HELD)
    op.create_index(
        "ix_recordings_open",
        "recordings",
        ["settings_key", "created_at", "id"],
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    op.create_index("ix_recordings_settings_key_state", "recordings", ["settings_key", "state"])
    op.create_index(
        "ix_recordings_tried",
        "recordings",
        ["settings_key", "attempts"],
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    op.create_table(
        "sources",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("recording_id", WHOLE, nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name="fk_sources_recording_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("recording_id", "file", name="uq_sources_recording_id_file"),
    )


def create_transcripts() -> None:
    op.create_table(
        "transcripts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("recording_id", WHOLE, nullable=False),
        sa.Column("transcriber_key", sa.String(length=64), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name="fk_transcripts_recording_id"),
        sa.PrimaryKeyConstraint("id", name="pk_transcripts"),
        sa.UniqueConstraint("recording_id", "transcriber_key", name="uq_transcripts_recording_id_transcriber_key"),
    )


def create_scores() -> None:
    op.create_table(
        "scores",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("recording_id", WHOLE, nullable=False),
        sa.Column("transcript_id", WHOLE, nullable=False),
        sa.Column("pack_id", WHOLE, nullable=False),
        sa.Column("scorecard_id", WHOLE, nullable=False),
        sa.Column("total", sa.Double(), nullable=True),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("fatal", sa.Boolean(), nullable=False),
        sa.Column("coverage", sa.Double(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["pack_id"], ["definitions.id"], name="fk_scores_pack_id"),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name="fk_scores_recording_id"),
        sa.ForeignKeyConstraint(["scorecard_id"], ["definitions.id"], name="fk_scores_scorecard_id"),
        sa.ForeignKeyConstraint(["transcript_id"], ["transcripts.id"], name="fk_scores_transcript_id"),
        sa.PrimaryKeyConstraint("id", name="pk_scores"),
        sa.UniqueConstraint(
            "transcript_id", "pack_id", "scorecard_id", name="uq_scores_transcript_id_pack_id_scorecard_id"
        ),
    )
    op.create_index("ix_scores_recording_id", "scores", ["recording_id"])
    op.create_index("ix_scores_total_id", "scores", ["total", "id"])


def create_findings() -> None:
    op.create_table(
        "findings",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("score_id", WHOLE, nullable=False),
        sa.Column("pack", sa.String(), nullable=False),
        sa.Column("pack_version", WHOLE, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("effect", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("turn", WHOLE, nullable=True),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("start", sa.Double(), nullable=False),
        sa.Column("end", sa.Double(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["score_id"], ["scores.id"], name="fk_findings_score_id"),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
    )
    op.create_index("ix_findings_rule_score_id", "findings", ["rule", "score_id"])
    op.create_index("ix_findings_score_id", "findings", ["score_id"])


def create_routings() -> None:
    op.create_table(
        "routings",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("recording_id", WHOLE, nullable=False),
        sa.Column("score_id", WHOLE, nullable=False),
        sa.Column("queued", sa.Boolean(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("inclusion_probability", sa.Double(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name="fk_routings_recording_id"),
        sa.ForeignKeyConstraint(["score_id"], ["scores.id"], name="fk_routings_score_id"),
        sa.PrimaryKeyConstraint("id", name="pk_routings"),
        sa.UniqueConstraint("score_id", name="uq_routings_score_id"),
    )
    op.create_index("ix_routings_queued_id", "routings", ["queued", "id"])


def create_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("recording_id", WHOLE, nullable=False),
        sa.Column("agent_id", sa.String(), nullable=True),
        sa.Column("agent_name", sa.String(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("agent_stage", sa.String(), nullable=True),
        sa.Column("direction", sa.String(), nullable=True),
        sa.Column("call_type", sa.String(), nullable=True),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("customer_number", sa.String(), nullable=True),
        sa.Column("satisfaction", WHOLE, nullable=True),
        sa.Column("transferred", sa.Boolean(), nullable=True),
        sa.Column("extra", JSON, nullable=False),
        sa.Column("score_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name="fk_calls_recording_id"),
        sa.ForeignKeyConstraint(["score_id"], ["scores.id"], name="fk_calls_score_id"),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("recording_id", name="uq_calls_recording_id"),
        sa.UniqueConstraint("score_id", name="uq_calls_score_id"),
    )
    op.create_index("ix_calls_agent_id", "calls", ["agent_id"])
    op.create_index("ix_calls_started_at_id", "calls", ["started_at", "id"])
    op.create_index("ix_calls_team", "calls", ["team"])
