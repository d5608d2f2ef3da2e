"""What the page of a draft and its pieces show, typed."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.console.marks import MarkedTurn, marked_turns
from api.definition_answers import MistakeAnswer
from models.finding import Answer, RuleResult
from models.reason import Language, Reason
from models.score import ItemScore, PreScore
from pipeline.browse import Finding
from pipeline.rulebook.definitions import Draft, Kind
from pipeline.rulebook.replay import AgentShift, Gate, Replay, RuleReplay
from pipeline.rulebook.tryout import Checked, Tried

PANELS = {
    "pack": ("check", "form", "try", "replay", "publish"),
    "scorecard": ("check", "try", "replay", "publish"),
}


@dataclass(frozen=True, slots=True)
class DraftPage:
    """`newer` is a version somebody published since the draft was begun."""

    draft: Draft
    title: str
    newer: int | None

    @property
    def panels(self) -> tuple[str, ...]:
        return PANELS[self.draft.kind]


@dataclass(frozen=True, slots=True)
class CheckPiece:
    kind: Kind
    checked: Checked
    language: Language

    @property
    def mistakes(self) -> list[MistakeAnswer]:
        return [MistakeAnswer.of(reason, self.language) for reason in self.checked.mistakes]


@dataclass(frozen=True, slots=True)
class ConflictPiece:
    """`lines` are a unified diff from what is stored to what could not be saved."""

    stored: Draft
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplayPiece:
    replay: Replay
    gate: Gate
    unfit: Reason | None

    @property
    def changed(self) -> list[RuleReplay]:
        """Rules that hit other calls than before, those with most changes first; also those that are new or gone."""
        found = [
            r for r in self.replay.rules if r.newly or r.no_longer or r.hits_before is None or r.hits_after is None
        ]
        return sorted(found, key=lambda rule: -(rule.newly + rule.no_longer))

    @property
    def agents(self) -> list[AgentShift]:
        """Whose mean moves, the furthest first."""
        moved = [one for one in (self.replay.scores.agents if self.replay.scores else ()) if round(one.shift, 2)]
        return sorted(moved, key=lambda one: -abs(one.shift))


@dataclass(frozen=True, slots=True)
class TryPiece:
    """`hits` hit, `open` could not be judged; `findings` are the hits' quotes, by the numbers the marks carry."""

    turns: tuple[MarkedTurn, ...]
    hits: tuple[RuleResult, ...]
    open: tuple[RuleResult, ...]
    others: tuple[RuleResult, ...]
    findings: tuple[Finding, ...]
    score: PreScore | None
    unfit: Reason | None

    @property
    def lost(self) -> list[ItemScore]:
        """Items that cost points."""
        items = [item for section in (self.score.sections if self.score else ()) for item in section.items]
        return [item for item in items if item.cost]

    def names(self, ids: Iterable[int]) -> str:
        """Of the rules that marked a stretch."""
        return " · ".join(dict.fromkeys(self.findings[number].name for number in ids))


def try_piece(tried: Tried) -> TryPiece:
    hits = tuple(result for result in tried.results if result.answer is Answer.HIT)
    unsure = tuple(result for result in tried.results if result.answer is Answer.CANNOT_JUDGE)
    findings = _findings(hits)
    return TryPiece(
        turns=marked_turns(tried.transcript.turns, findings),
        hits=hits,
        open=unsure,
        others=tuple(one for one in tried.results if one.answer not in {Answer.HIT, Answer.CANNOT_JUDGE}),
        findings=findings,
        score=tried.pre_score,
        unfit=tried.unfit,
    )


def _findings(hits: Iterable[RuleResult]) -> tuple[Finding, ...]:
    pairs = [(result, evidence) for result in hits for evidence in result.evidence]
    return tuple(
        Finding(number, one.rule, one.name, one.effect, one.pack, one.pack_version, evidence)
        for number, (one, evidence) in enumerate(pairs)
    )
