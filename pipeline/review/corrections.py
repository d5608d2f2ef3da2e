"""Words the machine misheard, put right by people. The machine's words stay; what people heard stands beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict
from models.person import Viewer
from models.tables import CorrectionRow
from models.transcript import Transcript, Turn, Word
from pipeline.people.visibility import check_call
from pipeline.review.heard import heard_transcript
from storage.people.audit import record
from storage.review import corrections as store

CORRECTED = "corrected"
"""Flag of a turn in which a person put words right."""

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Correction:
    """Words `first`..`last` of a turn, from 0; `before` is what the machine wrote there."""

    id: int
    turn: int
    first: int
    last: int
    before: str
    text: str
    by: str
    at: datetime


def correct(
    session: Session, viewer: Viewer, call_id: int, now: datetime, *, turn: int, first: int, last: int, text: str
) -> Correction:
    """Write down what was said in place of these words; the machine's own words take a correction back.

    Raises:
        NotFound: there is no such call.
        Conflict: it was not transcribed.
        BadInput: there are no such words.
    """
    heard = heard_transcript(session, call_id)
    if heard is None:
        raise Conflict("pipeline.not_transcribed", id=call_id)
    transcript_id, transcript = heard
    words = _words(transcript, turn, first, last)
    text = text.strip()
    if len(text) > LONGEST:
        raise BadInput("pipeline.correction_too_long", most=LONGEST)
    before = "".join(word.text for word in words)
    row = store.add_correction(
        session,
        call_id=call_id,
        transcript_id=transcript_id,
        turn=turn,
        first=first,
        last=last,
        before=before,
        text=text,
        user_id=viewer.user_id,
        by=viewer.name,
        now=now,
    )
    facts = {"turn": turn, "first": first, "last": last}
    record(session, viewer, "transcript.corrected", now, target="call", target_id=call_id, facts=facts)
    return _correction(row)


def corrections(session: Session, transcript_id: int) -> tuple[Correction, ...]:
    """All of them, the oldest first; where two meet, the newer counts."""
    return tuple(map(_correction, store.corrections_of(session, transcript_id)))


def of_call(session: Session, call_id: int) -> tuple[Correction, ...]:
    """Of the transcript people see of the call.

    Raises:
        NotFound: there is no such call.
    """
    found = heard_transcript(session, call_id)
    return () if found is None else corrections(session, found[0])


def corrected_transcript(session: Session, viewer: Viewer, call_id: int) -> Transcript | None:
    """The call's transcript as people heard it; None before it was transcribed.

    Raises:
        NotFound: there is no such call, or it is not the viewer's to see.
    """
    check_call(session, viewer, call_id)
    found = heard_transcript(session, call_id)
    return None if found is None else with_corrections(found[1], corrections(session, found[0]))


def with_corrections(transcript: Transcript, made: Iterable[Correction]) -> Transcript:
    """The transcript as people heard it: of words put right, the first holds the text and the others are empty.

    Turns and words keep their places and times, so that evidence still points at the right seconds. A word a person
    put right is sure (confidence 1), and its turn is flagged CORRECTED; what was listened for in it no longer counts.
    """
    by_turn: dict[int, list[Correction]] = {}
    for one in made:
        if one.turn < len(transcript.turns):
            by_turn.setdefault(one.turn, []).append(one)
    turns = list(transcript.turns)
    for index, some in by_turn.items():
        turns[index] = _corrected(turns[index], some)
    listened = tuple(one for one in transcript.listened if turns[one.turn] is transcript.turns[one.turn])
    return replace(transcript, turns=tuple(turns), listened=listened)


def _corrected(turn: Turn, made: Sequence[Correction]) -> Turn:
    words: list[Word] = list(turn.words)
    for one in made:
        taken_back = one.text == one.before
        for place in range(one.first, min(one.last + 1, len(words))):
            if taken_back:
                words[place] = turn.words[place]
            else:
                text = one.text if place == one.first else ""
                words[place] = replace(turn.words[place], text=text, confidence=1.0)
    if words == list(turn.words):
        return turn
    flags = tuple(dict.fromkeys([*turn.flags, CORRECTED]))
    return replace(turn, words=tuple(words), text="".join(word.text for word in words), flags=flags)


def _words(transcript: Transcript, turn: int, first: int, last: int) -> tuple[Word, ...]:
    if not 0 <= turn < len(transcript.turns):
        raise BadInput("pipeline.no_such_turn", turn=turn + 1, turns=len(transcript.turns))
    words = transcript.turns[turn].words
    if not 0 <= first <= last < len(words):
        raise BadInput("pipeline.no_such_words", turn=turn + 1, first=first + 1, last=last + 1, words=len(words))
    return words[first : last + 1]


def _correction(row: CorrectionRow) -> Correction:
    return Correction(row.id, row.turn, row.first, row.last, row.before, row.text, row.by, row.at)
