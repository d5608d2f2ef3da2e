"""`phrase: [..]`: words said, however Whisper wrote them: homophones, other forms of numbers, stutters and fillers.

`exact: true` takes them only as they are written, apart from punctuation, width, case and fillers. `need` is how many
of the different phrases: any (one), all, a number, or none. `unless` lists patterns; a phrase that one of them overlaps
does not count.
"""

from collections.abc import Hashable, Iterable, Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from scoring.heard import Heard
from scoring.kleene import negate
from scoring.mistake import wrong
from scoring.normalise import normalise
from scoring.operators.operator import Scoped
from scoring.operators.pattern import Patterns
from scoring.operators.words import Words
from scoring.pattern_search import OutOfTimeError
from scoring.scope import Window
from scoring.search import Found, sift, too_slow
from scoring.verdict import Verdict, cannot_judge, hit

NEEDS = ("any", "all", "none")


def _need(value: object) -> object:
    if value in NEEDS or (isinstance(value, int) and not isinstance(value, bool) and value >= 1):
        return value
    raise wrong("bad_need", value=str(value))


class Phrase(Scoped):
    KEY = "phrase"
    phrase: Annotated[tuple[Words, ...], Field(min_length=1)]
    need: Annotated[Literal["any", "all", "none"] | int, BeforeValidator(_need)] = "any"
    unless: Patterns = ()
    exact: bool = False

    def phrases(self) -> Iterable[str]:
        return self.phrase

    def patterns(self) -> Iterable[str]:
        return self.unless

    def triggers(self) -> Iterable[str]:
        # What excuses a phrase matters only where it is said.
        return ()

    @cached_property
    def _normalised(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(normalise(phrase).text for phrase in self.phrase))

    def hollow(self) -> Hashable:
        return self.absent(negated=self.need == "none")

    def ask(self, heard: Heard) -> Verdict:
        window = heard.window(self.scope)
        try:
            found = list(self._found(heard, window))
        except OutOfTimeError as slow:
            return too_slow(slow.pattern)
        verdict = self._count(found, window)
        return negate(verdict) if self.need == "none" else verdict

    def _found(self, heard: Heard, window: Window) -> Iterator[Found]:
        """For each phrase that is, or may be, said in the window; what was not to be said is enough once."""
        once = self.need == "none"
        for phrase in self._normalised:
            if phrase in heard.occurrences and (said := heard.said_in(window, phrase, exact=self.exact)):
                found = sift(heard, window, said, self.unless, one=once)
                if found:
                    yield found
                if once and found.sure:
                    return

    def _count(self, found: list[Found], window: Window) -> Verdict:
        needed = len(self._normalised) if self.need == "all" else self.need if isinstance(self.need, int) else 1
        sure = [evidence for one in found for evidence in one.sure]
        unsure = [pair for one in found if not one.sure for pair in one.unsure]
        if sum(bool(one.sure) for one in found) >= needed:
            return hit(*sure)
        if len(found) >= needed:
            return cannot_judge(unsure[0][1], *sure, *(evidence for evidence, _ in unsure))
        return window.absence
