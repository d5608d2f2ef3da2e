"""What the review page shows, typed: the call, the form to fill in, and, once handed in, the result."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from api.console.formats import grade_class
from api.console.marks import MarkedTurn
from api.console.views import LONG_SILENCE
from api.console.wording import Wording
from models.learning import Level
from models.reason import Reason
from models.review import ItemVerdict, Judgement
from models.score import ItemClass, ItemScore, ItemState, PreScore
from models.transcript import Transcript
from pipeline.browse import Call, Finding
from scoring.card_item import Item
from scoring.hundredths import hundredths, points
from scoring.judgement import can_lose, can_win
from scoring.scorecard import Scorecard, Section

SCRIPT_WORDS = "rj_"
"""How the keys of words begin that scripts say."""

SKIPPED_SILENCE = 1.0
"""Silences from this length are skipped where the inspector wishes so. Seconds."""

SUGGESTING = frozenset({Level.SUGGESTS, Level.DECIDES})
"""What the classifier thinks of an item is shown beforehand at these levels."""

STEPS = 3
"""Buttons for points lost on an item; any other number can be typed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of an item's quick answers."""

    kind: Literal["fine", "lost", "broke", "won", "na"]
    state: ItemState
    lost: float = 0.0
    won: float = 0.0


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item of the form. `most` is what it can lose; `findings` are the machine's, none while those are hidden.

    `suggested` is the machine's score of the item where the classifier may suggest on it and the reader may see that.
    """

    id: str
    name: str
    item_class: ItemClass
    points: float
    fatal: Literal["call", "section"] | None
    total_at_most: float | None
    hint: str
    most: float
    choices: tuple[Choice, ...]
    findings: tuple[Finding, ...]
    suggested: ItemScore | None = None


@dataclass(frozen=True, slots=True)
class SectionLines:
    id: str
    name: str
    lines: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One item as the machine, this inspector and others judged it. `said` is what the inspector wrote."""

    id: str
    name: str
    machine: ItemScore | None
    mine: ItemScore | None
    others: tuple[ItemScore | None, ...]
    said: ItemVerdict
    findings: tuple[Finding, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class FindingLine:
    """`wrong`: this inspector says that the rule should not have hit."""

    finding: Finding
    wrong: bool


@dataclass(frozen=True, slots=True)
class OtherVerdict:
    name: str
    judgement: Judgement
    score: PreScore


@dataclass(frozen=True, slots=True)
class Result:
    """After handing in, and for who oversees the work. `waits`: one more person is to judge the call."""

    machine: PreScore | None
    mine: PreScore | None
    others: tuple[OtherVerdict, ...]
    judgement: Judgement
    rows: tuple[Row, ...]
    findings: tuple[FindingLine, ...]
    waits: bool

    @property
    def differing(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.differs)

    @property
    def agreed(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.differs)


@dataclass(frozen=True, slots=True)
class ReviewView:
    """`player` is what the page's scripts need, as JSON; `result` is there where there is no form to fill in.

    `holder` is who has the call or had it, where that is not the reader.
    """

    id: int
    purpose: str
    done: bool
    holder: str
    call: Call
    turns: tuple[MarkedTurn, ...]
    has_transcript: bool
    sections: tuple[SectionLines, ...]
    reasons: tuple[Reason, ...]
    blind: bool
    overdue: bool
    may_mark: bool
    result: Result | None
    player: dict[str, Any]

    @property
    def submitted(self) -> bool:
        return self.result is not None

    @property
    def item_count(self) -> int:
        return sum(len(section.lines) for section in self.sections)


def section_lines(
    card: Scorecard, findings: tuple[Finding, ...], machine: PreScore | None = None
) -> tuple[SectionLines, ...]:
    """The form's lines; `findings` and `machine` are what the inspector may see."""
    scores = by_item(machine)
    return tuple(
        SectionLines(
            section.id,
            section.name,
            tuple(_line(item, section, findings, scores.get(item.id)) for item in section.items),
        )
        for section in card.sections
    )


def _line(item: Item, section: Section, findings: tuple[Finding, ...], score: ItemScore | None) -> ItemLine:
    return ItemLine(
        id=item.id,
        name=item.name,
        item_class=item.item_class,
        points=item.worth,
        fatal=item.fatal,
        total_at_most=item.total_at_most,
        hint=item.hint,
        most=can_lose(item, section),
        choices=choices(item, section),
        findings=_of_item(item, findings),
        suggested=score if score is not None and score.level in SUGGESTING and score.opinion is not None else None,
    )


def _of_item(item: Item, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    rules = {move.rule for move in item.rules}
    return tuple(finding for finding in findings if finding.rule in rules)


def choices(item: Item, section: Section) -> tuple[Choice, ...]:
    """No fault, the points that are usually lost or won, not applicable. A fatal item is broken or not."""
    judged = ItemState.JUDGED
    most = can_lose(item, section)
    if item.fatal:
        lost = [Choice("broke", judged, most)]
    elif only_wins(item, section):
        lost = []
    else:
        lost = [Choice("lost", judged, step) for step in steps(item, most)]
    won = [Choice("won", judged, won=most_won) for most_won in [can_win(item)] if 0 < most_won <= item.worth + 100]
    return (Choice("fine", judged), *lost, *won, Choice("na", ItemState.NOT_APPLICABLE))


def only_wins(item: Item, section: Section) -> bool:
    """Whether an error would change nothing: no points to lose, no class that counts errors, only a bonus to win."""
    ordinary = item.item_class is ItemClass.ORDINARY
    return ordinary and not (item.worth or section.on_total) and can_win(item) > 0


def steps(item: Item, most: float) -> tuple[float, ...]:
    """What the item's rules take, and everything; where people alone judge, half and everything."""
    usual = {points(hundredths(move.deduct, item.weight)) for move in item.rules if move.deduct}
    if not usual and most > 1:
        usual = {points(hundredths(most) // 100 * 50)}
    fitting = sorted(step for step in usual if 0 < step < most)
    return (*fitting[: STEPS - 1], most)


def rows(
    card: Scorecard,
    judgement: Judgement,
    machine: PreScore | None,
    mine: PreScore | None,
    others: tuple[OtherVerdict, ...],
    *,
    findings: tuple[Finding, ...],
) -> tuple[Row, ...]:
    """Every item of the card; one differs where two of those who judged it gave other points or another state."""
    said = {verdict.item: verdict for verdict in judgement.items}
    by_machine, by_me = by_item(machine), by_item(mine)
    by_others = [by_item(other.score) for other in others]
    found = []
    for item in card.items:
        scores = (by_machine.get(item.id), by_me.get(item.id), *(scored.get(item.id) for scored in by_others))
        outcomes = {(one.state, one.got, one.fatal) for one in scores if one is not None and _took_part(one)}
        verdict = said.get(item.id) or ItemVerdict(item.id, ItemState.UNJUDGED)
        one, other, *more = scores
        found.append(
            Row(item.id, item.name, one, other, tuple(more), verdict, _of_item(item, findings), len(outcomes) > 1)
        )
    return tuple(found)


def _took_part(score: ItemScore) -> bool:
    """An item the machine leaves to people is no difference of opinion."""
    return score.state is not ItemState.UNJUDGED


def by_item(score: PreScore | None) -> Mapping[str, ItemScore]:
    return {} if score is None else {item.id: item for section in score.sections for item in section.items}


def score_for_script(score: PreScore) -> dict[str, Any]:
    """What the form shows of a score, as the draft's answer has it."""
    return {
        "total": score.total,
        "grade": score.grade,
        "fatal": list(score.fatal),
        "sections": [{"id": section.id, "points": section.points, "got": section.got} for section in score.sections],
    }


def script_data(
    call: Call,
    transcript: Transcript | None,
    card: Scorecard,
    findings: tuple[Finding, ...],
    words: Wording,
) -> dict[str, Any]:
    """What the scripts need of the call itself, whoever judges it."""
    voice = None if transcript is None else transcript.voice
    turns = () if transcript is None else transcript.turns
    silences = () if voice is None else voice.silences
    return {
        "call": call.summary.id,
        "seconds": call.summary.seconds or 0,
        "roles": [] if transcript is None else [role.value for role in transcript.origin.channel_map],
        "turns": [[round(turn.start, 3), round(turn.end, 3)] for turn in turns],
        "turn_roles": [turn.role.value for turn in turns],
        "silences": [(silence.start, silence.end) for silence in silences if silence.seconds >= LONG_SILENCE],
        "quiet": [(silence.start, silence.end) for silence in silences if silence.seconds >= SKIPPED_SILENCE],
        "overlaps": [(overlap.start, overlap.end) for overlap in (voice.overlaps if voice else None) or ()],
        "findings": [finding_for_script(finding) for finding in findings],
        "grades": {grade.name: grade_class(grade.name, grade.at_least) for grade in card.grades},
        "words": {
            key.removeprefix(SCRIPT_WORDS): said for key, said in words.sentences.items() if _is_script_word(key)
        },
    }


def _is_script_word(key: str) -> bool:
    return key.startswith(SCRIPT_WORDS)


def finding_for_script(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "start": finding.evidence.start,
        "end": finding.evidence.end,
        "effect": finding.effect.value,
        "name": finding.name,
    }
