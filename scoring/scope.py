"""Which part of a call a condition is about: whose turns, which of them, which seconds."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.finding import Evidence
from models.reason import Reason
from models.transcript import Role, Turn
from scoring.verdict import Verdict, cannot_judge, clean

DOUBTFUL_CONFIDENCE = 0.35
"""A turn (or words) heard with less confidence may be anything."""
MOSTLY = 0.5
"""When more than this share of the speech to look at was badly heard, even *it was not said* cannot be judged."""


@dataclass(frozen=True, slots=True)
class Scope:
    """`turns` are positions within the role, from 0, −1 the last, both ends included.

    `first` and `last` are seconds from the first word and to the last word of the call; `share` is a part of the time
    between the two, from 0 to 1.
    """

    role: Role | None = None
    turns: tuple[int, int] | None = None
    first: float | None = None
    last: float | None = None
    share: tuple[float, float] | None = None


WHOLE_CALL = Scope()


@dataclass(frozen=True, slots=True)
class Window:
    """A scope laid over a call.

    `turns` maps a turn's index to whether it surely belongs (False: it may, as its speaker is not known).
    `stretch` is where something missing should have been. `doubt` says why not hearing something here does not prove
    that it was not said; `unheard` why nothing can be said about this window at all.
    """

    turns: dict[int, bool]
    start: float
    end: float
    stretch: Evidence
    doubt: Reason | None = None
    unheard: Reason | None = None

    @property
    def absence(self) -> Verdict:
        """Nothing was found in the window: clean, with the doubts there are, or nothing can be said."""
        if self.unheard:
            return cannot_judge(self.unheard, self.stretch)
        return clean(self.stretch, doubt=self.doubt)

    def holds(self, start: float, end: float) -> bool:
        """Whether something said in these seconds is at least partly inside."""
        return start < self.end and end > self.start


def is_doubtful(turn: Turn) -> bool:
    """Flagged by the transcriber, or heard with too little confidence."""
    return bool(turn.flags) or turn.confidence < DOUBTFUL_CONFIDENCE


def lay(scope: Scope, turns: Sequence[Turn], reach: tuple[float, float]) -> Window:
    """The window of a scope in a call; `reach` limits it to some seconds of the call."""
    start, end = _seconds(scope, turns, reach)
    members = _members(scope, turns)
    if scope.first is not None or scope.last is not None or scope.share or reach[0] > 0 or reach[1] < end:
        members = {i: sure for i, sure in members.items() if turns[i].start < end and turns[i].end > start}
    if scope.turns and members:
        start, end = max(start, turns[min(members)].start), min(end, max(turns[index].end for index in members))
    stretch = Evidence(start, max(start, end), scope.role)
    doubt, unheard = _doubts(scope, turns, members, (start, end))
    return Window(members, start, end, stretch, doubt, unheard)


def _seconds(scope: Scope, turns: Sequence[Turn], reach: tuple[float, float]) -> tuple[float, float]:
    if not turns:
        return reach
    # Something said exactly at the edge is inside, hence the last end rather than a little less.
    begin, finish = min(turn.start for turn in turns), max(turn.end for turn in turns)
    start, end = begin, finish
    if scope.first is not None:
        end = min(end, begin + scope.first)
    if scope.last is not None:
        start = max(start, finish - scope.last)
    if scope.share is not None:
        length = finish - begin
        start, end = max(start, begin + scope.share[0] * length), min(end, begin + scope.share[1] * length)
    return max(start, reach[0]), min(end, reach[1])


def _members(scope: Scope, turns: Sequence[Turn]) -> dict[int, bool]:
    """Turns of the role (surely) and of unknown speakers (maybe) at the positions asked for."""
    if scope.role is None:
        own = dict.fromkeys(range(len(turns)), True)
    else:
        own = {
            index: turn.role is scope.role
            for index, turn in enumerate(turns)
            if turn.role in {scope.role, Role.UNKNOWN}
        }
    return own if scope.turns is None else _at_positions(own, scope.turns)


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
    scope: Scope, turns: Sequence[Turn], members: dict[int, bool], seconds: tuple[float, float]
) -> tuple[Reason | None, Reason | None]:
    """Why absence here proves little (doubt), and why it proves nothing (unheard)."""
    absent = _nobody(scope, turns, members, seconds)
    if absent:
        # A customer who says nothing has not threatened; an agent who is not on the recording cannot be judged.
        return absent, absent if scope.role is not Role.CUSTOMER else None
    doubtful = [turns[index] for index in members if is_doubtful(turns[index])]
    if not doubtful:
        return None, None
    facts = {"start": round(doubtful[0].start, 1), "end": round(doubtful[0].end, 1)}
    lost, whole = sum(t.end - t.start for t in doubtful), sum(turns[i].end - turns[i].start for i in members)
    mostly = Reason("scoring.mostly_badly_heard", {"percent": round(100 * lost / whole)}) if whole else None
    return Reason("scoring.badly_heard", facts), mostly if whole and lost > MOSTLY * whole else None


def _nobody(
    scope: Scope, turns: Sequence[Turn], members: dict[int, bool], seconds: tuple[float, float]
) -> Reason | None:
    """Why there is nothing to look at: no speech, the role is not on the recording, or the window is outside."""
    if not turns:
        return Reason("scoring.no_speech")
    if scope.role and not any(turn.role in {scope.role, Role.UNKNOWN} for turn in turns):
        return Reason(f"scoring.{scope.role}_not_heard")
    if seconds[0] >= seconds[1] or (scope.turns and not members):
        return Reason("scoring.outside_call")
    return None
