"""What the pages of corrective actions, effects, ledgers and meetings show, typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.action import LedgerKind
from models.tables import TrainingSessionRow, UserRow
from pipeline.actions.grounds import Grounds
from pipeline.actions.items import CardItems
from pipeline.actions.ladder import LadderVersion
from pipeline.actions.ledger import LedgerPage
from pipeline.actions.listing import ActionPage, OneAction, OwnAction
from pipeline.actions.meetings import Meeting, MeetingPage
from pipeline.actions.proposals import Proposal
from pipeline.effects.listing import EffectPage
from pipeline.effects.windows import Effect
from pipeline.reports.span import DaySpan
from storage.actions.ledger import Standing

Names = Mapping[tuple[str, str], str]
"""Of items, by card and item."""


_NUMBER = (int, float)
GROUNDS: Mapping[str, Mapping[str, tuple[type, ...]]] = {
    "figure": {
        "name": (str,),
        "from": (str,),
        "to": (str,),
        "calls": _NUMBER,
        "judged": _NUMBER,
        "low": _NUMBER,
        "high": _NUMBER,
    },
    "cost": {"name": (str,), "lost": _NUMBER},
    "point": {"point": (str,)},
}


def _holds(why: Mapping[str, Any], known: Mapping[str, tuple[type, ...]]) -> bool:
    return all(isinstance(why.get(name), kinds) for name, kinds in known.items())


@dataclass(frozen=True, slots=True)
class ActionsPage:
    listed: ActionPage
    counts: Mapping[str, int]
    shown: str
    team: str
    agent_id: str
    mine: bool
    teams: Sequence[str]
    names: Names
    today: date
    next: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class NewActionPage:
    """`earlier` is how often the agent was corrected on these items before; None where no agent is named."""

    grounds: Grounds
    cards: Sequence[CardItems]
    teams: Sequence[str]
    owners: Sequence[UserRow]
    owner_id: int | None
    earlier: int | None
    step: str | None
    latest: date


@dataclass(frozen=True, slots=True)
class OneActionPage:
    one: OneAction
    names: Names
    owners: Sequence[UserRow]
    late: int
    today: date
    latest: date

    @property
    def ground(self) -> str | None:
        """What its `why` can be told as, figure, cost or point; whoever opens one over the API may say anything."""
        why = self.one.row.why
        return next((name for name, known in GROUNDS.items() if _holds(why, known)), None)


@dataclass(frozen=True, slots=True)
class MyActionsPage:
    own: Sequence[OwnAction]
    names: Names
    ledger: LedgerPage
    standing: Standing | None
    year: int
    next: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class EffectsPage:
    listed: EffectPage
    names: Names
    source: str
    next: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class OneEffectPage:
    """Of a training its plan, and its sessions that are not on the effect's day."""

    effect: Effect
    names: Names
    agents: Mapping[str, str]
    shows_others: bool
    plan_id: int | None
    right_day: date
    other_days: Sequence[TrainingSessionRow]


@dataclass(frozen=True, slots=True)
class LedgersPage:
    listed: LedgerPage
    standings: Sequence[Standing]
    proposals: Sequence[Proposal]
    kinds: Sequence[LedgerKind]
    month: DaySpan
    months: Sequence[str]
    team: str
    teams: Sequence[str]
    agent_id: str | None
    agent_name: str | None
    may_enter: bool
    next: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class LadderPage:
    current: LadderVersion
    versions: Sequence[LadderVersion]
    may_write: bool


@dataclass(frozen=True, slots=True)
class MeetingsPage:
    listed: MeetingPage
    teams: Sequence[str]
    team: str
    today: date
    next: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class OneMeetingPage:
    meeting: Meeting
    cards: Sequence[CardItems]
    teams: Sequence[str]
    owners: Sequence[UserRow]
    due_on: date
    latest: date
    now: datetime
