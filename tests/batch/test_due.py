"""What a worker does by the clock: draws of periods that are over, each once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from batch.due import Due
from batch.workplace import Workplace
from models.person import SYSTEM
from models.settings import Settings
from models.tables import AuditRow, DrawRow, SelectionRow
from pipeline.sampling import plans
from pipeline.sampling.plans import Written
from scoring.sampling.period import last_over
from scoring.sampling.plan import SamplingPlan
from storage.database import sessions
from tests.pipeline.sampled_centre import Said, SampledCentre


def workplace(engine: Engine, home: Path, *, hours: float) -> Workplace:
    settings = Settings(home=home, draw_after_hours=hours)
    return Workplace(settings, sessions(engine), sessions(engine, reading=True))


def draws(engine: Engine) -> list[tuple[str, int]]:
    """By whom each was made, and how many calls it picked."""
    picked = select(func.count()).where(SelectionRow.draw_id == DrawRow.id).scalar_subquery()
    with sessions(engine)() as session:
        return [(by, count) for by, count in session.execute(select(DrawRow.drawn_by, picked).order_by(DrawRow.id))]


@pytest.fixture
def planned(engine: Engine) -> Engine:
    """Thirty calls of the last week, and two plans: one in use, one not."""
    now = datetime.now(UTC)
    began = last_over("week", now - timedelta(hours=6)).start + timedelta(hours=30)
    with sessions(engine).begin() as session:
        SampledCentre(session).add(Said(agent=str(8000 + n % 3), started_at=began) for n in range(30))
        plans.create_plan(session, SYSTEM, Written("每周", SamplingPlan(), active=True), now)
        plans.create_plan(session, SYSTEM, Written("停用的", SamplingPlan(), active=False), now)
    return engine


def test_workers_draw_what_is_due_once_however_many_they_are(planned: Engine, tmp_path: Path) -> None:
    workers = [Due(workplace(planned, tmp_path, hours=6)) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(Due.do, workers))
    ((by, picked),) = draws(planned)
    assert (by, picked >= 6) == ("callqa", True)
    Due(workplace(planned, tmp_path, hours=6)).do()
    assert len(draws(planned)) == 1
    with sessions(planned)() as session:
        assert session.scalars(select(AuditRow.action).where(AuditRow.action == "draw.made")).all() == ["draw.made"]


def test_a_worker_that_is_to_leave_it_to_people_draws_nothing(planned: Engine, tmp_path: Path) -> None:
    Due(workplace(planned, tmp_path, hours=0)).do()
    assert draws(planned) == []


def test_a_period_is_drawn_some_hours_after_it_is_over(
    planned: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last calls come in late: at three in the morning of Monday it is too early, at seven it is not."""
    over = last_over("week", datetime.now(UTC) - timedelta(hours=6)).end
    for hours, made in ((3, 0), (7, 1)):
        monkeypatch.setattr("batch.due.now", lambda hours=hours: over + timedelta(hours=hours))
        Due(workplace(planned, tmp_path, hours=6)).do()
        with sessions(planned)() as session:
            of_week = select(func.count()).where(DrawRow.period_to == over).select_from(DrawRow)
            assert session.scalar(of_week) == made
