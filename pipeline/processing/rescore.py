"""Calls scored again with other versions, beside their old scores. Nothing is listened to: transcripts are stored."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session, sessionmaker

from models.learning import Levels
from models.reason import Reason
from models.routing import Routing
from models.score import Scored
from models.tables import ScoreRow
from models.transcript import TRANSCRIPT_JSON
from pipeline.processing.process import Definitions, days_since, judge, lineage
from scoring import SCORER_VERSION
from scoring.pack import Pack
from scoring.routing import RoutingPlan
from scoring.scorecard import Scorecard, check_against
from storage.calls import results
from storage.calls.call_filter import CallFilter
from storage.calls.calls import find_call_ids
from storage.calls.scorable import ScorableCall, scorable_calls, transcript_bodies
from storage.rulebook.definitions import remember

if TYPE_CHECKING:
    from scoring.classifier.classifier import Classifier

AT_ONCE = 20
"""Calls scored between two commits: others wait for SQLite's one writer no longer than these take to write."""


@dataclass(frozen=True, slots=True)
class ScoreBrief:
    """A stored score without its items."""

    id: int
    total: float | None
    grade: str | None
    fatal: bool
    coverage: float


@dataclass(frozen=True, slots=True)
class Rescored:
    """`old` is the score shown before; `new` is None, with the `reason`, where the call cannot be scored.

    `is_new` is False where the very same score (transcript, pack, card, scorer, classifier and its levels) had been
    stored before.
    """

    call_id: int
    old: ScoreBrief | None
    new: ScoreBrief | None
    is_new: bool = False
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class _Judge:
    pack: Pack
    card: Scorecard
    plan: RoutingPlan
    definitions: Definitions
    now: datetime
    classifier: "Classifier | None"
    levels: Levels
    since: datetime | None

    @property
    def lineage(self) -> str:
        return lineage(self.classifier, self.levels)


def choose(session: Session, wanted: CallFilter, *, limit: int | None = None) -> tuple[int, ...]:
    """Ids of the calls a list narrowed like this would show, latest received first."""
    return find_call_ids(session, wanted, limit=limit)


def rescore(
    sessions: sessionmaker[Session],
    call_ids: Iterable[int],
    pack: Pack,
    card: Scorecard,
    plan: RoutingPlan,
    *,
    now: datetime,
    progress: Callable[[int], None] | None = None,
    classifier: "Classifier | None" = None,
    levels: Levels | None = None,
    since: datetime | None = None,
) -> tuple[Rescored, ...]:
    """Score the calls' stored transcripts, show the new scores from then on; commits every few calls.

    Killed anywhere and run again, it goes on where it stopped, and no score is written twice. `progress` is told how
    many calls are done. Without a `classifier` none is asked; it came into use at
    `since`.

    Raises:
        BadDefinition: the card listens to rules the pack lacks.
        Conflict: a version of that number was stored before with another text.
    """
    check_against(card, pack)
    with sessions.begin() as session:
        definitions = Definitions(
            remember(session, "pack", pack.name, pack.version, pack.sha256, pack.text, now).id,
            remember(session, "scorecard", card.name, card.version, card.sha256, card.text, now).id,
        )
    judge_ = _Judge(pack, card, plan, definitions, now, classifier, levels or {}, since)
    done: list[Rescored] = []
    for some in _in_batches(dict.fromkeys(call_ids)):
        done += _rescore(sessions, some, judge_)
        if progress is not None:
            progress(len(done))
    return tuple(done)


def _in_batches(call_ids: Iterable[int]) -> Iterator[Sequence[int]]:
    ordered = list(call_ids)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def _rescore(sessions: sessionmaker[Session], call_ids: Sequence[int], judge_: _Judge) -> list[Rescored]:
    """What is slow, the judging, happens outside of transactions."""
    with sessions() as session:
        found = scorable_calls(session, call_ids)
        known = _known(session, found.values(), judge_)
        missing = {c.id: c.transcript_id for c in found.values() if c.transcript_id and c.transcript_id not in known}
        bodies = transcript_bodies(session, list(missing.values()))
    judged: dict[int, tuple[Scored, Routing]] = {}
    for call_id, transcript_id in missing.items():
        transcript, call = TRANSCRIPT_JSON.validate_python(bodies[transcript_id]), found[call_id]
        judged[call_id] = judge(
            judge_.pack,
            judge_.card,
            judge_.plan,
            transcript,
            call.metadata,
            call.sha256,
            classifier=judge_.classifier,
            levels=judge_.levels,
            model_days=days_since(judge_.since, judge_.now),
        )
    # In the order in which the ledger locks recordings, so that two writers of many cannot block each other for good.
    in_order = sorted(found.values(), key=lambda call: call.recording_id)
    with sessions.begin() as session:
        known = _known(session, in_order, judge_)
        written = {call.id: _written(session, call, known, judged.get(call.id), judge_) for call in in_order}
    return [written.get(call_id) or _unknown(call_id) for call_id in call_ids]


def _known(session: Session, calls: Iterable[ScorableCall], judge_: _Judge) -> dict[int, ScoreRow]:
    """The scores these versions have made before, by transcript."""
    return results.find_scores(
        session,
        [call.transcript_id for call in calls if call.transcript_id is not None],
        pack_id=judge_.definitions.pack_id,
        scorecard_id=judge_.definitions.scorecard_id,
        scorer=SCORER_VERSION,
        classifier=judge_.lineage,
    )


def _unknown(call_id: int) -> Rescored:
    return Rescored(call_id, None, None, reason=Reason("api.no_call", {"id": call_id}))


def _written(
    session: Session,
    call: ScorableCall,
    known: Mapping[int, ScoreRow],
    judged: tuple[Scored, Routing] | None,
    judge_: _Judge,
) -> Rescored:
    old = None if call.shown is None else _brief(call.shown)
    if call.transcript_id is None:
        return Rescored(call.id, old, None, reason=Reason("pipeline.not_transcribed", {"id": call.id}))
    row = known.get(call.transcript_id)
    if row is not None:
        results.show_score(session, row, judge_.now, due=judge_.plan.due, blind=judge_.plan.blind)
        return Rescored(call.id, old, _brief(row))
    assert judged is not None
    scored, routing = judged
    row = results.save_score(
        session,
        recording_id=call.recording_id,
        transcript_id=call.transcript_id,
        pack_id=judge_.definitions.pack_id,
        scorecard_id=judge_.definitions.scorecard_id,
        scorer=SCORER_VERSION,
        classifier=judge_.lineage,
        scored=scored,
        routing=routing,
        now=judge_.now,
    )
    return Rescored(call.id, old, _brief(row), is_new=True)


def _brief(row: ScoreRow) -> ScoreBrief:
    return ScoreBrief(row.id, row.total, row.grade, row.fatal, row.coverage)
