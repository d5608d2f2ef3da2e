"""How calls spread: over grades, points, satisfaction, and bins of silence, overlap, speech rate and response."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.facts import BINS, bin_name
from scoring.wilson import Share, share
from storage.reports.figures import bin_counts
from storage.reports.wanted import Wanted

MEASURES = ("silence", "overlap", "rate", "response", "total", "final_total")


@dataclass(frozen=True, slots=True)
class Bin:
    """From `low` to below `high` (None: no end); `name` is what a drill-down asks for (`silence:5`)."""

    name: str
    low: float
    high: float | None
    calls: int
    share: float


@dataclass(frozen=True, slots=True)
class Distribution:
    """Of the `calls` of which the measure is known. Every bin of `models.facts.BINS`, also the empty ones."""

    measure: str
    calls: int
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """`share` of all that have a grade (a rating), with Wilson's interval."""

    name: str
    share: Share


def distributions(session: Session, wanted: Wanted) -> Mapping[str, Distribution]:
    """By measure."""
    found = bin_counts(session, wanted, MEASURES)
    return {measure: _distribution(measure, found[measure]) for measure in MEASURES}


def grades(session: Session, wanted: Wanted, *, by_people: bool) -> tuple[Part, ...]:
    """Most calls first. By people: of reviewed calls, which were picked by risk."""
    measure = "final_grade" if by_people else "grade"
    return _parts(bin_counts(session, wanted, (measure,))[measure], by_name=False)


def ratings(session: Session, wanted: Wanted) -> tuple[Part, ...]:
    """Customers' ratings, the lowest first."""
    return _parts(bin_counts(session, wanted, ("satisfaction",))["satisfaction"], by_name=True)


def any_critical(session: Session, wanted: Wanted) -> tuple[Share, Share]:
    """Share of calls with a critical error of any class: the machine's over all calls, people's over reviewed ones."""
    found = bin_counts(session, wanted, ("critical", "final_critical"))
    machine, people = found["critical"], found["final_critical"]
    return _not_zero(machine), _not_zero(people)


def _not_zero(bits: Mapping[str, int]) -> Share:
    calls = sum(bits.values())
    return share(calls - bits.get("0", 0), calls)


def _parts(found: Mapping[str, int], *, by_name: bool) -> tuple[Part, ...]:
    calls = sum(found.values())
    parts = [Part(name, share(count, calls)) for name, count in found.items()]
    if by_name:
        return tuple(sorted(parts, key=lambda part: int(part.name)))
    return tuple(sorted(parts, key=lambda part: (-part.share.hits, part.name)))


def _distribution(measure: str, found: Mapping[str, int]) -> Distribution:
    bounds, calls = BINS[measure], sum(found.values())
    highs = (*bounds[1:], None)
    bins = []
    for low, high in zip(bounds, highs, strict=True):
        count = found.get(bin_name(low), 0)
        bins.append(Bin(bin_name(low), low, high, count, count / calls if calls else 0.0))
    return Distribution(measure, calls, tuple(bins))
