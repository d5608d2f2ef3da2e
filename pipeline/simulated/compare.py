"""What is estimated of a simulated centre, beside what is known to be true of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.clock import CHINA_TIME
from models.errors import NotFound
from models.person import Viewer
from pipeline.calibration.agreement import Figures, machine_agreements
from pipeline.calibration.answers import AnswerBook
from pipeline.calibration.inspectors import inspectors
from pipeline.calibration.sheet import Asked
from pipeline.effects.windows import Effect, effect_of
from pipeline.reports.errors import pareto
from pipeline.reports.report import Report
from pipeline.reports.span import DaySpan
from pipeline.reports.totals import Mean
from pipeline.reports.who import Who
from pipeline.sampling import estimates
from pipeline.sampling.drawn import Standing
from pipeline.simulated.mark import InspectorTruth, ItemTruth, LessonTruth, Mark, find_mark
from pipeline.simulated.mark import Mean as TrueMean
from scoring.agreement.figure import Figure
from scoring.sampling.period import Span


@dataclass(frozen=True, slots=True)
class Beside:
    """An estimate with its interval beside the truth; None where too little is known.

    `naive` is the plain mean of the calls heard.
    """

    name: str
    truth: float
    value: float | None
    low: float | None
    high: float | None
    naive: float | None = None
    calls: int = 0
    heard: int = 0

    @property
    def inside(self) -> bool | None:
        """Whether the interval has the truth in it."""
        if self.low is None or self.high is None:
            return None
        return self.low <= self.truth <= self.high


@dataclass(frozen=True, slots=True)
class ItemBeside:
    """`rate`: the share of all calls in which the machine found it.

    `recall` and `precision` are against people's verdicts, which are of picked calls. `true_precision` follows from the
    true rate and the machine's true hits.
    """

    id: str
    rate: Beside
    truth: ItemTruth
    recall: Figure | None
    precision: Figure | None

    @property
    def true_precision(self) -> float | None:
        if self.truth.hit is None or self.truth.false_hit is None:
            return None
        right = self.truth.rate * self.truth.hit
        wrong = (1 - self.truth.rate) * self.truth.false_hit
        return right / (right + wrong) if right + wrong else None


@dataclass(frozen=True, slots=True)
class InspectorBeside:
    bias: Beside
    truth: InspectorTruth


@dataclass(frozen=True, slots=True)
class LessonBeside:
    """`effect` is None where no window was fixed."""

    truth: LessonTruth
    effect: Effect | None

    @property
    def inside(self) -> bool | None:
        change = None if self.effect is None else self.effect.change
        return None if change is None else change.low <= self.truth.seen <= change.high


@dataclass(frozen=True, slots=True)
class Comparison:
    """`machine` is the plain mean of the machine's scores of all calls; `centre` None before anything was drawn."""

    mark: Mark
    span: DaySpan
    machine: Mean
    centre: Beside | None
    teams: tuple[Beside, ...]
    agents: tuple[Beside, ...]
    items: tuple[ItemBeside, ...]
    inspectors: tuple[InspectorBeside, ...]
    lessons: tuple[LessonBeside, ...]

    def inside(self, of: Sequence[Beside]) -> tuple[int, int]:
        """How many of the intervals have the truth in them, and how many there are."""
        known = [one.inside for one in of if one.inside is not None]
        return sum(known), len(known)


def compare(session: Session, viewer: Viewer, now: datetime) -> Comparison:
    """Read everything anew.

    Raises:
        NotFound: the centre is not simulated.
        Forbidden: the viewer does not see the whole centre.
    """
    mark = find_mark(session)
    if mark is None:
        raise NotFound("pipeline.not_simulated")
    first, last = (at.astimezone(CHINA_TIME).date() for at in (mark.first, mark.drawn_to - timedelta(seconds=1)))
    span = DaySpan(first, max(first, last))
    book = AnswerBook()
    found = estimates.report(session, viewer, mark.plan_id, Span(mark.first, mark.drawn_to))
    return Comparison(
        mark=mark,
        span=span,
        machine=Report(session, viewer, span, Who(), now).totals.machine.mean,
        centre=None if found.centre is None else _standing(found.centre, mark.centre),
        teams=_standings(found.teams, mark.teams),
        agents=_standings(found.agents, mark.agents),
        items=_items(session, viewer, mark, span, book),
        inspectors=_inspectors(session, mark, book),
        lessons=tuple(
            LessonBeside(one, None if one.effect_id is None else effect_of(session, viewer, one.effect_id, now))
            for one in mark.lessons
        ),
    )


def _standings(found: Sequence[Standing], truth: dict[str, TrueMean]) -> tuple[Beside, ...]:
    return tuple(_standing(one, truth[one.key]) for one in found if one.key in truth)


def _standing(one: Standing, truth: TrueMean) -> Beside:
    interval = one.mean.interval
    return Beside(
        name=truth.name,
        truth=truth.mean,
        value=None if interval is None else interval.value,
        low=None if interval is None else interval.low,
        high=None if interval is None else interval.high,
        naive=one.naive,
        calls=one.mean.population,
        heard=one.mean.heard,
    )


def _items(session: Session, viewer: Viewer, mark: Mark, span: DaySpan, book: AnswerBook) -> tuple[ItemBeside, ...]:
    agreed = machine_agreements(session, mark.card, mark.first, by="score", book=book)
    lines = {line.item: line for line in pareto(session, viewer, span, Who(), by_people=False, limit=None)}
    found: list[ItemBeside] = []
    for item, truth in mark.items.items():
        line, figures = lines.get(item), agreed.get(item)
        if truth.hit is None or line is None:
            continue
        rate = Beside(line.name, truth.rate, line.rate, *line.interval, calls=line.judged, heard=line.calls)
        found.append(ItemBeside(item, rate, truth, *_hits(figures)))
    return tuple(sorted(found, key=lambda one: -one.rate.truth))


def _hits(figures: Figures | None) -> tuple[Figure | None, Figure | None]:
    return (None, None) if figures is None else (figures.recall, figures.precision)


def _inspectors(session: Session, mark: Mark, book: AnswerBook) -> tuple[InspectorBeside, ...]:
    found = {one.user_id: one for one in inspectors(session, Asked(mark.card), book).inspectors}
    lines: list[InspectorBeside] = []
    for user_id, truth in mark.inspectors.items():
        one = found.get(user_id)
        bias = None if one is None else one.adjusted_bias
        known = (None, None, None) if bias is None else (bias.value, bias.low, bias.high)
        beside = Beside(truth.name, truth.bias, *known, calls=0 if one is None else one.verdicts)
        lines.append(InspectorBeside(beside, truth))
    return tuple(lines)
