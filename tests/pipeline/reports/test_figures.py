"""Every figure of a report equals what DuckDB makes of the raw tables, days summed and days stale mixed."""

from datetime import date
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.call import Metadata
from models.facts import BINS, CRITICAL_BITS, bin_of
from models.tables import CallRow, ReviewRow, ScoreRow, StaleDayRow
from pipeline.reports.drill import By, drill
from pipeline.reports.export import Cell, export_rows
from pipeline.reports.report import Report, report
from pipeline.reports.span import DaySpan, parse_span
from pipeline.reports.totals import Scores
from pipeline.reports.trend import Step
from pipeline.reports.who import Who
from storage.calls.metadata import put_metadata
from storage.calls.results import show_score
from storage.reports.facts import fill_missing
from storage.reports.rule_hits import rule_hits
from storage.reports.sums import sum_stale_days
from tests.pipeline.reports.counted_centre import LEAD, NOW, CountedCentre
from tests.pipeline.reports.recomputed import Recomputed

SPAN = parse_span("2026-10")
WHOLE = DaySpan(date(2026, 9, 1), date(2026, 11, 30))
ASKED: dict[str, tuple[DaySpan, Who]] = {
    "centre": (WHOLE, Who()),
    "team": (SPAN, Who(team="一组")),
    "no team": (SPAN, Who(team="")),
    "agent": (WHOLE, Who(agent_id="8003")),
    "agent in a team": (SPAN, Who(team="二组", agent_id="8004")),
    "before there was anything": (parse_span("2026-07"), Who()),
}


@pytest.fixture
def mixed(session: Session) -> Session:
    """Sixty days of calls: most summed, some changed since, some stale, some calls that came later."""
    centre = CountedCentre(session)
    centre.add(170)
    while fill_missing(session, 100):
        pass
    while sum_stale_days(session, 20):
        pass
    _change(session, centre)
    centre.add(30, days=20)
    assert fill_missing(session, 1000) > 20
    assert sum_stale_days(session, 5) == 5
    assert session.scalars(select(StaleDayRow.day).distinct()).all()
    session.commit()
    return session


def _change(session: Session, centre: CountedCentre) -> None:
    """Through the functions of production: other metadata, another score, a published result, one after an appeal."""
    chance = Random(3)
    calls = session.scalars(select(CallRow).where(CallRow.score_id.is_not(None)).order_by(CallRow.id)).all()
    for call in chance.sample(list(calls), 6):
        put_metadata(
            session, call.recording_id, Metadata(team="三组", agent_id="8011", call_type="投诉", transferred=True)
        )
    for call in chance.sample(list(calls), 6):
        old = session.get_one(ScoreRow, call.score_id)
        body = centre.score("telesales")
        new = ScoreRow(
            recording_id=call.recording_id,
            transcript_id=old.transcript_id,
            pack_id=old.pack_id,
            scorecard_id=old.scorecard_id,
            scorer=2,
            total=body["total"],
            grade=body["grade"],
            fatal=bool(body["fatal"]),
            coverage=body["coverage"],
            body={"pre_score": body, "results": []},
            created_at=NOW,
        )
        session.add(new)
        session.flush()
        show_score(session, new, NOW)
    for review in session.scalars(select(ReviewRow).order_by(ReviewRow.id)).all()[::5]:
        centre.publish(review.call_id)
    session.flush()
    session.expire_all()


def test_reports_and_exported_rows_say_what_the_raw_tables_say(mixed: Session) -> None:
    again = Recomputed(mixed)
    for span, who in ASKED.values():
        told = report(mixed, LEAD, span, who, NOW)
        assert told.uncounted == 0
        _check_totals(told, again)
        _check_parts(told, again)
        _check_errors(told, again)
        _check_trend(told, again)
        _check_tables(told, again)
        _check_export(told, again, list(export_rows(mixed, LEAD, span, who)))
    _check_rules(again, mixed)


