"""Cases, training, and where effects are looked for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    create_cases()
    create_case_items()
    create_exams()
    create_questions()
    create_courses()
    create_effects()
    create_training_plans()
    create_plan_entries()
    create_training_sessions()
    create_attendance()
    create_stage_changes()
    create_sittings()
    create_certificates()


def create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("teaching", sa.String(), nullable=False),
        sa.Column("difficulty", WHOLE, nullable=False),
        sa.Column("tags", JSON, nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("call_id", WHOLE, nullable=False),
        sa.Column("transcript_id", WHOLE, nullable=False),
        sa.Column("score_id", WHOLE, nullable=True),
        sa.Column("review_id", WHOLE, nullable=True),
        sa.Column("final_id", WHOLE, nullable=True),
        sa.Column("agent_id", sa.String(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("call_type", sa.String(), nullable=True),
        sa.Column("total", sa.Double(), nullable=True),
        sa.Column("first_turn", WHOLE, nullable=False),
        sa.Column("last_turn", WHOLE, nullable=False),
        sa.Column("start", sa.Double(), nullable=False),
        sa.Column("end", sa.Double(), nullable=False),
        sa.Column("clip", sa.String(), nullable=True),
        sa.Column("turns", JSON, nullable=False),
        sa.Column("beeps", JSON, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("alike", WHOLE, nullable=True),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column("flag", JSON, nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("published_by", sa.String(), nullable=True),
        sa.Column("published_at", TIME, nullable=True),
        sa.Column("withdrawn_why", sa.String(), nullable=True),
        sa.Column("withdrawn_at", TIME, nullable=True),
        sa.Column("revision", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_cases_call_id"),
        sa.ForeignKeyConstraint(["final_id"], ["final_scores.id"], name="fk_cases_final_id"),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_cases_review_id"),
        sa.ForeignKeyConstraint(["score_id"], ["scores.id"], name="fk_cases_score_id"),
        sa.ForeignKeyConstraint(["transcript_id"], ["transcripts.id"], name="fk_cases_transcript_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_cases_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
    )
    op.create_index("ix_cases_agent_id_id", "cases", ["agent_id", "id"], unique=False)
    op.create_index("ix_cases_call_id", "cases", ["call_id"], unique=False)
    op.create_index("ix_cases_month_state", "cases", ["month", "state"], unique=False)
    op.create_index("ix_cases_state_kind_id", "cases", ["state", "kind", "id"], unique=False)


def create_case_items() -> None:
    op.create_table(
        "case_items",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_items_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_items"),
        sa.UniqueConstraint("case_id", "item", name="uq_case_items_case_id_item"),
    )
    op.create_index("ix_case_items_item_case_id", "case_items", ["item", "case_id"], unique=False)


def create_exams() -> None:
    op.create_table(
        "exams",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("pass_mark", sa.Double(), nullable=False),
        sa.Column("minutes", WHOLE, nullable=True),
        sa.Column("draw", WHOLE, nullable=True),
        sa.Column("gate", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opens_at", TIME, nullable=True),
        sa.Column("closes_at", TIME, nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exams"),
    )
    op.create_index("ix_exams_state_id", "exams", ["state", "id"], unique=False)


def create_questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("exam_id", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("answer", JSON, nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("case_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_questions_case_id"),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name="fk_questions_exam_id"),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
    )
    op.create_index("ix_questions_exam_id_position", "questions", ["exam_id", "position"], unique=False)


def create_courses() -> None:
    op.create_table(
        "courses",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("goal", sa.String(), nullable=False),
        sa.Column("material", sa.String(), nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("items", JSON, nullable=False),
        sa.Column("cases", JSON, nullable=False),
        sa.Column("exam_id", WHOLE, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name="fk_courses_exam_id"),
        sa.PrimaryKeyConstraint("id", name="pk_courses"),
    )


def create_effects() -> None:
    op.create_table(
        "effects",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_id", WHOLE, nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("items", JSON, nullable=False),
        sa.Column("trained", JSON, nullable=False),
        sa.Column("compared", JSON, nullable=False),
        sa.Column("before_from", sa.Date(), nullable=False),
        sa.Column("before_to", sa.Date(), nullable=False),
        sa.Column("after_from", sa.Date(), nullable=False),
        sa.Column("after_to", sa.Date(), nullable=False),
        sa.Column("fixed_by", sa.String(), nullable=False),
        sa.Column("fixed_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_effects"),
    )
    op.create_index("ix_effects_source_source_id", "effects", ["source", "source_id"], unique=False)


def create_training_plans() -> None:
    op.create_table(
        "training_plans",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("goal", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("submitted_at", TIME, nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", TIME, nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("revision", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_training_plans_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_training_plans"),
    )
    op.create_index("ix_training_plans_first_day_id", "training_plans", ["first_day", "id"], unique=False)


def create_plan_entries() -> None:
    op.create_table(
        "plan_entries",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("plan_id", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("course_id", WHOLE, nullable=True),
        sa.Column("items", JSON, nullable=False),
        sa.Column("why", JSON, nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("teacher", sa.String(), nullable=False),
        sa.Column("responsible", sa.String(), nullable=False),
        sa.Column("audience", JSON, nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("effect_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_plan_entries_course_id"),
        sa.ForeignKeyConstraint(["effect_id"], ["effects.id"], name="fk_plan_entries_effect_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["training_plans.id"], name="fk_plan_entries_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_entries"),
    )
    op.create_index("ix_plan_entries_plan_id_position", "plan_entries", ["plan_id", "position"], unique=False)


def create_training_sessions() -> None:
    op.create_table(
        "training_sessions",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("course_id", WHOLE, nullable=False),
        sa.Column("entry_id", WHOLE, nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("teacher", sa.String(), nullable=False),
        sa.Column("teacher_id", WHOLE, nullable=True),
        sa.Column("exam_id", WHOLE, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("held_at", TIME, nullable=True),
        sa.Column("revision", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_training_sessions_course_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["plan_entries.id"], name="fk_training_sessions_entry_id"),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name="fk_training_sessions_exam_id"),
        sa.ForeignKeyConstraint(["teacher_id"], ["users.id"], name="fk_training_sessions_teacher_id"),
        sa.PrimaryKeyConstraint("id", name="pk_training_sessions"),
    )
    op.create_index("ix_training_sessions_entry_id", "training_sessions", ["entry_id"], unique=False)
    op.create_index("ix_training_sessions_starts_at_id", "training_sessions", ["starts_at", "id"], unique=False)


def create_attendance() -> None:
    op.create_table(
        "attendance",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("session_id", WHOLE, nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("signed_at", TIME, nullable=True),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("marks", JSON, nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("said_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["training_sessions.id"], name="fk_attendance_session_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attendance"),
        sa.UniqueConstraint("session_id", "agent_id", name="uq_attendance_session_id_agent_id"),
    )
    op.create_index("ix_attendance_agent_id_id", "attendance", ["agent_id", "id"], unique=False)


def create_stage_changes() -> None:
    op.create_table(
        "stage_changes",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stage_changes"),
    )
    op.create_index("ix_stage_changes_agent_id_id", "stage_changes", ["agent_id", "id"], unique=False)


def create_sittings() -> None:
    op.create_table(
        "sittings",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("exam_id", WHOLE, nullable=False),
        sa.Column("session_id", WHOLE, nullable=True),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("attempt", WHOLE, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("questions", JSON, nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("marks", JSON, nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=True),
        sa.Column("submitted_at", TIME, nullable=True),
        sa.Column("marked_by", sa.String(), nullable=True),
        sa.Column("marked_at", TIME, nullable=True),
        sa.Column("revision", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name="fk_sittings_exam_id"),
        sa.ForeignKeyConstraint(["session_id"], ["training_sessions.id"], name="fk_sittings_session_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sittings"),
        sa.UniqueConstraint("exam_id", "agent_id", "attempt", name="uq_sittings_exam_id_agent_id_attempt"),
    )
    op.create_index("ix_sittings_agent_id_id", "sittings", ["agent_id", "id"], unique=False)


def create_certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("course_id", WHOLE, nullable=True),
        sa.Column("sitting_id", WHOLE, nullable=True),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", TIME, nullable=False),
        sa.Column("revoked_why", sa.String(), nullable=True),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_certificates_course_id"),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name="fk_certificates_sitting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_certificates"),
        sa.UniqueConstraint("number", name="uq_certificates_number"),
        sa.UniqueConstraint("sitting_id", name="uq_certificates_sitting_id"),
    )
    op.create_index("ix_certificates_agent_id_id", "certificates", ["agent_id", "id"], unique=False)
