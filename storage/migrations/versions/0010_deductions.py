"""What points were lost by, item by item, beside each final score: pages add it up without reading the scores."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

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


def upgrade() -> None:
    op.create_table(
        "deductions",
        sa.Column("final_id", WHOLE, nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lost", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["final_id"], ["final_scores.id"], name="fk_deductions_final_id"),
        sa.PrimaryKeyConstraint("final_id", "item", name="pk_deductions"),
    )
    words = ON_SQLITE if op.get_bind().dialect.name == "sqlite" else ON_POSTGRESQL
    op.execute(sa.text(FILL.format(**words).replace(":", "\\:")))
