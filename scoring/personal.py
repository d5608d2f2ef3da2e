"""What of a call is somebody's own: numbers, names, addresses, plates, accounts, codes.

Rather too much than too little: what is masked in vain costs a class a word, what is not masked costs somebody their
privacy. Places are characters of turns' texts, so that words and seconds can be found for them.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from models.transcript import Turn
from scoring.personal_accounts import accounts
from scoring.personal_names import names
from scoring.personal_numbers import numbers
from scoring.personal_places import places
from scoring.personal_span import Known, PersonalSpan


def personal_spans(turns: Sequence[Turn], known: Known | None = None) -> tuple[PersonalSpan, ...]:
    """All of them, in order, none overlapping another."""
    who = known or Known()
    found = [*numbers(turns, who.numbers), *names(turns, who.names), *places(turns), *accounts(turns)]
    return tuple(_merged(found))


def _merged(spans: Iterable[PersonalSpan]) -> Iterator[PersonalSpan]:
    """Where some overlap, one span as long as all of them, of the kind of the longest."""
    for _, of_turn in groupby(sorted(spans), key=lambda span: span.turn):
        group: list[PersonalSpan] = []
        for span in of_turn:
            if group and span.begin >= max(one.end for one in group):
                yield _one(group)
                group = []
            group.append(span)
        yield _one(group)


def _one(group: Sequence[PersonalSpan]) -> PersonalSpan:
    longest = max(group, key=lambda span: span.end - span.begin)
    return PersonalSpan(group[0].turn, group[0].begin, max(span.end for span in group), longest.kind)


__all__ = ["Known", "PersonalSpan", "personal_spans"]
