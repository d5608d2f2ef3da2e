"""The figures of reports once more, by other means: DuckDB on the raw tables, without facts and sums."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import CallRow, FinalScoreRow, FindingRow, RecordingRow, ReviewRow, ScoreRow, TranscriptRow
from pipeline.reports.span import DaySpan
from pipeline.reports.who import Who
from storage.json_text import dumps

TABLES: dict[str, tuple[Any, str]] = {
    "recordings": (RecordingRow, "id BIGINT, created_at TIMESTAMP, seconds DOUBLE"),
    "transcripts": (TranscriptRow, "id BIGINT, body JSON"),
    "scores": (ScoreRow, "id BIGINT, transcript_id BIGINT, total DOUBLE, grade VARCHAR, fatal BOOLEAN, body JSON"),
    "findings": (FindingRow, "id BIGINT, score_id BIGINT, rule VARCHAR"),
    "reviews": (ReviewRow, "id BIGINT, call_id BIGINT, final_id BIGINT"),
    "final_scores": (FinalScoreRow, "id BIGINT, total DOUBLE, grade VARCHAR, fatal BOOLEAN, body JSON"),
    "calls": (
        CallRow,
        (
            "id BIGINT, recording_id BIGINT, agent_id VARCHAR, team VARCHAR, call_type VARCHAR, started_at TIMESTAMP,"
            " satisfaction INTEGER, transferred BOOLEAN, score_id BIGINT"
        ),
    ),
}

FLAT = """
CREATE TABLE flat AS SELECT
  c.id AS call_id, CAST(coalesce(c.started_at, r.created_at) + INTERVAL 8 HOUR AS DATE) AS day,
  coalesce(c.team, '') AS team, coalesce(c.agent_id, '') AS agent_id, coalesce(c.call_type, '') AS call_type,
  r.seconds, s.total, s.grade, s.fatal, s.id AS score_id, s.body->'$.pre_score' AS said, c.satisfaction, c.transferred,
  list_contains(CAST(said->'$.critical' AS VARCHAR[]), 'customer_critical') AS customer_critical,
  list_contains(CAST(said->'$.critical' AS VARCHAR[]), 'business_critical') AS business_critical,
  list_contains(CAST(said->'$.critical' AS VARCHAR[]), 'compliance_critical') AS compliance_critical,
  f.id IS NOT NULL AS reviewed, f.total AS final_total, f.grade AS final_grade, f.fatal AS final_fatal,
  f.body AS final_said, CAST(said->>'$.coverage' AS DOUBLE) AS coverage,
  CASE WHEN (t.body->'$.voice.speech_seconds') IS NOT NULL
       THEN (SELECT coalesce(sum((x->>'$.end')::DOUBLE - (x->>'$.start')::DOUBLE), 0)
             FROM (SELECT unnest((t.body->'$.voice.silences')::JSON[]) AS x)) END AS silence,
  CASE WHEN json_type(t.body, '$.voice.overlaps') = 'ARRAY'
       THEN (SELECT coalesce(sum((x->>'$.end')::DOUBLE - (x->>'$.start')::DOUBLE), 0)
             FROM (SELECT unnest((t.body->'$.voice.overlaps')::JSON[]) AS x)) END AS overlap,
  CAST(t.body->>'$.voice.roles.agent.rate' AS DOUBLE) AS rate,
  CAST(t.body->>'$.voice.roles.agent.response' AS DOUBLE) AS response
FROM calls c JOIN recordings r ON r.id = c.recording_id JOIN scores s ON s.id = c.score_id
JOIN transcripts t ON t.id = s.transcript_id
LEFT JOIN reviews v ON v.call_id = c.id LEFT JOIN final_scores f ON f.id = v.final_id
"""

ERRORS = """
CREATE TABLE errors AS
WITH said AS (
  SELECT *, FALSE AS by_people, said AS score FROM flat UNION ALL
  SELECT *, TRUE, final_said FROM flat WHERE reviewed
), items AS (
  SELECT call_id, day, team, agent_id, by_people, score->>'$.card' AS card,
         CAST(score->'$.fatal' AS VARCHAR[]) AS killed,
         unnest((score->'$.sections[0].items')::JSON[]) AS item FROM said
)
SELECT call_id, day, team, agent_id, by_people, card, item->>'$.id' AS item,
       25 - CAST(item->>'$.got' AS DOUBLE) AS lost, list_contains(killed, item->>'$.id') AS fatal
FROM items WHERE lost > 0 OR fatal
"""


class Recomputed:
    """Reads the whole database as it is now."""

    def __init__(self, session: Session) -> None:
        import duckdb

        self.duck = duckdb.connect()
        for name, (table, columns) in TABLES.items():
            self.duck.execute(f"CREATE TABLE {name} ({columns})")
            names = [column.split()[0] for column in columns.split(", ")]
            rows = session.execute(select(*(getattr(table, one) for one in names))).all()
            marks = ", ".join("?" * len(names))
            plain = [[_plain(value) for value in row] for row in rows]
            self.duck.executemany(f"INSERT INTO {name} VALUES ({marks})", plain)
        self.duck.execute(FLAT)
        self.duck.execute(ERRORS)

    def rows(self, what: str, span: DaySpan, who: Who, rest: str = "", table: str = "flat") -> list[tuple[Any, ...]]:
        """`SELECT what FROM table` of the report's calls; `rest` are further conditions, groups and order."""
        whose = ((who.team, "team"), (who.agent_id, "agent_id"))
        asked = [(value, f"AND {column} = ?") for value, column in whose if value is not None]
        query = f"SELECT {what} FROM {table} WHERE day BETWEEN ? AND ? {' '.join(sql for _, sql in asked)} {rest}"
        given: list[date | str] = [span.first, span.last, *(value for value, _ in asked)]
        return self.duck.execute(query, given).fetchall()

    def one(self, what: str, span: DaySpan, who: Who, rest: str = "", table: str = "flat") -> Any:
        return self.rows(what, span, who, rest, table)[0][0]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return dumps(value)
    return value.replace(tzinfo=None) if hasattr(value, "tzinfo") else value
