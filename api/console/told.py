"""Sentences about a score, with the seconds they name as places to play from."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from api.wording import sentence
from models.finding import RuleResult
from models.reason import Language, Reason
from models.score import ItemScore, PreScore, SectionScore
from pipeline.browse import Finding
from scoring.explain import explain, explain_section, explain_total

OPEN, SHUT = "\ue000", "\ue001"
"""Around what is to be a button: of Unicode's private use, so that nobody said them."""

BESIDE = {"scoring.explained_kept", "scoring.explained_full"}


@dataclass(frozen=True, slots=True)
class Piece:
    """Of a sentence: text, or a moment that plays from `second`; `finding` is what it then lights up, if it is one."""

    text: str
    second: float | None = None
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Says what a score's items, sections and total come from. `results` by rule."""

    results: Mapping[str, RuleResult]
    findings: Sequence[Finding]

    def item(self, item: ItemScore, language: Language) -> list[list[Piece]]:
        """Without the sentence that only repeats the points, which stand beside it."""
        reasons = explain(item, self.results)
        new = [reason for reason in reasons if reason.code not in BESIDE]
        return [self._pieces(reason, language) for reason in new or reasons]

    def section(self, section: SectionScore, language: Language) -> list[list[Piece]]:
        return [self._pieces(reason, language) for reason in explain_section(section)]

    def total(self, score: PreScore, language: Language) -> list[list[Piece]]:
        return [self._pieces(reason, language) for reason in explain_total(score)]

    def more(self, item: ItemScore) -> list[Finding]:
        """The findings that moved the item and that its sentences only count."""
        reasons = explain(item, self.results)
        named = {str(reason.facts[key]) for reason in reasons for key in ("start", "start2") if key in reason.facts}
        return [one for one in self.findings if one.rule in item.rules and str(one.evidence.start) not in named]

    def _pieces(self, reason: Reason, language: Language) -> list[Piece]:
        keys = [suffix for suffix in ("", "2") if f"start{suffix}" in reason.facts and f"at{suffix}" in reason.facts]
        marked = {f"at{key}": f"{OPEN}{key}|{reason.facts[f'at{key}']}{SHUT}" for key in keys}
        text = sentence(replace(reason, facts={**reason.facts, **marked}), language)
        pieces = []
        for part in re.split(f"{OPEN}(.*?){SHUT}", text):
            key, _, shown = part.partition("|")
            if shown and key in keys:
                pieces.append(Piece(shown, float(reason.facts[f"start{key}"]), self._finding(reason, key)))
            elif part:
                pieces.append(Piece(part))
        return pieces

    def _finding(self, reason: Reason, key: str) -> Finding | None:
        facts = reason.facts
        quote = facts.get(f"written{key}") or facts.get(f"quote{key}", "")
        wanted = (facts.get("rule"), facts[f"start{key}"], quote)
        return next((f for f in self.findings if (f.name, f.evidence.start, f.evidence.quote) == wanted), None)
