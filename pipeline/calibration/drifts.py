"""Who judges otherwise than they used to, and since when.

Two people judge a call, and one of them has changed: both agree with the other less. So the clearest change is put to
whoever shows it, and everybody else is looked at anew with it taken out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

import numpy as np

from models.clock import CHINA_TIME
from pipeline.calibration.cases import Comparisons
from scoring.agreement.accuracy import Cases, Difficulty, difficulty
from scoring.agreement.drift import Change, change
from scoring.agreement.figure import Figure
from scoring.agreement.ratings import Floats, Integers
from scoring.agreement.strictness import strictness

Kind = Literal["accuracy", "points"]

MOST = 5
"""Changes of a kind that are taken out; if more people change at once, the standard has."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Since `since` the inspector has been right more or less often, or given more or fewer points, than before.

    `by` is a share of the items, or points.
    """

    kind: Kind
    since: date
    by: Figure


def drifts(
    compared: Comparisons, model: Difficulty | None, days: Mapping[int, datetime]
) -> Mapping[int, tuple[Drift, ...]]:
    """By number of the person. `days` says when each call was judged."""
    found: dict[int, tuple[Drift, ...]] = {}
    changed = [*(_accuracy(compared, model, days) if model else ()), *_points(compared, days)]
    for person, drift in changed:
        found[person] = (*found.get(person, ()), drift)
    return found


def _accuracy(compared: Comparisons, model: Difficulty, days: Mapping[int, datetime]) -> list[tuple[int, Drift]]:
    people, cases = range(len(compared.people)), compared.cases
    found: dict[int, Drift] = {}
    while len(found) < MOST:
        clearest = _clearest(
            {person: _changed(*_left(model, cases, person), days) for person in people if person not in found}
        )
        if clearest is None:
            break
        person, at, by = clearest
        found[person] = Drift("accuracy", at.astimezone(CHINA_TIME).date(), by)
        cases = replace(cases, circumstances=[*cases.circumstances, _since(cases, person, at, days)])
        anew = difficulty(cases, len(compared.people))
        if anew is None:
            break
        model = anew
    return list(found.items())


def _left(model: Difficulty, cases: Cases, person: int) -> tuple[Floats, Integers]:
    """What was right beyond what was to be expected, and in which calls."""
    own = cases.of(person)
    return own.right - model.expected(own, person), own.calls


def _since(cases: Cases, person: int, at: datetime, days: Mapping[int, datetime]) -> Integers:
    """Which cases are the person's and not before that time."""
    late = np.array([days[call] >= at for call in cases.calls.tolist()], dtype=bool)
    return np.where(late & ((cases.first == person) | (cases.second == person)), 0, -1)


def _points(compared: Comparisons, days: Mapping[int, datetime]) -> list[tuple[int, Drift]]:
    first, second, calls = compared.first, compared.second, compared.calls
    apart, found = compared.apart, dict[int, Drift]()
    people = len(compared.people)
    while len(found) < MOST:
        lenient = np.array([one.value or 0.0 for one in strictness(apart, first, second, calls, people)] + [0.0])
        left = apart - lenient[first] + lenient[second]
        clearest = _clearest(
            {
                person: _changed(*_own(left, first, second, calls, person), days)
                for person in range(people)
                if person not in found
            }
        )
        if clearest is None:
            break
        person, at, by = clearest
        found[person] = Drift("points", at.astimezone(CHINA_TIME).date(), by)
        late = np.array([days[call] >= at for call in calls.tolist()], dtype=float)
        sign = (first == person).astype(float) - (second == person)
        apart = apart - sign * late * (by.value or 0.0)
    return list(found.items())


def _own(left: Floats, first: Integers, second: Integers, calls: Integers, person: int) -> tuple[Floats, Integers]:
    mine = (first == person) | (second == person)
    return np.where(second[mine] == person, -1, 1) * left[mine], calls[mine]


def _changed(values: Floats, calls: Integers, days: Mapping[int, datetime]) -> tuple[datetime, Change] | None:
    """The change in the means of calls, in the order in which they were judged, and when it came."""
    if not len(calls):
        return None
    ids, index = np.unique(calls, return_inverse=True)
    means = np.bincount(index, values) / np.bincount(index)
    order = sorted(range(len(ids)), key=lambda place: (days[int(ids[place])], ids[place]))
    found = change(means[order])
    return None if found is None else (days[int(ids[order[found.place]])], found)


def _clearest(changes: Mapping[int, tuple[datetime, Change] | None]) -> tuple[int, datetime, Figure] | None:
    """The one that is largest beside its interval."""
    known = [(person, at, found.by) for person, one in changes.items() if one for at, found in (one,)]
    return max(known, key=lambda one: _clear(one[2]), default=None)


def _clear(by: Figure) -> float:
    assert by.value is not None
    assert by.low is not None
    assert by.high is not None
    return abs(by.value) / max(by.high - by.low, 1e-9)
