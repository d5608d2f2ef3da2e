"""What everybody said of one call of a session, item by item, the largest differences first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import NotFound
from models.final import PRE_SCORE_JSON
from models.finding import Evidence
from models.person import Viewer
from models.reason import Reason
from models.review import JUDGEMENT_JSON, ItemVerdict, Judgement
from models.score import SCORED_JSON, ItemScore, ItemState, PreScore
from models.tables import CalibrationCallRow, CalibrationRow, ScoreRow
from pipeline import browse
from pipeline.browse import Call
from pipeline.calibration.sessions import open_table
from pipeline.people.visibility import check_not_to_judge
from pipeline.review.heard import card_by_id
from scoring.card_item import Item
from scoring.judgement import can_lose, can_win
from scoring.scorecard import Scorecard, Section
from storage.calibration import calibrations
from storage.reason import restored

WHOLE_CALL = 100.0
"""What is at stake where one says that the call is worth nothing and another does not: before all other differences."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """One member's verdict. `missing`: they did not hand in one before all began to talk."""

    user_id: int
    name: str
    missing: bool
    judgement: Judgement
    score: PreScore | None
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One rater on one item; `said` is None of the machine, `score` of who said nothing.

    `apart`: neither the reference nor, before there is one, most of the others say the same.
    """

    score: ItemScore | None
    said: ItemVerdict | None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class MachineCell:
    """The machine's answer, with where its rules hit."""

    score: ItemScore | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One item: what each member said, in their order, the machine, and what was agreed (None before).

    `spread` are the points at stake between members; `differs`: they do not all say the same; `machine_differs`: they
    do, and the machine says otherwise. `agreed` is what all members said, None where they differ. `most` and `most_won`
    are what the item can lose and win.
    """

    id: str
    name: str
    section: str
    points: float
    most: float
    most_won: float
    cells: tuple[Cell, ...]
    machine: MachineCell
    reference: Cell
    spread: float
    differs: bool
    machine_differs: bool
    agreed: ItemVerdict | None


@dataclass(frozen=True, slots=True)
class CallTable:
    """`rows` begin with what differs most. `reference` is what was agreed (None before).

    `prefill` is the form to agree on it with: the reference, or else what all said where they said the same.
    """

    calibration: CalibrationRow
    call: Call
    reasons: tuple[Reason, ...]
    card: Scorecard
    opinions: tuple[Opinion, ...]
    machine: PreScore
    rows: tuple[Row, ...]
    reference: Judgement | None
    reference_score: PreScore | None
    prefill: Judgement
    agreed_by: str | None
    agreed_at: datetime | None

    @property
    def differing(self) -> int:
        return sum(row.differs for row in self.rows)


def call_table(session: Session, viewer: Viewer, calibration_id: int, call_id: int) -> CallTable:
    """One call's table.

    Raises:
        NotFound: no such session, or it does not have that call.
        Forbidden: verdicts are still out; or the viewer is to judge the call for themselves, elsewhere.
    """
    row = open_table(session, viewer, calibration_id)
    place = next((one for one in calibrations.calls_of(session, row.id) if one.call_id == call_id), None)
    if place is None:
        raise NotFound("pipeline.calibration_no_call", call=call_id)
    check_not_to_judge(session, viewer, call_id)
    card = card_by_id(session, row.scorecard_id)
    machine = SCORED_JSON.validate_python(session.get_one(ScoreRow, place.score_id).body)
    opinions = opinions_on(session, row.id).get(call_id, ())
    reference, score = reference_of(place)
    hits = {result.rule: result.evidence for result in machine.results}
    rows = _rows(card, opinions, machine.pre_score, hits, (reference, score))
    return CallTable(
        calibration=row,
        call=browse.find_call(session, viewer, call_id),
        reasons=tuple(restored(body) for body in place.reasons),
        card=card,
        opinions=opinions,
        machine=machine.pre_score,
        rows=tuple(sorted(rows, key=lambda one: (-one.spread, not one.differs, not one.machine_differs))),
        reference=reference,
        reference_score=score,
        prefill=reference or _prefill(card, rows),
        agreed_by=place.agreed_by,
        agreed_at=place.agreed_at,
    )


def opinions_on(session: Session, calibration_id: int) -> Mapping[int, tuple[Opinion, ...]]:
    """By call, of every member in the order of their names; also of those who handed in nothing."""
    said = {(one.call_id, one.user_id): one for one in calibrations.verdicts(session, calibration_id)}
    members = calibrations.members_of(session, calibration_id)
    found: dict[int, tuple[Opinion, ...]] = {}
    for call in calibrations.calls_of(session, calibration_id):
        line = []
        for member in members:
            verdict = said.get((call.call_id, member.id))
            line.append(
                Opinion(
                    user_id=member.id,
                    name=member.name,
                    missing=verdict is None,
                    judgement=Judgement(()) if verdict is None else JUDGEMENT_JSON.validate_python(verdict.body),
                    score=None if verdict is None else PRE_SCORE_JSON.validate_python(verdict.score),
                    submitted_at=None if verdict is None else verdict.submitted_at,
                )
            )
        found[call.call_id] = tuple(line)
    return found


def reference_of(place: CalibrationCallRow) -> tuple[Judgement | None, PreScore | None]:
    """What was agreed on a call, and what it comes to."""
    if place.reference is None:
        return None, None
    return JUDGEMENT_JSON.validate_python(place.reference), PRE_SCORE_JSON.validate_python(place.score)


def by_item(score: PreScore | None) -> dict[str, ItemScore]:
    return {} if score is None else {item.id: item for section in score.sections for item in section.items}


def effect(score: ItemScore) -> tuple[object, ...]:
    """Two answers with the same effect are the same answer, whatever was written beside them."""
    return score.state, score.cost, score.won, score.fatal


def _rows(
    card: Scorecard,
    opinions: Sequence[Opinion],
    machine: PreScore,
    hits: Mapping[str, tuple[Evidence, ...]],
    agreed_on: tuple[Judgement | None, PreScore | None],
) -> list[Row]:
    scored = [by_item(one.score) for one in opinions]
    said = [{verdict.item: verdict for verdict in one.judgement.items} for one in opinions]
    reference, score = agreed_on
    agreed = {verdict.item: verdict for verdict in reference.items} if reference else {}
    by_machine, by_reference = by_item(machine), by_item(score)
    found = []
    for section in card.sections:
        for item in section.items:
            cells = [Cell(scores.get(item.id), words.get(item.id)) for scores, words in zip(scored, said, strict=True)]
            own = by_machine.get(item.id)
            evidence = tuple(one for rule in own.rules for one in hits.get(rule, ())) if own else ()
            right = Cell(by_reference.get(item.id), agreed.get(item.id))
            found.append(_row(item, section, cells, MachineCell(own, evidence), right))
    return found


def _row(item: Item, section: Section, cells: Sequence[Cell], machine: MachineCell, reference: Cell) -> Row:
    there = [cell for cell in cells if cell.score is not None]
    effects = {effect(cell.score) for cell in there if cell.score is not None}
    own = machine.score
    judged = own is not None and own.state is not ItemState.UNJUDGED
    differs = len(effects) > 1
    return Row(
        id=item.id,
        name=item.name,
        section=section.name,
        points=item.worth,
        most=can_lose(item, section),
        most_won=can_win(item),
        cells=_marked(cells, reference),
        machine=machine,
        reference=reference,
        spread=_spread([cell.score for cell in there if cell.score is not None]),
        differs=differs,
        machine_differs=not differs and judged and bool(effects) and own is not None and effect(own) not in effects,
        agreed=None if differs or not there else _agreed([cell.said for cell in there if cell.said is not None]),
    )


def _marked(cells: Sequence[Cell], reference: Cell) -> tuple[Cell, ...]:
    """Who is not with the reference, or not with the majority: with no majority, everybody."""
    effects = [effect(cell.score) for cell in cells if cell.score is not None]
    if reference.score is not None:
        right: tuple[object, ...] | None = effect(reference.score)
    else:
        most = max(set(effects), key=effects.count, default=None)
        right = most if most is not None and effects.count(most) * 2 > len(effects) else None
    return tuple(
        replace(cell, apart=cell.score is not None and len(effects) > 0 and effect(cell.score) != right)
        for cell in cells
    )


def _spread(scores: Sequence[ItemScore]) -> float:
    """Points between the highest and the lowest; where one says it does not apply, all it is worth."""
    if len(scores) < 2:
        return 0.0
    if len({score.fatal for score in scores}) > 1:
        return WHOLE_CALL
    got = [score.won - score.cost for score in scores if score.state is ItemState.JUDGED]
    between = max(got, default=0.0) - min(got, default=0.0)
    if len({score.state for score in scores}) > 1:
        return max(between, 1.0, *(score.points for score in scores))
    return round(between, 2)


def _agreed(said: Sequence[ItemVerdict]) -> ItemVerdict | None:
    """What all say, with the words of who wrote most and everybody's evidence."""
    if not said:
        return None
    evidence = tuple(dict.fromkeys(one for verdict in said for one in verdict.evidence))
    return replace(max(said, key=lambda one: len(one.comment)), evidence=evidence)


def _prefill(card: Scorecard, rows: Sequence[Row]) -> Judgement:
    agreed = {row.id: row.agreed for row in rows}
    return Judgement(tuple(agreed.get(item.id) or ItemVerdict(item.id, ItemState.UNJUDGED) for item in card.items))
