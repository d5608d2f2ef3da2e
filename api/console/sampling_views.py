"""What the pages of sampling and estimates show, typed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor

from api.console.formats import number
from api.console.wording import Wording
from models.call import AgentStage, Direction
from models.reason import Fact
from pipeline.sampling.drawing import Preview
from pipeline.sampling.drawn import Standing
from pipeline.sampling.estimates import Report
from pipeline.sampling.plans import DrawBrief, Picked, Plan
from scoring.sampling.estimate import Estimate
from scoring.sampling.period import Span
from scoring.sampling.plan import DEFAULT_BEYOND, DEFAULT_TARGETS, Sign, Target
from scoring.sampling.summary import Summary

HOUR = 3600
BAR = 220
"""Pixels an interval's picture is wide."""


def hours(seconds: float) -> str:
    """`0.4`, `3.1`, `31`."""
    value = seconds / HOUR
    return number(round(value, 1) if value < 10 else round(value))


def days(span: Span, t: Wording) -> str:
    if span.first == span.last:
        return span.first.isoformat()
    return t("sampling_days", first=span.first.isoformat(), last=span.last.isoformat())


@dataclass(frozen=True, slots=True)
class PlansPage:
    """Each plan with its latest draw; `draws` are the newest of all."""

    plans: Sequence[tuple[Plan, DrawBrief | None]]
    draws: Sequence[tuple[DrawBrief, str]]

    hours = staticmethod(hours)
    days = staticmethod(days)


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A reason in the form: chosen or not; `has_bound` where it has a threshold."""

    target: Target
    chosen: bool
    has_bound: bool


@dataclass(frozen=True, slots=True)
class PlanPage:
    plan: Plan
    span: Span
    draws: Sequence[DrawBrief]

    stages = tuple(AgentStage)
    directions = tuple(Direction)
    periods = ("day", "week", "month", "range")
    hours = staticmethod(hours)
    days = staticmethod(days)

    @property
    def targets(self) -> list[TargetLine]:
        """Every reason there is; what the plan does not ask for as it would be by default."""
        own = {target.sign: target for target in self.plan.plan.targets}
        usual = {target.sign: target for target in DEFAULT_TARGETS}
        lines: list[TargetLine] = []
        for sign in Sign:
            target = own.get(sign) or usual.get(sign) or Target(sign=sign)
            if target.beyond is None and sign in DEFAULT_BEYOND:
                target = target.model_copy(update={"beyond": DEFAULT_BEYOND[sign]})
            lines.append(TargetLine(target, sign in own, sign in DEFAULT_BEYOND))
        return lines


@dataclass(frozen=True, slots=True)
class SummaryPiece:
    """A draw's figures, wherever they are shown."""

    summary: Summary

    hours = staticmethod(hours)

    def sentence(self, t: Wording) -> str:
        summary, people = self.summary, self.summary.inspectors
        facts: dict[str, Fact] = {"picked": summary.picked, "calls": summary.calls, "hours": hours(summary.seconds)}
        if not people:
            return t("preview_sentence_alone", **facts)
        each = -(-(summary.picked + summary.double) // people)
        return t("preview_sentence", **facts, inspectors=people, each=each, each_hours=hours(summary.seconds / people))


@dataclass(frozen=True, slots=True)
class PreviewPiece:
    preview: Preview
    piece: SummaryPiece


@dataclass(frozen=True, slots=True)
class DrawPage:
    draw: DrawBrief
    plan: Plan
    piece: SummaryPiece
    calls: Sequence[Picked]
    is_first: bool
    next: int | None

    days = staticmethod(days)


@dataclass(frozen=True, slots=True)
class Scale:
    """Points on which intervals are drawn, as pixels."""

    low: float
    high: float

    def at(self, value: float) -> float:
        return round(BAR * (min(max(value, self.low), self.high) - self.low) / (self.high - self.low), 1)


@dataclass(frozen=True, slots=True)
class EstimatesPage:
    """`report` is None where there is no plan at all."""

    plans: Sequence[Plan]
    span: Span | None
    report: Report | None

    bar = BAR
    days = staticmethod(days)

    def sections(self) -> list[tuple[str, str, Sequence[Standing]]]:
        """Title's word, first column's word, and the lines of each table."""
        assert self.report is not None
        found = (
            ("estimates_teams", "estimates_team", self.report.teams),
            ("estimates_types", "estimates_type", self.report.types),
            ("estimates_agents", "estimates_agent", self.report.agents),
        )
        return [one for one in found if one[2]]

    @property
    def scale(self) -> Scale:
        """From the tens below the lowest number shown up to 100."""
        assert self.report is not None
        shown = [self.report.centre, *self.report.teams, *self.report.types, *self.report.agents]
        lows = [one.mean.interval.low for one in shown if one and one.mean.interval]
        naive = [one.naive for one in shown if one and one.naive is not None]
        return Scale(max(0, min(90, 10 * floor(min([*lows, *naive, 90]) / 10))), 100)

    @staticmethod
    def field(column: str) -> str:
        """The list's filter that a table's lines lead to."""
        return {"estimates_agent": "agent_id", "estimates_team": "team", "estimates_type": "call_type"}[column]

    def difference(self, standing: Standing, t: Wording) -> str:
        """How far the plain mean is off, in words."""
        if standing.mean.interval is None or standing.naive is None:
            return ""
        off = standing.naive - standing.mean.interval.value
        if abs(off) < 0.1:
            return t("estimates_same")
        return t("estimates_lower" if off < 0 else "estimates_higher", n=number(round(abs(off), 1)))

    @staticmethod
    def points(estimate: Estimate) -> str:
        return number(round(estimate.interval.value, 1)) if estimate.interval else "–"

    @staticmethod
    def share(estimate: Estimate) -> str:
        return f"{estimate.interval.value:.1%}" if estimate.interval else "–"

    @staticmethod
    def bounds(estimate: Estimate, *, as_share: bool = False) -> tuple[str, str]:
        """The interval's ends, as they are written; never beyond what a score or a share can be."""
        assert estimate.interval is not None
        most = 1.0 if as_share else 100.0
        write: Callable[[float], str] = (
            (lambda value: f"{value:.1%}") if as_share else (lambda value: number(round(value, 1)))
        )
        return write(max(0.0, estimate.interval.low)), write(min(most, estimate.interval.high))
