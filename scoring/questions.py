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
        phrases: dict[str, list[int]] = {}
        patterns: dict[str, list[int]] = {}
        for number, rule in enumerate(rules):
            for part in rule.when.walk():
                for phrase in part.phrases():
                    normalised = normalise(phrase).text
                    self.written.setdefault(normalised, phrase)
                    phrases.setdefault(normalised, []).append(number)
                for pattern in part.triggers():
                    patterns.setdefault(pattern, []).append(number)
        self._by_phrase: Mapping[str, Sequence[int]] = phrases
        self._by_pattern: Mapping[str, Sequence[int]] = patterns

    def woken(self, phrases: Iterable[str], patterns: Iterable[str]) -> set[int]:
        """Numbers of the rules that have one of these phrases (normalised) or, as a trigger, patterns."""
        found: set[int] = set()
        for phrase in phrases:
            found.update(self._by_phrase.get(phrase, ()))
        for pattern in patterns:
            found.update(self._by_pattern.get(pattern, ()))
        return found
