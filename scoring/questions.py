"""The rules of a pack by what wakes them.

Few of a pack's words are said in any one call. A rule none of whose words were said answers by what is left of its
condition (`Operator.hollow`): the same as every other rule of which the same is left. So each kind of silence is asked
about once in a call, and only the rules that something was found for are asked one by one.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence

from models.finding import Answer, RuleResult
from scoring.normalise import normalise
from scoring.rule import Rule


class Questions:
    """`groups` are the numbers of the rules of which the same is left.

    `clean` has the result of each rule where it is clean, `not_applicable` where it is that. `written` gives a
    normalised phrase as the author of the rules wrote it.
    """

    def __init__(self, pack: str, version: int, rules: Sequence[Rule]) -> None:
        def results(answer: Answer) -> list[RuleResult]:
            return [RuleResult(pack, version, rule.id, rule.name, rule.effect, answer) for rule in rules]

        self.clean = results(Answer.CLEAN)
        self.not_applicable = results(Answer.NOT_APPLICABLE)
        groups: dict[Hashable, list[int]] = {}
        for number, rule in enumerate(rules):
            groups.setdefault(rule.when.hollow(), []).append(number)
        self.groups: Sequence[Sequence[int]] = list(groups.values())
        self.written: dict[str, str] = {}
        phrases: dict[str, int] = {}
        patterns: dict[str, int] = {}
        for number, rule in enumerate(rules):
            for part in rule.when.walk():
                for phrase in part.phrases():
                    normalised = normalise(phrase).text
                    self.written.setdefault(normalised, phrase)
                    phrases[normalised] = phrases.get(normalised, 0) | 1 << number
                for pattern in part.triggers():
                    patterns[pattern] = patterns.get(pattern, 0) | 1 << number
        self._by_phrase: Mapping[str, int] = phrases
        self._by_pattern: Mapping[str, int] = patterns

    def woken(self, phrases: Iterable[str], patterns: Iterable[str]) -> set[int]:
        """Numbers of the rules that have one of these phrases (normalised) or, as a trigger, patterns."""
        found, by_phrase, by_pattern = 0, self._by_phrase, self._by_pattern
        for phrase in phrases:
            found |= by_phrase.get(phrase, 0)
        for pattern in patterns:
            found |= by_pattern.get(pattern, 0)
        # As text, the lowest number first: a bit is looked at faster there than in a large number.
        return {number for number, bit in enumerate(f"{found:b}"[::-1]) if bit == "1"}
