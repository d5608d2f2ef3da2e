"""`callqa sample`: a plan previewed, drawn, and drawn by cron."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models.person import SYSTEM
from pipeline.sampling import plans
from pipeline.sampling.plans import Written
from scoring.sampling.period import last_over
from scoring.sampling.plan import SamplingPlan
from storage.database import open_database, sessions
from tests.batch.conftest import CallqaCommand
from tests.pipeline.sampled_centre import Said, SampledCentre


def test_a_plan_is_previewed_drawn_and_drawn_once_when_due(callqa: CallqaCommand) -> None:
    assert callqa.run("db", "upgrade").returncode == 0
    now = datetime.now(UTC)
    began = last_over("week", now).start + timedelta(hours=30)
    engine = open_database(f"sqlite:///{Path(callqa.environment['CALLQA_HOME']) / 'callqa.db'}")
    with sessions(engine).begin() as session:
        SampledCentre(session).add(Said(agent=str(8000 + n % 3), started_at=began) for n in range(30))
        plans.create_plan(session, SYSTEM, Written("每周", SamplingPlan(), active=True), now)
    engine.dispose()

    shown = json.loads(callqa.run("sample", "preview", "每周", "--json").stdout)
    assert (shown["summary"]["calls"], shown["drawn"]) == (30, None)
    assert shown["summary"]["picked"] >= 6
    assert all(pick["why"] for pick in shown["picks"])

    drawn = json.loads(callqa.run("sample", "draw", "--due", "--json").stdout)
    assert [(one["new"], one["summary"]["picked"]) for one in drawn] == [(True, shown["summary"]["picked"])]
    again = callqa.run("sample", "draw", "--due", "--lang", "en")
    assert (again.returncode, again.stdout.strip()) == (0, "No sampling plan is due.")
    once_more = callqa.run("sample", "draw", "每周", "--lang", "en")
    assert "nothing was drawn now" in once_more.stdout

    assert callqa.run("sample", "draw").returncode == 2
    assert callqa.run("sample", "draw", "每周", "--from", "2026-01-05").returncode == 2
    unknown = callqa.run("sample", "preview", "每月")
    assert unknown.returncode == 3
    assert "每周" in unknown.stderr
