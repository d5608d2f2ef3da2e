"""What of a call's facts is added up, as SQL: the columns of `DaySumRow`, the bins of `DayCountRow`."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, literal_column

from models.facts import BINS, CRITICAL_BITS, LEAST_SATISFIED, NAMED, NUMBERED, bin_name
from models.tables import CallFactRow

MEASURES = (*NAMED, *NUMBERED, *BINS)

ONE: ColumnElement[int] = literal_column("1")
NIL: ColumnElement[int] = literal_column("0")
"""Written out: PostgreSQL would not know the type of bound ones in a union."""


def of_call() -> Mapping[str, ColumnElement[Any]]:
    """What one call adds to each column of `DaySumRow`."""
    fact: Any = CallFactRow
    return {
        "calls": ONE,
        "seconds": func.coalesce(fact.seconds, 0.0),
        "timed": one_if(fact.seconds.is_not(None)),
        "scored": one_if(fact.total.is_not(None)),
        "points": func.coalesce(fact.total, 0.0),
        "squares": func.coalesce(fact.total * fact.total, 0.0),
        "fatal": one_if(fact.fatal),
        **{name: one_if(fact.critical.bitwise_and(bit) != NIL) for name, bit in CRITICAL_BITS.items()},
        "coverage": fact.coverage,
        "rated": one_if(fact.satisfaction.is_not(None)),
        "satisfaction": func.coalesce(fact.satisfaction, 0),
        "satisfied": one_if(fact.satisfaction >= LEAST_SATISFIED),
        "transfers_known": one_if(fact.transferred.is_not(None)),
        "transferred": one_if(fact.transferred),
        "reviewed": one_if(fact.final_fatal.is_not(None)),
        "final_scored": one_if(fact.final_total.is_not(None)),
        "final_points": func.coalesce(fact.final_total, 0.0),
        "final_squares": func.coalesce(fact.final_total * fact.final_total, 0.0),
        "final_fatal": one_if(fact.final_fatal),
        **{f"final_{name}": one_if(fact.final_critical.bitwise_and(bit) != NIL) for name, bit in CRITICAL_BITS.items()},
    }


def bins_of_call(measures: tuple[str, ...] = MEASURES) -> Iterator[tuple[str, ColumnElement[str]]]:
    """Each measure with the bin a call falls into, NULL where it has no such measure."""
    for measure in measures:
        column = getattr(CallFactRow, measure)
        if measure in NAMED:
            yield measure, column
        elif measure in NUMBERED:
            yield measure, cast(column, String)
        else:
            yield measure, _bin(column, BINS[measure])


def _bin(column: Any, bounds: tuple[float, ...]) -> ColumnElement[str]:
    above: list[Any] = [(column >= bound, literal_column(f"'{bin_name(bound)}'")) for bound in reversed(bounds[1:])]
    return case(*above, (column.is_not(None), literal_column(f"'{bin_name(bounds[0])}'")))


def one_if(condition: Any) -> ColumnElement[int]:
    return case((condition, ONE), else_=NIL)
