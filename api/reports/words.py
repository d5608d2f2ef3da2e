"""Days and figures in words: a period's name, and what a list of calls behind a figure is a list of."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.console.wording import Wording
from api.reports.queries import Asked
from models.facts import BINS, CRITICAL_BITS, bin_name
from models.tables import ErrorFactRow
from pipeline.reports.drill import By, Question, parse_question
from pipeline.reports.span import DaySpan
from pipeline.simulated.mark import is_simulated

CRITICAL = tuple(CRITICAL_BITS)

UNITS = {"silence": "seconds", "overlap": "seconds", "rate": "rate", "response": "seconds", "total": "points"}
"""Measure → the word of what it is counted in (`report_unit_<word>`)."""


def days(span: DaySpan, t: Wording) -> str:
    if span.days == 1:
        return span.first.isoformat()
    if span.is_month:
        return t("report_month", year=span.first.year, month=f"{span.first.month:02}")
    return t("report_days", first=span.first.isoformat(), last=span.last.isoformat())


def period(asked: Asked, t: Wording) -> str:
    """`2026 年第 46 周（11-09 至 11-15）`, `2026 年 11 月`, or the days."""
    span = asked.span
    if asked.period == "week":
        year, week, _ = span.first.isocalendar()
        return t("report_week", year=year, week=week, first=f"{span.first:%m-%d}", last=f"{span.last:%m-%d}")
    return days(span, t)


def team(name: str, t: Wording) -> str:
    return name or t("no_team")


def whose(asked: Asked, t: Wording, agent_name: str | None = None) -> str:
    who = asked.who
    parts = [] if who.team is None else [team(who.team, t)]
    if who.agent_id is not None:
        parts.append(" ".join(filter(None, (agent_name, who.agent_id))) or t("unknown"))
    return " · ".join(parts) or t("report_centre")


def of_whom(session: Session, asked: Asked, t: Wording) -> str:
    """`whose` for what leaves the pages, where no banner says that the centre is made up."""
    said = whose(asked, t)
    return f"{said} · {t('simulated_data')}" if is_simulated(session) else said


def figure(question: str, by: By, t: Wording, session: Session | None = None) -> str:
    """What a list of calls is a list of: `差错项“不推诿”（机器预评分）`."""
    asked = parse_question(question, by)
    said = t("report_by_people" if asked.by_people else "report_by_machine")
    if asked.kind == "error":
        return t("report_what_error", item=_item_name(session, asked), by=said)
    if asked.kind == "grade":
        return t("report_what_grade", grade=asked.value, by=said)
    if asked.kind == "type":
        return t("report_what_type", type=asked.value or t("unknown"))
    if asked.kind == "satisfaction":
        return t("report_what_satisfaction", n=asked.value)
    if asked.value:
        measure = asked.kind.removeprefix("final_")
        reach = bin_words(measure, asked.value, t)
        return t(f"report_what_{measure}", reach=reach, by=said)
    is_judged = asked.kind in {"fatal", "critical", "scored"} or asked.kind.endswith("_critical")
    return t(f"report_what_{asked.kind}") + (said if is_judged else "")


def bin_words(measure: str, bound: str, t: Wording) -> str:
    """`5–10 秒`, `300 秒以上`."""
    low, high = bin_ends(measure, bound)
    unit = t(f"report_unit_{UNITS[measure]}")
    if high is None:
        return t("report_bin_above", low=low, unit=unit)
    return t("report_bin", low=low, high=high, unit=unit)


def bin_ends(measure: str, bound: str) -> tuple[str, str | None]:
    """From a bin's lower bound to the next one's; the last has no end."""
    names = [bin_name(one) for one in BINS[measure]]
    after = names.index(bound) + 1
    return bound, names[after] if after < len(names) else None


def _item_name(session: Session | None, asked: Question) -> str:
    """As it was called when it last cost a call points."""
    if session is None:
        return asked.value
    query = (
        select(ErrorFactRow.name)
        .where(ErrorFactRow.card == asked.card, ErrorFactRow.item == asked.value)
        .where(ErrorFactRow.by_people.in_((False, True)))
        .order_by(ErrorFactRow.day.desc())
    )
    return session.scalars(query.limit(1)).first() or asked.value
