"""A call as a case is made of it: its transcript as people heard it, what was found in it, masked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy.orm import Session

from models.case import CaseMark, CaseTurn, PersonalKind
from models.errors import BadInput, Conflict, NotFound
from models.final import PRE_SCORE_JSON
from models.finding import Effect, Evidence
from models.review import JUDGEMENT_JSON, Judgement
from models.score import SCORED_JSON, ItemScore, PreScore, Scored
from models.tables import CallRow, FinalScoreRow, RecordingRow, ReviewRow, ScoreRow
from models.transcript import TRANSCRIPT_JSON, Transcript
from pipeline.cases.clips import Beeps
from pipeline.review.corrections import corrections, with_corrections
from scoring.masked import beeps, mask, remarked
from scoring.personal import Known, PersonalSpan, personal_spans
from storage.calls import calls
from storage.cases import sources
from storage.results import final_scores

PAD = 0.15
"""Seconds before the first word and after the last: consonants begin before Whisper hears them."""

NAME_OF_CUSTOMER = ("customer_name", "客户姓名", "姓名", "客户名称")
"""Columns of the centre's own that hold a customer's name."""


@dataclass(frozen=True, slots=True)
class HandMask:
    """Characters `begin` to `end` of a turn's text that somebody masked."""

    turn: int
    begin: int
    end: int


@dataclass(frozen=True)
class CaseCall:
    """A call with what is known of it. `heard` is the transcript with people's corrections, `original` the machine's.

    `scored` is the machine's score shown, `final` the final score in force, `judgement` what people said behind it.
    """

    call: CallRow
    recording: RecordingRow
    transcript_id: int
    original: Transcript
    heard: Transcript
    score_id: int | None
    review_id: int | None
    final_id: int | None
    scored: Scored | None
    final: PreScore | None
    judgement: Judgement | None = None
    known: Known = field(default_factory=Known)

    @property
    def score(self) -> PreScore | None:
        """The final score before the machine's."""
        return self.final or (None if self.scored is None else self.scored.pre_score)

    @property
    def total(self) -> float | None:
        return None if self.score is None else self.score.total

    @property
    def items(self) -> tuple[ItemScore, ...]:
        return () if self.score is None else tuple(item for one in self.score.sections for item in one.items)

    @property
    def item_names(self) -> dict[str, str]:
        """Of the machine's card too, which may be another version than the people's."""
        machine = () if self.scored is None else self.scored.pre_score.sections
        return {item.id: item.name for one in machine for item in one.items} | {one.id: one.name for one in self.items}

    @cached_property
    def personal(self) -> tuple[PersonalSpan, ...]:
        """What is personal in `heard`."""
        return personal_spans(self.heard.turns, self.known)

    @cached_property
    def beeps(self) -> Beeps:
        """Also where the machine's words were personal before somebody put them right."""
        spans = list(beeps(self.heard.turns, self.personal))
        if self.heard is not self.original:
            spans += beeps(self.original.turns, personal_spans(self.original.turns, self.known))
        return tuple(sorted(spans))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Turns `first` to `last` of a call, from `start` to `end` seconds, masked and marked."""

    first: int
    last: int
    start: float
    end: float
    turns: tuple[CaseTurn, ...]
    beeps: Beeps


def case_call(session: Session, call_id: int, transcript_id: int | None = None) -> CaseCall:
    """The call; by that transcript, else by that of the score it shows, else the newest.

    Raises:
        NotFound: there is no such call.
        Conflict: it was not transcribed.
    """
    rows = calls.call_rows(session, call_id)
    if rows is None:
        raise NotFound("api.no_call", id=call_id)
    call, recording = rows
    score = None if call.score_id is None else session.get_one(ScoreRow, call.score_id)
    wanted = transcript_id or (None if score is None else score.transcript_id)
    transcript = sources.transcript(session, recording.id, wanted)
    if transcript is None or not transcript.body.get("turns"):  # a call in which nobody spoke has none either
        raise Conflict("pipeline.case_not_transcribed", id=call_id)
    original = TRANSCRIPT_JSON.validate_python(transcript.body)
    review: ReviewRow | None = final_scores.review_of_call(session, call_id)
    final = None
    if review is not None and review.final_id is not None:
        final = session.get_one(FinalScoreRow, review.final_id)
    made = corrections(session, transcript.id)
    return CaseCall(
        call=call,
        recording=recording,
        transcript_id=transcript.id,
        original=original,
        heard=with_corrections(original, made) if made else original,
        score_id=call.score_id,
        review_id=None if review is None else review.id,
        final_id=None if final is None else final.id,
        scored=None if score is None else SCORED_JSON.validate_python(score.body),
        final=None if final is None else PRE_SCORE_JSON.validate_python(final.body),
        judgement=None if final is None else JUDGEMENT_JSON.validate_python(final.judgement),
        known=known_of(call),
    )


def known_of(call: CallRow) -> Known:
    """What the call's metadata says of people in it."""
    numbers = tuple(number for number in (call.customer_number,) if number)
    customer = tuple(str(call.extra[name]) for name in NAME_OF_CUSTOMER if call.extra.get(name))
    agent = (call.agent_name,) if call.agent_name else ()
    return Known(numbers=numbers, names=(*customer, *agent))


