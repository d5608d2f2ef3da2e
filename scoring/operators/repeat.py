"""`repeat: {times, at_least, shortest}`: one speaker says nearly the same sentence so many times.

A sentence ends at a full stop, a question or exclamation mark, a semicolon, or with the turn. Those with fewer than
`shortest` characters (没有了, 好的) are left out. See scoring/similarity.py for what is alike.
"""

from collections.abc import Hashable, Iterator, Sequence
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from models.finding import Evidence
from models.reason import Reason
from models.transcript import Role
from scoring.heard import Heard
from scoring.operators.counted import counted
from scoring.operators.operator import Scoped
from scoring.quote import Spoken, quote
from scoring.scope import Window
from scoring.similarity import alike, often_alike
from scoring.verdict import Verdict, hit


class Repetition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    times: Annotated[int, Field(ge=2)] = 3
    at_least: Annotated[float, Field(ge=0.5, le=1)] = 0.85
    shortest: Annotated[int, Field(ge=2)] = 6


class Sentence(NamedTuple):
    """`sure`: it was heard well, and it is known who said it. `turn` and `span` are where."""

    text: str
    turn: int
    span: tuple[int, int]
    speaker: tuple[Role, int]
    sure: bool


class Repeat(Scoped):
    """One speaker says nearly the same sentence so many times."""

    KEY = "repeat"
    repeat: Repetition

    def hollow(self) -> Hashable:
        return self.KEY, self.scope, self.repeat.model_dump_json()

    def ask(self, heard: Heard) -> Verdict:
        window = heard.window(self.scope)
        sentences = list(self._sentences(heard, window))
        sure_ones = [one for one in sentences if one.sure]
        most = self._most(sure_ones)
        if len(most) >= self.repeat.times:
            return hit(*[_evidence(one, heard) for one in most])
        if len(sure_ones) == len(sentences):
            return window.absence
        reason = Reason("scoring.may_be_repeated", {"times": self.repeat.times})
        unsure = [(_evidence(one, heard), reason) for one in self._most(sentences)]
        return counted([], unsure, self.repeat.times, window.absence)

    def _sentences(self, heard: Heard, window: Window) -> Iterator[Sentence]:
        for index, sure_turn in window.turns.items():
            turn = heard.turns[index]
            sure = sure_turn and index not in heard.timeline.doubtful and turn.role is not Role.UNKNOWN
            # Where it is not known who speaks, it may have been one person.
            speaker = (turn.role, -1 if turn.role is Role.UNKNOWN else turn.channel)
            for text, span in heard.sentences(index, self.repeat.shortest):
                if len(text) >= self.repeat.shortest:
                    yield Sentence(text, index, span, speaker, sure)

    def _most(self, sentences: Sequence[Sentence]) -> list[Sentence]:
        """The sentences most often said by one speaker: one of them, and those that are like it. None if too seldom."""
        spoken_by: dict[tuple[Role, int], list[int]] = {}
        for number, one in enumerate(sentences):
            spoken_by.setdefault(one.speaker, []).append(number)
        most: list[tuple[int, int, list[Sentence]]] = []
        for numbers in spoken_by.values():
            texts = [sentences[number].text for number in numbers]
            hopeful = often_alike(texts, self.repeat.at_least, self.repeat.times)
            if hopeful:
                pairs = alike([texts[at] for at in hopeful], self.repeat.at_least)
                often = pairs.sum(axis=1)
                row = int(often.argmax())
                same = [sentences[numbers[hopeful[at]]] for at in pairs[row].nonzero()[0].tolist()]
                most.append((-int(often[row]), numbers[hopeful[row]], same))
        # Of those said equally often, what is like the earlier one.
        return min(most)[2] if most else []


def _evidence(sentence: Sentence, heard: Heard) -> Evidence:
    spoken = Spoken.of(sentence.turn, heard.turns[sentence.turn])
    return quote(spoken, sentence.span[0], spoken, sentence.span[1])
