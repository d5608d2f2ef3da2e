"""Where an effect will be looked for, fixed before there is anything to see, and what is then seen there.

The days, the items, who is trained and whom they are compared with are written down once and never changed: nobody can
look for the weeks and people in which a training seems to have worked.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, Forbidden, NotFound
from models.person import Right, Viewer
from models.reason import Reason
from models.tables import EffectRow
from pipeline.actions.scope import in_team
from pipeline.reports.item_rates import agents_call_types, item_counts
from pipeline.reports.span import today
from scoring.effect.change import LEAST_CALLS, LEAST_OTHERS, Change, change, has_calls
from scoring.effect.comparable import Candidate, comparable
from scoring.effect.counts import AgentCounts, Rate, rate_after, rate_before
from storage.actions import effects

WEEKS = 4
MOST_WEEKS = 26
DAY = timedelta(days=1)
READERS = (Right.REPORTS, Right.TRAIN, Right.CORRECT)


@dataclass(frozen=True, slots=True)
class Effect:
    """What is seen in a window by now. `change` is None while it is too early, and where there is too little.

    `verdict` is `pipeline.effect_` too_early, too_few, no_others, improved, worse or no_difference. `agents` and
    `others` are counted one by one.
    """

    row: EffectRow
    trained_before: Rate
    trained_after: Rate
    others_before: Rate
    others_after: Rate
    change: Change | None
    verdict: Reason
    agents: tuple[AgentCounts, ...]
    others: tuple[AgentCounts, ...]
    days_left: int

    @property
    def outcome(self) -> str:
        """The verdict's code without its room: too_early, improved..."""
        return self.verdict.code.removeprefix("pipeline.effect_")

    @property
    def lacks_others(self) -> int | None:
        """Known from the start: how many more comparable agents it would take to say anything; None where enough."""
        missing = LEAST_OTHERS - len(self.row.compared)
        return missing if missing > 0 else None


def fix_window(
    session: Session,
    *,
    source: str,
    source_id: int,
    title: str,
    card: str,
    items: Sequence[str],
    trained: Collection[str],
    team: str,
    starts_on: date,
    now: datetime,
    by: str,
    weeks: int = WEEKS,
) -> EffectRow:
    """Fix it: so many weeks before `starts_on`, the day of training, against as many after that day.

    Those to compare with are chosen now, by their error rates in the newest weeks there are. There may be none.

    Raises:
        BadInput: no items or nobody to train; or the day is over, and what came after could have been seen.
        Conflict: this training or action has its window.
    """
    begun = today(now)
    if not items or not trained:
        raise BadInput("pipeline.effect_of_nothing")
    if starts_on < begun:
        raise BadInput("pipeline.effect_begun", day=starts_on.isoformat(), today=begun.isoformat())
    if not 1 <= weeks <= MOST_WEEKS:
        raise BadInput("pipeline.effect_weeks", most=MOST_WEEKS)
    if effects.of_source(session, source, source_id) is not None:
        raise Conflict("pipeline.effect_fixed", title=title)
    length = weeks * 7 * DAY
    row = EffectRow(
        source=source,
        source_id=source_id,
        team=team,
        title=title,
        card=card,
        items=sorted(set(items)),
        trained=sorted(set(trained)),
        compared=[],
        before_from=starts_on - length,
        before_to=starts_on - DAY,
        after_from=starts_on + DAY,
        after_to=starts_on + length,
        fixed_by=by,
        fixed_at=now,
    )
    row.compared = list(_others(session, row, last=min(row.before_to, begun - DAY), length=length))
    session.add(row)
    session.flush()
    return row


def effect_of(session: Session, viewer: Viewer, effect_id: int, now: datetime) -> Effect:
    """What is seen in it by now.

    Raises:
        NotFound: there is none, or it is another team's.
        Forbidden: effects are not for them.
    """
    if not any(viewer.may(right) for right in READERS):
        raise Forbidden("api.forbidden")
    row = effects.find(session, effect_id)
    if row is None or not in_team(viewer, row.team):
        raise NotFound("pipeline.no_effect", id=effect_id)
    return seen_in(session, row, now)


def seen_in(session: Session, row: EffectRow, now: datetime) -> Effect:
    """As `effect_of`, of a window whose reader was checked."""
    counted = _counted(session, row)
    agents = tuple(counted[one] for one in row.trained)
    others = tuple(counted[one] for one in row.compared)
    left = max((row.after_to - today(now)).days + 1, 0)
    found = None if left else change(agents, others)
    return Effect(
        row=row,
        trained_before=rate_before(agents),
        trained_after=rate_after(agents),
        others_before=rate_before(others),
        others_after=rate_after(others),
        change=found,
        verdict=_verdict(row, agents, others, found, left),
        agents=agents,
        others=others,
        days_left=left,
    )


def _verdict(
    row: EffectRow, agents: Sequence[AgentCounts], others: Sequence[AgentCounts], found: Change | None, left: int
) -> Reason:
    if left:
        return Reason("pipeline.effect_too_early", {"day": row.after_to.isoformat(), "days": left})
    if found is None:
        compared = sum(one.in_both for one in others)
        if has_calls(agents) and compared < LEAST_OTHERS:
            return Reason("pipeline.effect_no_others", {"others": compared, "least": LEAST_OTHERS})
        before, after = rate_before(agents).calls, rate_after(agents).calls
        return Reason("pipeline.effect_too_few", {"before": before, "after": after, "least": LEAST_CALLS})
    low, high = _points(found.low), _points(found.high)
    if found.high < 0:
        facts = {"points": _points(-found.value), "low": _points(-found.high), "high": _points(-found.low)}
        return Reason("pipeline.effect_improved", facts)
    if found.low > 0:
        return Reason("pipeline.effect_worse", {"points": _points(found.value), "low": low, "high": high})
    return Reason("pipeline.effect_no_difference", {"fewer": _points(-found.low), "more": high})


def _points(share: float) -> float:
    """A difference of shares as percentage points, to one decimal."""
    return round(100 * share, 1)


def _counted(session: Session, row: EffectRow) -> dict[str, AgentCounts]:
    everyone = [*row.trained, *row.compared]
    before = _sums(session, row, everyone, row.before_from, row.before_to)
    after = _sums(session, row, everyone, row.after_from, row.after_to)
    return {one: AgentCounts(one, *before[one], *after[one]) for one in everyone}


def _sums(
    session: Session, row: EffectRow, agents: Collection[str] | None, first: date, last: date
) -> defaultdict[str, tuple[int, int]]:
    """Calls, and those with an error, by agent."""
    sums: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in item_counts(session, row.card, row.items, agents, first, last):
        calls, errors = sums[one.agent_id]
        sums[one.agent_id] = calls + one.calls, errors + one.errors
    return sums


def _others(session: Session, row: EffectRow, *, last: date, length: timedelta) -> tuple[str, ...]:
    """Those to compare with; nobody who is corrected on the same items in the same weeks."""
    first = last - length + DAY
    types = agents_call_types(session, row.card, first, last)
    counts = _sums(session, row, None, first, last)
    taught = {
        agent_id
        for other in effects.overlapping(session, row.card, row.before_from, row.after_to)
        if set(other.items) & set(row.items)
        for agent_id in other.trained
    }
    everyone = [Candidate(one, *counts[one], types[one]) for one in sorted(types) if one]
    trained = [one for one in everyone if one.agent_id in row.trained]
    return comparable(trained, [one for one in everyone if one.agent_id not in taught])
