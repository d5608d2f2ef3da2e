"""What the pages of scoring again show, typed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.errors import NotFound
from models.person import Viewer
from models.score import ItemScore, Scored
from pipeline import browse
from pipeline.browse import CallSummary, ScoreVersion
from pipeline.people import visibility
from pipeline.processing.rescore import Rescored
from pipeline.rulebook import definitions
from pipeline.rulebook.definitions import Kind
from scoring.pack import Pack
from scoring.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class Choice:
    """A pack or scorecard with the versions that may score; `in_use` None where there is none."""

    name: str
    title: str
    in_use: int | None
    versions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RescorePage:
    """`ids` are the calls to be scored, `one` the call the page was opened for; `is_limited`: more calls fit."""

    ids: tuple[int, ...]
    one: int | None
    is_limited: bool
    packs: tuple[Choice, ...]
    scorecards: tuple[Choice, ...]
    pack: str
    scorecard: str


@dataclass(frozen=True, slots=True)
class RescoredPiece:
    calls: tuple[Rescored, ...]
    files: Mapping[int, str]
    pack: Pack
    card: Scorecard
    is_stored: bool

    @property
    def in_order(self) -> list[Rescored]:
        """The largest changes first, those that could not be scored last."""
        return sorted(
            self.calls, key=lambda one: (one.new is None, self.shift(one) is None, -abs(self.shift(one) or 0))
        )

    @property
    def changed(self) -> int:
        return sum(1 for one in self.calls if self.shift(one))

    @property
    def failed(self) -> int:
        return sum(1 for one in self.calls if one.new is None)

    @staticmethod
    def shift(one: Rescored) -> float | None:
        """Points won or lost; 0 where only the grade changed, None where nothing did or cannot be compared."""
        if one.old is None or one.new is None or one.old.total is None or one.new.total is None:
            return None
        moved = round(one.new.total - one.old.total, 2)
        return moved if moved or one.old.grade != one.new.grade else None


@dataclass(frozen=True, slots=True)
class ItemPair:
    """An item in two scores; None where a scorecard does not have it."""

    section: str
    name: str
    old: ItemScore | None
    new: ItemScore | None
    old_rules: str
    new_rules: str

    @property
    def differs(self) -> bool:
        return _points(self.old) != _points(self.new)


@dataclass(frozen=True, slots=True)
class ScoresPage:
    """Two scores of one call; `shown` is the one in force."""

    call: CallSummary
    versions: tuple[ScoreVersion, ...]
    shown: int | None
    old: ScoreVersion
    new: ScoreVersion
    items: tuple[ItemPair, ...]


def choices(session: Session, kind: Kind) -> tuple[Choice, ...]:
    """Whatever may make new scores, by name."""
    found: list[Choice] = []
    for one in definitions.overview(session, kind):
        usable = [v.version for v in definitions.versions(session, kind, one.name) if v.retired_at is None]
        if usable:
            found.append(Choice(one.name, one.title, one.in_use, tuple(usable)))
    return tuple(found)


def scores_page(session: Session, viewer: Viewer, call_id: int, old: int | None, new: int | None) -> ScoresPage:
    """The two scores asked for, by default the newest and the one before it.

    Raises:
        NotFound: no such call, or no such score of it, or it has none.
        Forbidden: the viewer is to judge the call for themselves first.
    """
    call = browse.find_call(session, viewer, call_id).summary
    scores = browse.find_scores(session, viewer, call_id)
    visibility.check_machine(session, viewer, (call_id,))
    if not scores.versions:
        raise NotFound("api.no_scores", id=call_id)
    after = _version(scores.versions, new or scores.versions[0].id, call_id)
    earlier = [version for version in scores.versions if version.id < after.id]
    before = _version(scores.versions, old or (earlier[0] if earlier else after).id, call_id)
    items = tuple(_pairs(*(_scored(session, viewer, call_id, version.id) for version in (before, after))))
    return ScoresPage(call, scores.versions, scores.shown, before, after, items)


def _version(versions: tuple[ScoreVersion, ...], score_id: int, call_id: int) -> ScoreVersion:
    found = next((version for version in versions if version.id == score_id), None)
    if found is None:
        raise NotFound("api.no_score", id=call_id, score=score_id)
    return found


def _scored(session: Session, viewer: Viewer, call_id: int, score_id: int) -> Scored:
    scored = browse.find_score(session, viewer, call_id, score_id).scored
    assert scored is not None
    return scored


def _pairs(old: Scored, new: Scored) -> Iterator[ItemPair]:
    """The newer card's items in their order, then those only the older one has."""
    before, after = _items(old), _items(new)
    for name in [*after, *(name for name in before if name not in after)]:
        section = (after.get(name) or before[name])[0]
        was, now = (side[name][1] if name in side else None for side in (before, after))
        shown = now or was
        assert shown is not None
        yield ItemPair(section, shown.name, was, now, _rules(was, old), _rules(now, new))


def _items(scored: Scored) -> dict[str, tuple[str, ItemScore]]:
    return {item.id: (section.name, item) for section in scored.pre_score.sections for item in section.items}


def _rules(item: ItemScore | None, scored: Scored) -> str:
    names = {result.rule: result.name for result in scored.results}
    return " · ".join(names.get(rule, rule) for rule in item.rules) if item else ""


def _points(item: ItemScore | None) -> tuple[object, ...] | None:
    return None if item is None else (item.state, item.got, item.points, item.fatal, item.rules)
