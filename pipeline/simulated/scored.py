"""The machine's score of a made-up call: the rules' answers and the classifier's opinions, added up as always."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.finding import Answer, Effect, Evidence, RuleResult
from models.score import Scored
from pipeline.simulated.hearing import Heard, opinion, opinion_items
from pipeline.simulated.items import Items
from pipeline.simulated.model import Flags, Truth
from pipeline.simulated.outcomes import Outcomes
from pipeline.simulated.samples import Sample, evidence
from scoring.pack import Pack
from scoring.prescore import pre_score

DISSATISFIED = 2
"""Up to this mark a customer is: the shipped packs' rule says the same."""


@dataclass(frozen=True)
class Scorer:
    """Scores made-up calls by the pack and card in use. `answers` are the rules' results without evidence."""

    pack: Pack
    items: Items
    answers: Mapping[tuple[str, Answer], RuleResult]
    of_item: tuple[tuple[str, ...], ...]
    opinion_items: tuple[str, ...]

    def score(self, truth: Truth, heard: Heard, outcomes: Outcomes, call: int, sample: Sample) -> Scored:
        results = {rule.id: self.answers[rule.id, Answer.CLEAN] for rule in self.pack.rules}
        for place in np.flatnonzero(~truth.applies[call]):
            for rule in self.of_item[place]:
                results[rule] = self.answers[rule, Answer.NOT_APPLICABLE]
        where = (call % 97) / 97
        for rule, times in self._hits(heard, outcomes, call).items():
            results[rule] = self._hit(rule, evidence(sample, rule, times, where))
        if not outcomes.satisfaction[call] and "low-satisfaction" in results:
            results["low-satisfaction"] = self.answers["low-satisfaction", Answer.NOT_APPLICABLE]
        answers = tuple(results.values())
        opinions = [
            opinion(item, probability)
            for item, probability in zip(self.opinion_items, heard.opinions[call].tolist(), strict=True)
        ]
        return Scored(pre_score(self.items.card, answers, opinions, {}), answers)

    def _hits(self, heard: Heard, outcomes: Outcomes, call: int) -> dict[str, int]:
        """By rule how often."""
        found: dict[str, int] = {}
        for place in np.flatnonzero(heard.error[call]):
            fault = self.items.specs[place].faults[heard.fault[call, place]]
            if fault.rule is not None:
                found[fault.rule] = int(heard.times[call, place]) if fault.each else 1
        merits = zip(self.items.merits, heard.merit[call].tolist(), strict=True)
        found |= {merit.rule: 1 for merit, is_there in merits if is_there}
        tags = {
            "complaint-threat": outcomes.threatens[call],
            "repeat-contact": outcomes.repeats[call],
            "low-satisfaction": 0 < outcomes.satisfaction[call] <= DISSATISFIED,
            "customer-praise": outcomes.praises[call],
        }
        known = self.pack.rule_ids
        return found | {rule: 1 for rule, is_there in tags.items() if is_there and rule in known}

    def _hit(self, rule: str, found: tuple[Evidence, ...]) -> RuleResult:
        like = self.answers[rule, Answer.HIT]
        return RuleResult(
            like.pack, like.pack_version, rule, like.name, like.effect, Answer.HIT, found, queue=like.queue
        )


def scorer_of(pack: Pack, items: Items) -> Scorer:
    answers = {
        (rule.id, answer): RuleResult(
            pack.name, pack.version, rule.id, rule.name, rule.effect, answer, queue=rule.queue
        )
        for rule in pack.rules
        for answer in Answer
    }
    known = pack.rule_ids
    of_item = tuple(
        tuple(fault.rule for fault in spec.faults if fault.rule is not None and fault.rule in known)
        for spec in items.specs
    )
    return Scorer(pack, items, answers, of_item, opinion_items(items))


def machine_hits(pack: Pack, items: Items, heard: Heard) -> tuple[tuple[str, ...], Flags]:
    """The rules of the pack that find errors, and which calls each hit: calls x rules."""
    rules = tuple(rule.id for rule in pack.rules if rule.effect is Effect.VIOLATION)
    column = {rule: place for place, rule in enumerate(rules)}
    hits = np.zeros((len(heard.error), len(rules)), np.bool_)
    for place, spec in enumerate(items.specs):
        for number, fault in enumerate(spec.faults):
            if fault.rule in column:
                hits[:, column[fault.rule]] |= heard.error[:, place] & (heard.fault[:, place] == number)
    return rules, hits
