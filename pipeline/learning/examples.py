"""Calls people judged, as training reads them: heard with people's corrections, the rules of today asked of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sqlalchemy.orm import Session

from models.learning import LabelledCall
from models.transcript import TRANSCRIPT_JSON, Transcript
from pipeline.learning.data import Data, Standard, described, standard_in_use
from pipeline.learning.said import AT_MOST, JudgedCall, judged_calls
from pipeline.review.corrections import corrections, with_corrections
from pipeline.rulebook.version import Pair
from scoring.evaluate import evaluate
from scoring.scorecard import Scorecard
from storage.calls.metadata import as_metadata
from storage.learning.verdicts import HeardCall, heard_calls

AT_ONCE = 50
"""Calls read at a time: their transcripts are long."""

Progress = Callable[[int, int], None]
"""Told how many calls of how many are read."""


@dataclass(frozen=True, slots=True)
class Examples:
    """`cards` by name, those the calls were judged by, as they are in use now."""

    calls: tuple[LabelledCall, ...]
    cards: dict[str, Scorecard]
    data: Data


def learnable(session: Session, pair: Pair, limit: int = AT_MOST) -> Data:
    """What there is to learn from, without reading what was said in the calls."""
    judged = judged_calls(session, limit)
    return described(judged, standard_in_use(session, {call.card for call in judged}, pair))


def examples(session: Session, pair: Pair, limit: int = AT_MOST, progress: Progress | None = None) -> Examples:
    """The calls judged last, with what the pack in use answers about each; `pair` are those of the settings.

    A call judged by two scorecards is two examples of one `call_id`. Items the card no longer has are left out.
    """
    judged = judged_calls(session, limit)
    standard = standard_in_use(session, {call.card for call in judged}, pair)
    used = [call for call in judged if call.card in standard]
    calls: list[LabelledCall] = []
    for one in _labelled(session, used, standard):
        calls.append(one)
        if progress is not None:
            progress(len(calls), len(used))
    cards = {name: standard[name][0] for name in sorted({call.card for call in calls})}
    return Examples(tuple(calls), cards, described(judged, standard))


def _labelled(session: Session, judged: Sequence[JudgedCall], standard: Standard) -> Iterator[LabelledCall]:
    by_call = [(call_id, list(some)) for call_id, some in groupby(judged, lambda call: call.call_id)]
    for start in range(0, len(by_call), AT_ONCE):
        some = by_call[start : start + AT_ONCE]
        heard = heard_calls(session, [call_id for call_id, _ in some])
        for call_id, said in some:
            if call_id in heard:
                yield from _examples(session, heard[call_id], said, standard)
        session.expunge_all()


def _examples(
    session: Session, heard: HeardCall, said: Sequence[JudgedCall], standard: Standard
) -> Iterator[LabelledCall]:
    transcript: Transcript = TRANSCRIPT_JSON.validate_python(heard.transcript)
    transcript = with_corrections(transcript, corrections(session, heard.transcript_id))
    for one in said:
        card, pack = standard[one.card]
        results = evaluate(pack, transcript, as_metadata(heard.call))
        known = {item.id for item in card.items}
        labels = tuple(label for label in one.labels if label.item in known)
        if labels:
            yield LabelledCall(one.call_id, one.card, _light(transcript), results, labels)


def _light(transcript: Transcript) -> Transcript:
    """Without the words' times, of which thousands of calls have millions."""
    return replace(transcript, turns=tuple(replace(turn, words=()) for turn in transcript.turns))
