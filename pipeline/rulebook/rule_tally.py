"""How often a rule hits before and after, counted call by call."""

from collections import Counter

from models.finding import Answer, Effect, RuleResult
from pipeline.processing.stored_calls import StoredCall
from pipeline.rulebook.replayed import Agreement, Change, RuleReplay
from scoring.rule import Rule
from scoring.wilson import share

EXAMPLES = 20
"""Of each rule's changes, listed."""
QUOTES = 3


class RuleTally:
    """Counts of one rule, call by call."""

    def __init__(self, rule: str, name: str, effect: Effect, *, is_gone: bool = False) -> None:
        self.rule, self.name, self.effect, self.is_gone = rule, name, effect, is_gone
        self.existed = False
        self.before: Counter[Answer] = Counter()
        self.after: Counter[Answer] = Counter()
        self.newly: list[Change] = []
        self.no_longer: list[Change] = []
        self.changed: Counter[str] = Counter()
        self.told_before: Counter[tuple[bool, bool]] = Counter()
        self.told_after: Counter[tuple[bool, bool]] = Counter()

    @classmethod
    def of(cls, rule: Rule) -> "RuleTally":
        return cls(rule.id, rule.name, rule.effect)

    def add(
        self,
        call: StoredCall,
        old: RuleResult | None,
        new: RuleResult | None,
        *,
        verdict: bool | None,
        compared: bool,
    ) -> None:
        """`compared` is False for a call that has no score to compare with."""
        hit_before, hit_after = _hit(old), _hit(new)
        if old is not None:
            self.existed = True
            self.before[old.answer] += 1
        if new is not None:
            self.after[new.answer] += 1
        if compared and hit_after and not hit_before:
            self._note("newly", self.newly, call, new)
        if compared and hit_before and not hit_after:
            self._note("no_longer", self.no_longer, call, old)
        if verdict is not None and old is not None:
            self.told_before[hit_before, verdict] += 1
        if verdict is not None and new is not None:
            self.told_after[hit_after, verdict] += 1

    def _note(self, kind: str, kept: list[Change], call: StoredCall, result: RuleResult | None) -> None:
        self.changed[kind] += 1
        if len(kept) < EXAMPLES and result is not None:
            quotes = tuple(one.quote for one in result.evidence if one.quote)[:QUOTES]
            start = result.evidence[0].start if result.evidence else None
            kept.append(Change(call.id, call.file, call.agent, quotes, start))

    def result(self) -> RuleReplay:
        return RuleReplay(
            rule=self.rule,
            name=self.name,
            effect=self.effect,
            hits_before=self.before[Answer.HIT] if self.existed else None,
            hits_after=None if self.is_gone else self.after[Answer.HIT],
            unjudged_before=self.before[Answer.CANNOT_JUDGE],
            unjudged_after=self.after[Answer.CANNOT_JUDGE],
            newly=self.changed["newly"],
            no_longer=self.changed["no_longer"],
            newly_in=tuple(self.newly),
            no_longer_in=tuple(self.no_longer),
            agreement_before=_agreement(self.told_before),
            agreement_after=_agreement(self.told_after),
        )


def _hit(result: RuleResult | None) -> bool:
    return result is not None and result.answer is Answer.HIT


def _agreement(told: Counter[tuple[bool, bool]]) -> Agreement | None:
    """`told` counts (the rule hit, a person says it is a hit)."""
    if not told:
        return None
    both = told[True, True]
    return Agreement(
        precision=share(both, both + told[True, False]),
        recall=share(both, both + told[False, True]),
    )