def _check_totals(told: Report, again: Recomputed) -> None:
    span, who, totals = told.span, told.who, told.totals
    what = (
        "count(*), coalesce(sum(seconds), 0) / 3600, count(seconds), avg(coverage), avg(satisfaction),"
        " count(satisfaction), count(*) FILTER (satisfaction >= 4), count(transferred), count(*) FILTER (transferred)"
    )
    ((calls, hours, timed, coverage, mean, rated, satisfied, known, transferred),) = again.rows(what, span, who)
    assert (totals.calls, totals.timed, totals.hours) == (calls, timed, pytest.approx(hours))
    assert (totals.coverage, totals.satisfaction) == (pytest.approx(coverage), pytest.approx(mean))
    assert totals.satisfied[:2] == (satisfied, rated)
    assert totals.transferred[:2] == (transferred, known)
    _check_scores(totals.machine, again.rows(_scores("", "TRUE"), span, who)[0])
    _check_scores(totals.reviewed, again.rows(_scores("final_", "reviewed"), span, who)[0])
    assert told.before.calls == again.one("count(*)", span.before(), who)


def _scores(prefix: str, of: str) -> str:
    people = prefix != ""
    classes = [
        f"list_contains(CAST(final_said->'$.critical' AS VARCHAR[]), '{name}')" if people else name
        for name in CRITICAL_BITS
    ]
    counts = [f"count(*) FILTER ({of} AND {one})" for one in (f"{prefix}fatal", *classes)]
    total = f"{prefix}total"
    return f"count(*) FILTER ({of}), count({total}), avg({total}), stddev_samp({total}), {', '.join(counts)}"


def _check_scores(scores: Scores, again: tuple[float, ...]) -> None:
    calls, n, mean, deviation, fatal, *critical = again
    assert (scores.calls, scores.mean.n, scores.fatal.hits) == (calls, n, fatal)
    assert scores.mean.value == pytest.approx(mean)
    assert scores.mean.deviation == pytest.approx(deviation, abs=1e-6)
    assert [share.hits for share in scores.critical.values()] == critical
    assert {share.of for share in (*scores.critical.values(), scores.fatal)} == {calls}


def _check_parts(told: Report, again: Recomputed) -> None:
    span, who = told.span, told.who
    for parts, column, also in (
        (told.grades, "grade", ""),
        (told.final_grades, "final_grade", "AND reviewed"),
        (told.ratings, "CAST(satisfaction AS VARCHAR)", ""),
    ):
        counted = again.rows(f"{column} AS part, count(*)", span, who, f"{also} AND part IS NOT NULL GROUP BY 1")
        assert {part.name: part.share.hits for part in parts} == dict(counted)
        assert all(part.share.of == sum(count for _, count in counted) for part in parts)
    for measure, found in told.distributions.items():
        values = [value for (value,) in again.rows(measure, span, who, f"AND {measure} IS NOT NULL")]
        assert found.calls == len(values)
        assert [one.name for one in found.bins] == [f"{bound:g}" for bound in BINS[measure]]
        for one in found.bins:
            assert one.calls == sum(bin_of(measure, value) == one.name for value in values)
    machine, people = told.any_critical
    listed = "len(CAST({}->'$.critical' AS VARCHAR[])) > 0"
    assert machine.hits == again.one("count(*)", span, who, f"AND {listed.format('said')}")
    assert people.hits == again.one("count(*)", span, who, f"AND reviewed AND {listed.format('final_said')}")


def _check_errors(told: Report, again: Recomputed) -> None:
    span, who = told.span, told.who
    for lines, of_people in ((told.errors, "FALSE"), (told.final_errors, "TRUE")):
        counted = again.rows(
            "card, item, count(DISTINCT call_id), sum(lost), count(*) FILTER (fatal)",
            span,
            who,
            f"AND by_people = {of_people} GROUP BY card, item ORDER BY 3 DESC, 4 DESC, card, item",
            "errors",
        )
        assert [(one.card, one.item, one.calls, one.fatal) for one in lines] == [(*row[:3], row[4]) for row in counted]
        assert [one.lost for one in lines] == pytest.approx([row[3] for row in counted])
        said = "final_said" if lines is told.final_errors else "said"
        cards = dict(again.rows(f"{said}->>'$.card', count(*)", span, who, f"AND {said} IS NOT NULL GROUP BY 1"))
        assert all(one.judged == cards[one.card] for one in lines)
        assert all(one.rate == one.calls / one.judged for one in lines)
        assert not lines or lines[-1].cumulative == pytest.approx(1)


def _check_trend(told: Report, again: Recomputed) -> None:
    for step in Step:
        counted = dict(again.rows(f"date_trunc('{step}', day), count(*)", told.span, told.who, "GROUP BY 1"))
        points = [point for point in told.trend(step) if point.totals.calls]
        assert sum(counted.values()) == told.totals.calls
        assert [point.totals.calls for point in points] == [counted[day] for day in sorted(counted)]


