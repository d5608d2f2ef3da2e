"""How well each inspector judges, whether they are strict or lenient, and since when; the machine beside them.

Held against what was agreed (in a calibration, an appeal, or by who settled two verdicts), else against a colleague who
judged the same call alone. What everybody gets wrong counts less (`scoring.agreement.accuracy`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session

from models.clock import CHINA_TIME
from models.errors import NotFound
from models.person import Viewer
from pipeline.calibration.answers import AnswerBook
from pipeline.calibration.cases import SOURCES, Comparisons, comparisons, machine_cases
from pipeline.calibration.drifts import Drift, drifts
from pipeline.calibration.sheet import Asked, Sheet, sheet
from scoring.agreement.accuracy import NOBODY, Cases, Difficulty, difficulty
from scoring.agreement.differences import bias, within
from scoring.agreement.figure import Figure, one_answer
from scoring.agreement.ratings import Floats, Integers
from scoring.agreement.raw import mean_share
from scoring.agreement.strictness import strictness
from storage.calibration.agreement import user_names

WEEKS = 12
"""Shown of each inspector, up to the newest verdict."""


@dataclass(frozen=True, slots=True)
class Week:
    """`accuracy` as in `Inspector`, of the week that began on `monday`."""

    monday: date
    accuracy: Figure


@dataclass(frozen=True, slots=True)
class Inspector:
    """`user_id` None is the machine, of which nobody's figures depend.

    `accuracy`: the share of items judged as was agreed, or as a colleague judged them; each call counts once. It would
    be `adjusted` in everybody's cases. `bias`: points given more than agreed, or than colleagues gave; `adjusted_bias`
    with what colleagues are like taken out. `within`: the share of totals at most 5 points apart. `sources` are the
    calls this rests on, by how it is known what is right. `hours` spent on `verdicts`.
    """

    user_id: int | None
    name: str
    verdicts: int
    hours: float | None
    sources: Mapping[str, int]
    accuracy: Figure
    adjusted: Figure
    bias: Figure
    adjusted_bias: Figure
    within: Figure
    weeks: tuple[Week, ...] = ()
    drifts: tuple[Drift, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspectors:
    """The least accurate first, those of whom too little is known last."""

    asked: Asked
    verdicts: int
    inspectors: tuple[Inspector, ...]
    machine: Inspector


@dataclass(frozen=True, slots=True)
class _Fit:
    found: Sheet
    compared: Comparisons
    model: Difficulty | None
    biases: list[Figure]
    names: Mapping[int, str]
    drifts: Mapping[int, tuple[Drift, ...]]


def inspectors(session: Session, asked: Asked, book: AnswerBook | None = None) -> Inspectors:
    fit = _fit(session, asked, book)
    everybody = tuple(_inspector(fit, person) for person in range(len(fit.compared.people)))
    return Inspectors(asked, len(fit.found.lines), tuple(sorted(everybody, key=_order)), _machine(fit))


def own_figures(session: Session, viewer: Viewer, asked: Asked, book: AnswerBook | None = None) -> Inspector:
    """The viewer's own, measured as everybody's are.

    Raises:
        NotFound: they gave no verdict in the period.
    """
    fit = _fit(session, asked, book)
    if viewer.user_id is None or viewer.user_id not in fit.compared.people:
        raise NotFound("pipeline.agreement_none_of_yours")
    return _inspector(fit, list(fit.compared.people).index(viewer.user_id))


def _fit(session: Session, asked: Asked, book: AnswerBook | None) -> _Fit:
    found = sheet(session, book or AnswerBook(), asked)
    compared = comparisons(found)
    people = len(compared.people)
    model = difficulty(compared.cases, people) if len(compared.cases.right) else None
    return _Fit(
        found=found,
        compared=compared,
        model=model,
        biases=strictness(compared.apart, compared.first, compared.second, compared.calls, people),
        names=user_names(session, compared.people),
        drifts=drifts(compared, model, _days(found)),
    )


def _inspector(fit: _Fit, person: int) -> Inspector:
    compared, user_id = fit.compared, fit.compared.people[person]
    lines = [line for line in fit.found.lines if line.user_id == user_id]
    seconds = [line.seconds for line in lines if line.seconds is not None]
    cases = compared.cases.of(person)
    apart, calls = _own_points(compared, person)
    accuracy = mean_share(cases.right, cases.calls)
    return Inspector(
        user_id=user_id,
        name=fit.names.get(user_id, ""),
        verdicts=len(lines),
        hours=sum(seconds) / 3600 if seconds else None,
        sources=_sources(compared, person),
        accuracy=accuracy,
        adjusted=_adjusted(fit, person, accuracy),
        bias=bias(apart, calls.tolist()),
        adjusted_bias=fit.biases[person],
        within=within(apart, calls.tolist()),
        weeks=_weeks(cases, _days(fit.found)),
        drifts=fit.drifts.get(person, ()),
    )


def _adjusted(fit: _Fit, person: int, accuracy: Figure) -> Figure:
    if fit.model is None:
        return one_answer(accuracy.n) if accuracy.insufficient is None else accuracy
    return fit.model.adjusted(person)


def _own_points(compared: Comparisons, person: int) -> tuple[Floats, Integers]:
    """What this person gave more, and in which calls."""
    mine = (compared.first == person) | (compared.second == person)
    return np.where(compared.second[mine] == person, -1, 1) * compared.apart[mine], compared.calls[mine]


def _lenience(fit: _Fit, others: Integers) -> Floats:
    """What those one is held against give more than is right, as far as it is known."""
    known = np.array([figure.value or 0.0 for figure in fit.biases] + [0.0])
    return np.asarray(known[others])


def _sources(compared: Comparisons, person: int) -> Mapping[str, int]:
    cases = compared.cases
    mine = (cases.first == person) | (cases.second == person)
    calls, source = cases.calls[mine], compared.source[mine]
    counts = {name: len(np.unique(calls[source == place])) for place, name in enumerate(SOURCES)}
    return {name: count for name, count in counts.items() if count}


def _days(found: Sheet) -> Mapping[int, datetime]:
    """When each call was judged last."""
    return {line.call_id: line.at for line in found.lines}


def _weeks(cases: Cases, days: Mapping[int, datetime]) -> tuple[Week, ...]:
    calls, index = np.unique(cases.calls, return_inverse=True)
    if not len(calls):
        return ()
    mondays = np.array([_monday(days[int(call)]).toordinal() for call in calls], dtype=np.int64)[index]
    newest = int(mondays.max())
    weeks = range(newest - 7 * (WEEKS - 1), newest + 1, 7)
    return tuple(
        Week(date.fromordinal(week), mean_share(cases.right[mondays == week], cases.calls[mondays == week]))
        for week in weeks
        if week >= int(mondays.min())
    )


def _monday(at: datetime) -> date:
    day = at.astimezone(CHINA_TIME).date()
    return day - timedelta(days=day.weekday())


def _machine(fit: _Fit) -> Inspector:
    """As an inspector who judged every call that people are held against."""
    found, cases = fit.found, machine_cases(fit.found, fit.compared)
    accuracy = mean_share(cases.right, cases.calls)
    compared = fit.compared
    people = np.where(
        compared.second == NOBODY, found.agreed_totals[compared.apart_rows], found.totals[compared.apart_rows]
    )
    apart = found.machine_totals[compared.apart_rows] - people
    there = ~np.isnan(apart)
    calls = compared.calls[there].tolist()
    lenient = _lenience(fit, np.where(compared.second == NOBODY, NOBODY, compared.first))
    sources = {
        name: len(np.unique(compared.cases.calls[compared.source == place])) for place, name in enumerate(SOURCES)
    }
    return Inspector(
        user_id=None,
        name="",
        verdicts=len({line.score_id for line in found.lines if line.score_id is not None}),
        hours=None,
        sources={name: count for name, count in sources.items() if count},
        accuracy=accuracy,
        adjusted=accuracy if fit.model is None else fit.model.adjusted_outsider(cases),
        bias=bias(apart[there], calls),
        adjusted_bias=bias((apart + lenient)[there], calls),
        within=within(apart[there], calls),
        weeks=_weeks(cases, _days(found)),
    )


def _order(one: Inspector) -> tuple[bool, float, str]:
    return (one.adjusted.value is None, one.adjusted.value or 0.0, one.name)
