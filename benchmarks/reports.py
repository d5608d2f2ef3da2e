"""How quick reports are over many calls: `python -m benchmarks.reports [--calls 1000000] [--url URL] [--home DIR]`.

Uses the centre of `benchmarks.pages` in `--home` again, or makes one, fills its facts and sums, and works out every
part of the reports of the centre (30 days, all days), a team and an agent, and lists of the calls behind figures. Each
report is made `--times` times after one that does not count (that one reads the draws' verdicts: `cold`).

The bar: p95 of all a page's figures together ≤ 1 s. What is over it is marked; the exit code is 1 then.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from benchmarks.made_strata import give_strata
from benchmarks.pages import database, make
from models.person import RIGHTS, UserRole, Viewer
from models.tables import CallFactRow, DrawRow
from pipeline.reports.drill import drill
from pipeline.reports.report import report
from pipeline.reports.span import DAY, DaySpan
from pipeline.reports.who import CENTRE, Who
from storage.database import open_database, sessions
from storage.reports.facts import fill_missing
from storage.reports.sums import sum_stale_days

BAR = 1.0
LEAD = Viewer(None, "bench", UserRole.LEAD, RIGHTS[UserRole.LEAD])
PARTS = (
    *("uncounted", "totals", "before", "grades", "final_grades", "any_critical", "distributions", "ratings", "quality"),
    *("errors", "final_errors", "error_estimates", "teams", "agents", "call_types", "calibrations", "appeals"),
    *("feedback", "inspectors", "health"),
)
BEHIND = (
    "all",
    "fatal",
    "compliance_critical",
    "grade:不合格",
    "reviewed",
    "silence:30",
    "type:投诉",
    "satisfaction:1",
)

Times = defaultdict[str, list[float]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--url")
    parser.add_argument("--home", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="callqa-reports-") as folder:
        home = asked.home or Path(folder)
        with database(asked.url, home) as url:
            calls = make(url, home, asked.calls)
            engine = open_database(url)
            bring_up(engine)
            print(f"{calls} calls, {engine.dialect.name}")
            over = [measure(engine, name, *one, times=asked.times) for name, one in subjects(engine).items()]
            engine.dispose()
    return int(any(over))


def bring_up(engine: Engine) -> None:
    """Strata, facts and sums, where they are missing."""
    make_session = sessions(engine)
    with make_session() as session:
        drawn = session.scalars(select(DrawRow.strata).limit(1)).first()
    if drawn is not None and "cells" not in drawn:
        give_strata(engine)
    for name, work, many in (("calls filled", fill_missing, 5000), ("days summed", sum_stale_days, 10)):
        began, done = time.perf_counter(), 0
        while True:
            with make_session.begin() as session:
                more = work(session, many)
            if not more:
                break
            done += more
        if done:
            print(f"{done} {name} in {time.perf_counter() - began:.0f} s")


def subjects(engine: Engine) -> dict[str, tuple[DaySpan, Who]]:
    with sessions(engine)() as session:
        bounds = session.execute(select(func.min(CallFactRow.day), func.max(CallFactRow.day))).one()
        busiest = select(CallFactRow.team, CallFactRow.agent_id).where(CallFactRow.team != "")
        team, agent = session.execute(busiest.limit(1)).one()
    every, month = DaySpan(*bounds), DaySpan(bounds[1] - 29 * DAY, bounds[1])
    return {
        "centre, 30 days": (month, CENTRE),
        f"centre, {every.days} days": (every, CENTRE),
        f"team, {every.days} days": (every, Who(team)),
        f"agent, {every.days} days": (every, Who(agent_id=agent)),
    }


def measure(engine: Engine, name: str, span: DaySpan, who: Who, *, times: int) -> bool:
    """Whether it is over the bar."""
    found: Times = defaultdict(list)
    for number in range(times + 1):
        with sessions(engine, reading=True)() as session:
            taken = _report(session, span, who) | _behind(session, span, who)
        if number == 0:
            print(f"\n{name}: cold {taken['all parts'] * 1000:.0f} ms")
            continue
        for part, seconds in taken.items():
            found[part].append(seconds)
    is_over = False
    for part, seconds in found.items():
        p95 = quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
        over = p95 > BAR
        is_over = is_over or over
        print(f"  {part:<24}{median(seconds) * 1000:8.0f}{p95 * 1000:8.0f} ms{'  OVER' if over else ''}")
    return is_over


def _report(session: Session, span: DaySpan, who: Who) -> dict[str, float]:
    one = report(session, LEAD, span, who, datetime.now(UTC))
    taken = {}
    for part in PARTS:
        began = time.perf_counter()
        getattr(one, part)
        taken[part] = time.perf_counter() - began
    return {"all parts": sum(taken.values()), **taken}


def _behind(session: Session, span: DaySpan, who: Who) -> dict[str, float]:
    taken = {}
    errors = report(session, LEAD, span, who, datetime.now(UTC)).errors
    items = [f"error:{one.card}:{one.item}" for one in errors[:1]]
    for what in (*BEHIND, *items):
        began = time.perf_counter()
        drill(session, LEAD, span, who, what, "machine")
        taken[f"calls: {what.partition(':')[0] if what in items else what}"] = time.perf_counter() - began
    return taken


if __name__ == "__main__":
    raise SystemExit(main())