def stretch(
    known: CaseCall,
    first: int | None,
    last: int | None,
    items: Iterable[str] = (),
    by_hand: Sequence[HandMask] = (),
) -> Stretch:
    """Turns `first` to `last` of a call, or all of it; evidence of `items`, or of all that was found, is marked.

    Raises:
        BadInput: there are no such turns.
    """
    turns = known.heard.turns
    begin = 0 if first is None else first
    stop = len(turns) - 1 if last is None else last
    if not 0 <= begin <= stop < len(turns):
        raise BadInput("pipeline.case_turns", first=begin + 1, last=stop + 1, turns=len(turns))
    spans = [*known.personal, *_by_hand(known, by_hand)]
    marks = evidence_marks(known, frozenset(items))
    part = tuple(
        mask(turn, index, [span for span in spans if span.turn == index], marks.get(index, ()))
        for index, turn in enumerate(turns)
        if begin <= index <= stop
    )
    start = max(0.0, min(turn.start for turn in part) - PAD)
    end = min(known.original.recording.seconds, max(turn.end for turn in part) + PAD)
    sounds = [*known.beeps, *beeps(turns, _by_hand(known, by_hand))]
    over = tuple(sorted((max(one, start), min(two, end)) for one, two in sounds if two > start and one < end))
    return Stretch(begin, stop, round(start, 3), round(end, 3), part, over)


def evidence_marks(known: CaseCall, items: frozenset[str]) -> dict[int, list[CaseMark]]:
    """By turn, where the evidence stands: people's where they judged, and of the machine's rules."""
    found: dict[int, list[CaseMark]] = {}
    for name, effect, evidence in _evidence(known, items):
        if evidence.turn is None or not 0 <= evidence.turn < len(known.original.turns):
            continue
        old, new = known.original.turns[evidence.turn], known.heard.turns[evidence.turn]
        span = remarked(old, new, evidence)
        if span is not None:
            found.setdefault(evidence.turn, []).append(CaseMark(*span, effect, name))
    return found


def _evidence(known: CaseCall, items: frozenset[str]) -> Iterator[tuple[str, Effect, Evidence]]:
    names = known.item_names
    for verdict in known.judgement.items if known.judgement else ():
        if not items or verdict.item in items:
            effect = Effect.VIOLATION if verdict.lost else Effect.PRAISE
            yield from ((names.get(verdict.item, verdict.item), effect, one) for one in verdict.evidence)
    if known.scored is None:
        return
    asked = {
        rule
        for section in known.scored.pre_score.sections
        for item in section.items
        if item.id in items
        for rule in (*item.rules, *(move.rule for move in item.moves))
    }
    for result in known.scored.results:
        if result.answer == "hit" and (not items or result.rule in asked):
            yield from ((result.name, result.effect, one) for one in result.evidence)


def _by_hand(known: CaseCall, masks: Sequence[HandMask]) -> list[PersonalSpan]:
    turns = known.heard.turns
    for one in masks:
        if not (0 <= one.turn < len(turns) and 0 <= one.begin < one.end <= len(turns[one.turn].text)):
            raise BadInput("pipeline.case_mask", turn=one.turn + 1)
    return [PersonalSpan(one.turn, one.begin, one.end, PersonalKind.OTHER) for one in masks]
