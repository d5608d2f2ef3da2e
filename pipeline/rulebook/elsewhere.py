"""Work over stored calls as another process does it: with texts and a database's address in its hands."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from models.errors import BadDefinition
from models.person import SYSTEM, Viewer
from models.reason import Reason
from pipeline import browse
from pipeline.browse import CallFilter, ScoreSummary
from pipeline.learning.in_use import Choice, Machine, cases_model, deciding_machine, machine_of
from pipeline.people import visibility
from pipeline.processing.rescore import Rescored, ScoreBrief, rescore
from pipeline.processing.scoring_call import score_call
from pipeline.processing.stored_calls import StoredCall, read_calls
from pipeline.rulebook.replay import Against, Gate, Limits, Replay, gate, replay
from pipeline.rulebook.rule_marks import stored_verdicts
from scoring.pack import Pack, parse_pack
from scoring.routing import RoutingPlan
from scoring.scorecard import Scorecard, check_against, parse_scorecard
from storage.calls.calls import find_call_ids
from storage.database import open_database, sessions


def preview_scores(
    database: str, call_ids: Sequence[int], pack_text: str, card_text: str, *, cache: Path, choice: Choice = None
) -> tuple[Rescored, ...]:
    """What scoring the calls again would give; nothing is stored, so the new scores have the id 0.

    `cache` is the folder of caches, `choice` the classifier asked; None is the one in use.

    Raises:
        NotFound: one of them is no call, or there is no such classifier.
        Conflict: the classifier chosen cannot be read.
    """
    pack, card = _fitting(pack_text, card_text)
    with _opened(database, reading=True) as make, make() as session:
        scores = {call_id: browse.find_call(session, SYSTEM, call_id).summary.score for call_id in call_ids}
        machine = machine_of(session, card, cache, choice, packs=[pack])
        calls = read_calls(session, tuple(call_ids))
        seen = {call.id: _preview(call, pack, card, machine, scores[call.id]) for call in calls}
    return tuple(seen.get(call_id) or _unheard(call_id) for call_id in call_ids)


def score_again(
    database: str,
    call_ids: Sequence[int],
    pack_text: str,
    card_text: str,
    *,
    plan: RoutingPlan,
    now: datetime,
    cache: Path,
    choice: Choice = None,
) -> tuple[Rescored, ...]:
    """The calls scored again, the new scores beside the old; `cache` and `choice` as `preview_scores`."""
    pack, card = _fitting(pack_text, card_text)
    with _opened(database, reading=True) as make, make() as session:
        machine = machine_of(session, card, cache, choice, packs=[pack])
    with _opened(database, reading=False) as make:
        return rescore(
            make,
            call_ids,
            pack,
            card,
            plan,
            now=now,
            classifier=machine.classifier,
            levels=machine.levels,
            since=machine.since,
        )


@dataclass(frozen=True, slots=True)
class Sides:
    """A draft with what it goes with, and what is in use: texts. Without a scorecard only rules are compared."""

    pack: str
    card: str | None
    pack_in_use: str | None
    card_in_use: str | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """`unfit` says why the scorecard that goes with the pack could not be compared."""

    replay: Replay
    gate: Gate
    unfit: Reason | None = None


def replay_draft(
    database: str,
    sides: Sides,
    wanted: CallFilter,
    viewer: Viewer,
    *,
    limit: int,
    low_score: float,
    limits: Limits,
    cache: Path,
) -> Replayed:
    """The newest stored calls asked by the draft and by what is in use, against what people said; nothing is stored.

    Where nothing is in use yet, the comparison is with each call's score in force. Calls that the viewer is to judge
    for themselves first are left out. `cache` is the folder of caches.
    """
    pack, card, unfit = _pair(sides.pack, sides.card)
    against = None if sides.pack_in_use is None else Against(*_pair(sides.pack_in_use, sides.card_in_use)[:2])
    with _opened(database, reading=True) as make, make() as session:
        ids = find_call_ids(session, wanted, limit=limit, only=visibility.limits(viewer, by_machine=True))
        said = stored_verdicts(session, ids, pack.rule_ids)
        calls = read_calls(session, ids)
        machine = deciding_machine(session, card, cache, pack, *([] if against is None else [against.pack]))
        replayed = replay(
            calls,
            pack,
            card,
            verdicts=said,
            against=against,
            low_score=low_score,
            machine=machine,
            model=cases_model(pack, cache),
        )
    return Replayed(replayed, gate(replayed, limits), unfit)


def _pair(pack_text: str, card_text: str | None) -> tuple[Pack, Scorecard | None, Reason | None]:
    """With the card only where it fits the pack, else with the reason."""
    pack = parse_pack(pack_text)
    if card_text is None:
        return pack, None, None
    card = parse_scorecard(card_text)
    try:
        check_against(card, pack)
    except BadDefinition as error:
        return pack, None, error.reason
    return pack, card, None


def _fitting(pack_text: str, card_text: str) -> tuple[Pack, Scorecard]:
    pack, card = parse_pack(pack_text), parse_scorecard(card_text)
    check_against(card, pack)
    return pack, card


@contextmanager
def _opened(database: str, *, reading: bool) -> Iterator[sessionmaker[Session]]:
    engine = open_database(database)
    try:
        yield sessions(engine, reading=reading)
    finally:
        engine.dispose()


def _unheard(call_id: int) -> Rescored:
    return Rescored(call_id, None, None, reason=Reason("pipeline.not_transcribed", {"id": call_id}))


def _preview(call: StoredCall, pack: Pack, card: Scorecard, machine: Machine, shown: ScoreSummary | None) -> Rescored:
    old = None if shown is None else ScoreBrief(shown.id, shown.total, shown.grade, shown.fatal, shown.coverage)
    scored, _ = score_call(
        pack, card, call.transcript, call.metadata, classifier=machine.classifier, levels=machine.levels
    )
    score = scored.pre_score
    return Rescored(call.id, old, ScoreBrief(0, score.total, score.grade, bool(score.fatal), score.coverage))