def _check_tables(told: Report, again: Recomputed) -> None:
    span, who = told.span, told.who
    for lines, column in ((told.teams, "team"), (told.agents, "agent_id, team"), (told.call_types, "call_type")):
        counted = again.rows(
            f"{column}, count(*), avg(total), count(*) FILTER (fatal)", span, who, f"GROUP BY {column}"
        )
        wanted = {row[:-3]: row[-3:] for row in counted}
        found = {(line.key, line.team) if "," in column else (line.key,): line.totals for line in lines}
        assert found.keys() == wanted.keys()
        for key, (calls, mean, fatal) in wanted.items():
            assert (found[key].calls, found[key].machine.fatal.hits) == (calls, fatal)
            assert found[key].machine.mean.value == pytest.approx(mean)


def _check_export(told: Report, again: Recomputed, rows: list[dict[str, Cell]]) -> None:
    columns = (
        *("call_id", "team", "agent_id", "call_type", "seconds", "total", "grade", "fatal", "final_total"),
        *("satisfaction", "transferred", "silence", "overlap", "rate", "response"),
    )
    raw = again.rows(", ".join(columns), told.span, told.who, "ORDER BY day, call_id")
    assert [tuple(row[name] for name in columns) for row in rows] == [
        tuple(pytest.approx(value) if isinstance(value, float) else value for value in row) for row in raw
    ]
    assert sum(row["final_fatal"] is not None for row in rows) == told.totals.reviewed.calls
    errors = [one.partition("=")[0] for row in rows for one in str(row["errors"]).split()]
    assert {f"{line.card}:{line.item}": line.calls for line in told.errors} == {
        one: errors.count(one) for one in set(errors)
    }
    assert not {"agent_name", "customer_number"} & {name for row in rows for name in row}


def _check_rules(again: Recomputed, session: Session) -> None:
    hits = rule_hits(session, Who(team="二组").during(WHOLE))
    query = "SELECT rule, count(DISTINCT score_id) FROM findings JOIN flat USING (score_id) WHERE team = ? GROUP BY 1"
    assert hits == dict(again.duck.execute(query, ["二组"]).fetchall())


def test_the_calls_behind_a_figure_are_as_many_as_it_says(mixed: Session) -> None:
    told = report(mixed, LEAD, SPAN, Who(), NOW)
    wanted: dict[tuple[str, By], int] = {("all", "machine"): told.totals.calls}
    for by, scores, grades, errors in (
        ("machine", told.totals.machine, told.grades, told.errors),
        ("people", told.totals.reviewed, told.final_grades, told.final_errors),
    ):
        wanted |= {("fatal", by): scores.fatal.hits, ("scored", by): scores.mean.n}
        wanted |= {(name, by): share.hits for name, share in scores.critical.items()}
        wanted |= {(f"grade:{grade.name}", by): grade.share.hits for grade in grades}
        wanted |= {(f"error:{one.card}:{one.item}", by): one.calls for one in errors}
    wanted |= {(f"type:{line.key}", "machine"): line.totals.calls for line in told.call_types}
    wanted |= {(f"satisfaction:{part.name}", "machine"): part.share.hits for part in told.ratings}
    for measure, found in told.distributions.items():
        wanted |= {(f"{measure}:{one.name}", "machine"): one.calls for one in found.bins}
    wanted |= {
        ("reviewed", "people"): told.totals.reviewed.calls,
        ("transferred", "machine"): told.totals.transferred.hits,
        ("satisfied", "machine"): told.totals.satisfied.hits,
        ("critical", "machine"): told.any_critical[0].hits,
        ("critical", "people"): told.any_critical[1].hits,
    }
    for (what, by), count in wanted.items():
        page = drill(mixed, LEAD, SPAN, Who(), what, by, limit=7)
        assert (what, by, page.count) == (what, by, count)
        assert len(page.lines) == min(count, 7)
    _check_pages(mixed)


def _check_pages(mixed: Session) -> None:
    """Page after page goes through all of them once."""
    seen, after = [], None
    while True:
        page = drill(mixed, LEAD, WHOLE, Who(team="一组"), "critical", "machine", after=after, limit=5)
        seen += [(line.day, line.call_id) for line in page.lines]
        if (after := page.after) is None:
            break
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == page.count > 5
