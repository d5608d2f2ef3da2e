"""How good each rule is, from what people said of it, as figures that say where too little is known."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pipeline.rulebook.rule_marks import RulePrecision, Source, rule_precision
from scoring.agreement.figure import Figure
from scoring.agreement.raw import share_of
from scoring.wilson import Share


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """`sources`: how many calls are known by a mark, an appeal or a verdict."""

    rule: str
    precision: Figure
    recall: Figure
    sources: Mapping[Source, int]


def rule_figures(session: Session) -> tuple[RuleFigures, ...]:
    """The least precise first, those of which too little is known last."""
    return tuple(sorted(map(_figures, rule_precision(session)), key=_order))


def _figures(one: RulePrecision) -> RuleFigures:
    return RuleFigures(one.rule, _figure(one.precision), _figure(one.recall), one.sources)


def _figure(share: Share) -> Figure:
    return share_of(share.hits, share.of)


def _order(one: RuleFigures) -> tuple[bool, float, str]:
    return (one.precision.value is None, one.precision.value or 0.0, one.rule)
