"""Which part of a call a condition is about: whose turns, which of them, which seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models.finding import Evidence
from models.reason import Reason
from models.transcript import Role, Turn, connected
from scoring.speakers import is_announcement
from scoring.verdict import Verdict, cannot_judge, clean

DOUBTFUL_CONFIDENCE = 0.35
"""A turn (or words) heard with less confidence may be anything."""
MOSTLY = 0.5
"""When more than this share of the speech to look at was badly heard, even *it was not said* cannot be judged."""


class Scope(NamedTuple):
    """`turns` are positions within the role, from 0, −1 the last, both ends included.

    `first` and `last` are seconds from the first word and to the last word of the call; `share` is a part of the time
    between the two, from 0 to 1. The first word is a person's, after what recorded voices said.
    """

    role: Role | None = None
    turns: tuple[int, int] | None = None
    first: float | None = None
    last: float | None = None
    share: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A scope laid over a call.

    `turns` maps a turn's index to whether it surely belongs (False: it may, as its speaker is not known).
    `absence` is the answer where nothing was found in it: clean, with the doubts there are, or cannot judge. Its
    evidence is the stretch where something missing should have been.
    """

    turns: dict[int, bool]
    start: float
    end: float
    absence: Verdict

    def holds(self, start: float, end: float) -> bool:
        """Whether something said in these seconds is at least partly inside."""
        return start < self.end and end > self.start


def is_doubtful(turn: Turn) -> bool:
    """Flagged by the transcriber, or heard with too little confidence."""
    return bool(turn.flags) or turn.confidence < DOUBTFUL_CONFIDENCE


@dataclass(frozen=True, slots=True)
class Timeline:
    """What every window of a call needs to know, found once.

    `begin` and `end` are those of what people say; `connected` is when they first speak to each other, which is later
    than `begin` where somebody spoke into a menu. `members` are the turns that are (True) or may be (False) of a role;
    recorded voices are nobody's, not even where any role will do.
    """

    turns: Sequence[Turn]
    begin: float
    connected: float
    end: float
    members: Mapping[Role | None, dict[int, bool]]
    doubtful: frozenset[int]

    @classmethod
    def of(cls, turns: Sequence[Turn]) -> "Timeline":
        everyone: dict[int, bool] = {}
        agents: dict[int, bool] = {}
        customers: dict[int, bool] = {}
        doubtful = []
        for index, turn in enumerate(turns):
            if is_doubtful(turn):
                doubtful.append(index)
                if is_announcement(turn):
                    continue
            everyone[index] = True
            if turn.role is not Role.CUSTOMER:
                agents[index] = turn.role is Role.AGENT
            if turn.role is not Role.AGENT:
                customers[index] = turn.role is Role.CUSTOMER
        end = max([turns[index].end for index in everyone], default=0.0)
        return cls(
            turns=turns,
            begin=min([turns[index].start for index in everyone], default=0.0),
            connected=min(connected(turns), end),
            end=end,
            members={None: everyone, Role.AGENT: agents, Role.CUSTOMER: customers},
            doubtful=frozenset(doubtful),
        )


def lay(scope: Scope, timeline: Timeline, reach: tuple[float, float]) -> Window:
    """The window of a scope in a call; `reach` limits it to some seconds of the call."""
    turns = timeline.turns
    start, end = _seconds(scope, timeline, reach)
    members = timeline.members[scope.role]
    if scope.turns is not None:
        members = _at_positions(members, scope.turns)
    if start > timeline.begin or end < timeline.end:
        members = {i: sure for i, sure in members.items() if turns[i].start < end and turns[i].end > start}
    if scope.turns and members:
        start, end = max(start, turns[min(members)].start), min(end, max(turns[index].end for index in members))
    stretch = Evidence(start, max(start, end), scope.role)
    doubt, unheard = _doubts(scope, timeline, members, (start, end))
    absence = cannot_judge(unheard, stretch) if unheard else clean(stretch, doubt=doubt)
    return Window(members, start, end, absence)


def _seconds(scope: Scope, timeline: Timeline, reach: tuple[float, float]) -> tuple[float, float]:
    begin, finish = timeline.begin, timeline.end
    start, end = begin, finish
    if scope.first is not None:
        end = min(end, timeline.connected + scope.first)
    if scope.last is not None:
        start = max(start, finish - scope.last)
    if scope.share is not None:
        length = finish - timeline.connected
        low, high = (timeline.connected + share * length for share in scope.share)
        start, end = max(start, low), min(end, high)
    return max(start, reach[0]), min(end, reach[1])


def _at_positions(own: dict[int, bool], asked: tuple[int, int]) -> dict[int, bool]:
    """Those that stand, or may stand, at the positions: turns of unknown speakers leave them open."""
    chosen: dict[int, bool] = {}
    sure_before, open_before = 0, 0
    sure_all, open_all = sum(own.values()), len(own) - sum(own.values())
    for index, sure in own.items():
        before = (sure_before, sure_before + open_before)
        after_sure, after_open = sure_all - sure_before - sure, open_all - open_before - (not sure)
        after = (after_sure, after_sure + after_open)
        certain, possible = _between(before, after, asked)
        if possible:
            chosen[index] = sure and certain
        sure_before, open_before = sure_before + sure, open_before + (not sure)
    return chosen


def _between(before: tuple[int, int], after: tuple[int, int], asked: tuple[int, int]) -> tuple[bool, bool]:
    """Whether a turn with so many turns before and after it (least, most) is certainly and possibly asked for."""
    begin, end = asked
    # "not before `begin`": enough turns before it, or, counted from the end, few enough after it.
    at_least = (before[0] >= begin, before[1] >= begin) if begin >= 0 else (after[1] < -begin, after[0] < -begin)
    at_most = (before[1] <= end, before[0] <= end) if end >= 0 else (after[0] >= -end - 1, after[1] >= -end - 1)
    return at_least[0] and at_most[0], at_least[1] and at_most[1]


def _doubts(
    scope: Scope, timeline: Timeline, members: dict[int, bool], seconds: tuple[float, float]
) -> tuple[Reason | None, Reason | None]:
    """Why absence here proves little (doubt), and why it proves nothing (unheard)."""
    absent = _nobody(scope, timeline, members, seconds)
    if absent:
        # A customer who says nothing has not threatened; an agent who is not on the recording cannot be judged.
        return absent, absent if scope.role is not Role.CUSTOMER else None
    if timeline.doubtful.isdisjoint(members):
        return None, None
    turns = timeline.turns
    doubtful = [turns[index] for index in members if index in timeline.doubtful]
    facts = {"start": round(doubtful[0].start, 1), "end": round(doubtful[0].end, 1)}
    lost, whole = sum(t.end - t.start for t in doubtful), sum(turns[i].end - turns[i].start for i in members)
    mostly = Reason("scoring.mostly_badly_heard", {"percent": round(100 * lost / whole)}) if whole else None
    return Reason("scoring.badly_heard", facts), mostly if whole and lost > MOSTLY * whole else None


def _nobody(scope: Scope, timeline: Timeline, members: dict[int, bool], seconds: tuple[float, float]) -> Reason | None:
    """Why there is nothing to look at: nobody speaks, the role is not on the recording, or the window is outside."""
    if not timeline.members[None]:
        return Reason("scoring.only_announcements" if timeline.turns else "scoring.no_speech")
    if not timeline.members[scope.role]:
        return Reason(f"scoring.{scope.role}_not_heard")
    if seconds[0] >= seconds[1] or (scope.turns and not members):
        return Reason("scoring.outside_call")
    return None
