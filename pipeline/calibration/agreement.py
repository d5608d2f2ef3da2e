"""How far people agree with people, and the machine with people, about each item of a scorecard.

People with people: the independent verdicts on one call, as second opinions and calibrations give them. The machine
with people: its stored score, by which the call was picked, with what was agreed to be right (in a calibration, an
appeal, or by who settled two verdicts), else with the first verdict. Each call counts once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from sqlalchemy.orm import Session

from pipeline.calibration.answers import AnswerBook
from pipeline.calibration.sheet import Asked, Sheet, sheet
from scoring.agreement.alpha import krippendorff_alpha
from scoring.agreement.differences import bias, within
from scoring.agreement.figure import Figure
from scoring.agreement.gwet import gwet
from scoring.agreement.kappa import cohen_kappa
from scoring.agreement.ratings import Floats, Ratings
from scoring.agreement.raw import raw_agreement, share_of
from storage.calibration import agreement as stored
from storage.calibration.agreement import Judged

By = Literal["score", "opinion"]
"""The machine's answer: what its score says of the item, or what its classifier thinks, which may not count yet."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Two raters on one item, by calls: whether there was an error (`raw`, `kappa`, `ac1`, `alpha`), and points.

    `n` calls, in `errors` of which a person found an error. `points` is α of the points lost (interval); `bias` the
    points the machine gives more than people. `precision` and `recall` are of the machine's errors, None for people.
    For people κ is of the first two verdicts of each call, α of all.
    """

    item: str
    name: str
    n: int
    errors: int
    raw: Figure
    kappa: Figure
    ac1: Figure
    alpha: Figure
    points: Figure
    bias: Figure | None = None
    precision: Figure | None = None
    recall: Figure | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Of whole scores: the share at most 5 points apart, and α of the points. `bias`: what the machine gives more."""

    within: Figure
    alpha: Figure
    bias: Figure | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """People with people, or the machine with people."""

    calls: int
    items: tuple[Figures, ...]
    totals: Totals


@dataclass(frozen=True, slots=True)
class Report:
    """`verdicts` on `calls` by `people` in the period."""

    asked: Asked
    verdicts: int
    calls: int
    people: int
    among_people: Side
    machine: Side


def agreement(session: Session, asked: Asked, book: AnswerBook | None = None) -> Report:
    """Of every item of the card. A `book` that is kept saves reading verdicts again."""
    found = sheet(session, book or AnswerBook(), asked)
    people = {line.user_id for line in found.lines}
    return Report(
        asked=asked,
        verdicts=len(found.lines),
        calls=len(np.unique(found.calls)),
        people=len(people),
        among_people=_among_people(found),
        machine=_machine(found),
    )


def judged_cards(session: Session) -> tuple[Judged, ...]:
    """The scorecards people judged by, the most used first."""
    return stored.cards(session)


def judged_types(session: Session) -> tuple[str, ...]:
    """The kinds of calls people judged."""
    return stored.call_types(session)


def machine_agreement(
    session: Session,
    card: str,
    item: str,
    since: datetime | None,
    *,
    by: By = "score",
    book: AnswerBook | None = None,
) -> Figures:
    """The machine with people about one item, by any version of the card, from verdicts given since then.

    Of an item no verdict speaks of, everything is insufficient.
    """
    found = machine_agreements(session, card, since, by=by, book=book)
    return found.get(item) or _machine_item(item, item, NOTHING, NOTHING)


def machine_agreements(
    session: Session,
    card: str,
    since: datetime | None,
    *,
    by: By = "score",
    book: AnswerBook | None = None,
    classifier: str = "",
) -> Mapping[str, Figures]:
    """The same of every item of the card, by id: reading the verdicts is most of the work.

    Only opinions of classifiers whose mark on scores begins with `classifier` are held against people's answers.
    """
    found = sheet(session, book or AnswerBook(), Asked(card, since))
    if classifier:
        others = [not (line.classifier or "").startswith(classifier) for line in found.lines]
        found.opinion[np.array(others, dtype=bool)] = np.nan
    return {one.item: one for one in _machine_items(found, by)}


def _among_people(found: Sheet) -> Side:
    seats = found.seats
    items = tuple(
        _people_item(item, name, seats.table(found.error[:, place]), seats.table(found.lost[:, place]))
        for place, (item, name) in enumerate(found.items.items())
    )
    totals = seats.table(found.totals)
    apart = totals[:, 0] - totals[:, 1]
    alpha = krippendorff_alpha(_ratings(np.round(totals)), "interval")
    return Side(len(totals), items, Totals(within(apart[~np.isnan(apart)]), alpha))


def _people_item(item: str, name: str, errors: Floats, lost: Floats) -> Figures:
    ratings = _ratings(errors).pairable
    return Figures(
        item=item,
        name=name,
        n=len(ratings.values),
        errors=int((ratings.values == 1).any(axis=1).sum()),
        raw=raw_agreement(ratings),
        kappa=cohen_kappa(ratings),
        ac1=gwet(ratings),
        alpha=krippendorff_alpha(ratings),
        points=krippendorff_alpha(_ratings(lost), "interval"),
    )


def _machine(found: Sheet) -> Side:
    first = found.first_of_calls
    people = np.where(np.isnan(found.agreed_totals), found.totals, found.agreed_totals)[first]
    machine = found.machine_totals[first]
    apart = (machine - people)[~np.isnan(machine - people)]
    alpha = krippendorff_alpha(Ratings.pairs(machine.round(), people.round()), "interval")
    return Side(len(first), tuple(_machine_items(found, "score")), Totals(within(apart), alpha, bias(apart)))


def _machine_items(found: Sheet, by: By) -> list[Figures]:
    first = found.first_of_calls
    said = np.where(np.isnan(found.agreed), found.error, found.agreed)[first]
    machine = (found.machine_error if by == "score" else found.opinion)[first]
    lost = (found.machine_lost[first], found.lost[first])
    return [
        _machine_item(
            item,
            name,
            machine[:, place],
            said[:, place],
            None if by == "opinion" else (lost[0][:, place], lost[1][:, place]),
        )
        for place, (item, name) in enumerate(found.items.items())
    ]


def _machine_item(
    item: str, name: str, machine: Floats, said: Floats, lost: tuple[Floats, Floats] | None = None
) -> Figures:
    """One answer of each per call."""
    there = ~(np.isnan(machine) | np.isnan(said))
    ratings = Ratings.pairs(machine[there], said[there])
    by_machine, by_people = lost or (NOTHING, NOTHING)
    more = by_people - by_machine
    hits = int(((machine == 1) & (said == 1)).sum())
    return Figures(
        item=item,
        name=name,
        n=int(there.sum()),
        errors=int((said[there] == 1).sum()),
        raw=raw_agreement(ratings),
        kappa=cohen_kappa(ratings),
        ac1=gwet(ratings),
        alpha=krippendorff_alpha(ratings),
        points=krippendorff_alpha(Ratings.pairs(by_machine, by_people), "interval"),
        bias=bias(more[~np.isnan(more)]),
        precision=share_of(hits, int((machine[there] == 1).sum())),
        recall=share_of(hits, int((said[there] == 1).sum())),
    )


def _ratings(table: Floats) -> Ratings:
    return Ratings(table, np.arange(len(table)))


NOTHING = np.empty(0)
