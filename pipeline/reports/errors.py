"""Which items cost calls points, and the calls behind them: the Pareto of error items."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.facts import CallFactLine
from models.person import Viewer
from pipeline.reports.drill import Place, drilled_error
from pipeline.reports.span import DaySpan
from pipeline.reports.who import Who, scope_of
from scoring.wilson import share
from storage.reports.figures import ErrorSum, cards_scored, error_sums


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """An item that cost points in `calls` of the `judged` calls that were scored on its scorecard.

    `rate` is calls / judged with its 95 % Wilson `interval` (low, high): by the machine over all calls; by people among
    the reviewed ones, which were not picked by chance alone and stand for no others. `lost` is in points; `share` is of
    all errors of the period, `cumulative` with those of the lines above. `fatal` calls were failed by it.
    `before_rate` is that of the period before, None where nothing was scored on the card then.
    """

    card: str
    item: str
    name: str
    item_class: str
    calls: int
    judged: int
    rate: float
    interval: tuple[float, float]
    lost: float
    share: float
    cumulative: float
    fatal: int
    before_rate: float | None


def pareto(
    session: Session, viewer: Viewer, span: DaySpan, who: Who, *, by_people: bool, limit: int | None = 20
) -> tuple[ErrorLine, ...]:
    """The items with errors in most calls first, of those in as many the one that cost more points.

    `by_people` counts final scores in force, which only reviewed calls have; else the machine's over all calls.

    Raises:
        NotFound: `who` is not the viewer's to see.
    """
    who = scope_of(viewer, who.team, who.agent_id)
    now = _counted(session, span, who, by_people=by_people)
    before = _counted(session, span.before(), who, by_people=by_people)
    return _lines(*now, *before, limit=limit)


def calls_with_error(  # noqa: PLR0917  (whose, when, and which item: as the contract of the parts has it)
    session: Session,
    viewer: Viewer,
    span: DaySpan,
    who: Who,
    card: str,
    item: str,
    *,
    by_people: bool | None,
    after: Place | None = None,
    limit: int,
) -> tuple[CallFactLine, ...]:
    """Calls an item cost points in, latest day first; `lost` says how many. Those after the call `after`.

    `by_people` None takes either, what people said before what the machine said. Calls on which the machine's say is
    hidden from the viewer are left out where the machine is asked.

    Raises:
        NotFound: `who` is not the viewer's to see.
    """
    who = scope_of(viewer, who.team, who.agent_id)
    return drilled_error(session, viewer, span, who, (card, item), by_people=by_people, after=after, limit=limit)


_Counted = tuple[list[ErrorSum], dict[str, int]]


def _counted(session: Session, span: DaySpan, who: Who, *, by_people: bool) -> _Counted:
    wanted = who.during(span)
    return error_sums(session, wanted, by_people=by_people), cards_scored(session, wanted, by_people=by_people)


def _lines(
    sums: Iterable[ErrorSum],
    judged: dict[str, int],
    before: Iterable[ErrorSum],
    judged_before: dict[str, int],
    *,
    limit: int | None,
) -> tuple[ErrorLine, ...]:
    ordered = sorted(sums, key=lambda one: (-one.calls, -one.lost, one.card, one.item))
    errors = sum(one.calls for one in ordered)
    calls_before = {(one.card, one.item): one.calls for one in before}
    lines: list[ErrorLine] = []
    above = 0
    for one in ordered[:limit]:
        above += one.calls
        # A reviewed call's card may be another than the machine's: never fewer were judged than had the error.
        rate = share(one.calls, max(judged.get(one.card, 0), one.calls))
        of_before = judged_before.get(one.card, 0)
        lines.append(
            ErrorLine(
                card=one.card,
                item=one.item,
                name=one.name,
                item_class=one.item_class,
                calls=one.calls,
                judged=rate.of,
                rate=rate.share or 0.0,
                interval=(rate.low, rate.high),
                lost=one.lost,
                share=one.calls / errors,
                cumulative=above / errors,
                fatal=one.fatal,
                before_rate=calls_before.get((one.card, one.item), 0) / of_before if of_before else None,
            )
        )
    return tuple(lines)
