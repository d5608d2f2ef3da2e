"""Whether the machine is well: its rules as people marked them, its classifier, what it could not hear or judge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.reports.span import DaySpan
from pipeline.reports.who import CENTRE
from scoring.wilson import Share, share
from storage.learning import classifiers
from storage.reports import health as stored
from storage.reports.rule_hits import rule_hits, rule_names


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that hit in `calls` of the period. `precision`: of its hits people marked in it, those they confirm."""

    id: str
    name: str
    calls: int
    precision: Share


@dataclass(frozen=True, slots=True)
class Health:
    """`classifier` is the version in use now (None: the starter), `since` when; `levels` counts items by their level.

    `set_aside` counts recordings quarantined in the period by the code of the reason.
    """

    rules: tuple[Rule, ...]
    classifier: int | None
    since: datetime | None
    levels: Mapping[str, int]
    set_aside: Mapping[str, int]


def health(session: Session, span: DaySpan) -> Health:
    """Rules with most calls first."""
    hits = rule_hits(session, CENTRE.during(span))
    marks = {row.rule: share(int(row.right), row.marks) for row in stored.marked_hits(session, span.start, span.end)}
    rules = sorted({*hits, *marks}, key=lambda rule: (-hits.get(rule, 0), rule))
    names = rule_names(session, rules)
    used = classifiers.uses(session, limit=1)
    return Health(
        rules=tuple(Rule(one, names.get(one, one), hits.get(one, 0), marks.get(one, share(0, 0))) for one in rules),
        classifier=used[0].version if used else None,
        since=used[0].at if used else None,
        levels=stored.levels(session),
        set_aside=stored.set_aside(session, span.start, span.end),
    )
