"""Calls a session could be about: alike in kind and length, and such as people may see differently."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.person import Viewer
from models.reason import Fact, Reason
from models.score import SCORED_JSON, ItemScore, ItemState, PreScore
from models.tables import DefinitionRow
from pipeline.browse import masked_text
from pipeline.people.visibility import limits
from scoring.scorecard import Scorecard, parse_scorecard
from storage.calibration import candidates as store
from storage.calibration.candidates import Candidate, Said

LOOKED_AT = 300
"""The newest so many calls are looked at: older ones were judged by what the standard was then."""

SUGGESTED = 12
NEAR_GRADE = 3.0
"""Points from a grade's bound: one deduction more or less makes it another grade."""

FAR_APART = 5.0
"""Points between two people's totals; within these the handbooks count two scores as the same."""

ALIKE = 1.6
"""Lengths within this ratio count as alike: a call half as long again has hardly more in it to judge."""

NEVER_JUDGED = frozenset({"scoring.human_only", "scoring.level_too_low", "scoring.no_model"})
"""Why the machine leaves an item to people in every call: that says nothing of this one."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A call with why it is worth hearing together, the weightiest reason first. `alike`: of about the usual length.

    Who takes part is told no more than that the machine was unsure (`pipeline.calibration_ambiguous`).
    """

    call_id: int
    file: str
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_type: str | None
    started_at: datetime | None
    seconds: float | None
    alike: bool
    reasons: tuple[Reason, ...]


def suggest(
    session: Session,
    viewer: Viewer,
    card: str,
    call_type: str | None = None,
    *,
    members: Collection[int] = (),
    seconds: float | None = None,
    limit: int = SUGGESTED,
) -> tuple[Suggestion, ...]:
    """Ambiguous calls of one type that none of the members has heard, those of like length first.

    Without `seconds` the usual length is that of these calls. Only calls about which there is something to say.
    """
    only = tuple(limits(viewer, by_machine=True))
    found = store.candidates(session, card=card, call_type=call_type, members=members, only=only, limit=LOOKED_AT)
    said = store.said(session, [one.call_id for one in found])
    judged_by = _card(session, card)
    told = [(one, tuple(_weighed(one, judged_by, said.get(one.call_id, ())))) for one in found]
    worth = [(one, reasons) for one, reasons in told if reasons]
    lengths = [one.seconds for one, _ in worth if one.seconds]
    usual = seconds or (median(lengths) if lengths else None)
    ranked = sorted(
        worth, key=lambda pair: (not _is_alike(pair[0], usual), -sum(w for w, _ in pair[1]), -pair[0].call_id)
    )
    blind = viewer.user_id in members
    return tuple(_suggestion(one, reasons, usual, blind=blind) for one, reasons in ranked[:limit])


def why_chosen(session: Session, viewer: Viewer, call_id: int) -> tuple[Reason, ...]:
    """What speaks for a call that was chosen; where nothing does, who chose it."""
    one = store.candidate(session, call_id)
    if one is None:
        return ()
    said = store.said(session, [call_id]).get(call_id, ())
    reasons = tuple(reason for _, reason in _weighed(one, _card(session, one.card), said))
    return reasons or (Reason("pipeline.calibration_by_hand", {"by": viewer.name}),)


def _weighed(one: Candidate, card: Scorecard | None, said: Sequence[Said]) -> Iterator[tuple[float, Reason]]:
    """Reasons with their weights, the weightiest first: people who differed weigh more than an unsure machine."""
    score = SCORED_JSON.validate_python(one.body).pre_score
    found = (_differed(said), _against_machine(one, said), _disputed(score), _unjudged(score), _near_grade(one, card))
    yield from sorted((pair for pair in found if pair is not None), key=lambda pair: -pair[0])


def _differed(said: Sequence[Said]) -> tuple[float, Reason] | None:
    totals = [one.total for one in said if one.total is not None]
    apart = max(totals, default=0.0) - min(totals, default=0.0)
    if len({one.fatal for one in said}) > 1:
        return 5.0, Reason("pipeline.calibration_differed_fatal")
    return (4.0, Reason("pipeline.calibration_differed", {"points": round(apart, 1)})) if apart > FAR_APART else None


def _against_machine(one: Candidate, said: Sequence[Said]) -> tuple[float, Reason] | None:
    totals = [verdict.total for verdict in said if verdict.total is not None]
    if one.total is None or not totals:
        return None
    apart = max(abs(total - one.total) for total in totals)
    return (
        (3.0, Reason("pipeline.calibration_against_machine", {"points": round(apart, 1)}))
        if apart > FAR_APART
        else None
    )


def _disputed(score: PreScore) -> tuple[float, Reason] | None:
    return _of_items("disputed", 3.0, [item for item in _items(score) if item.disputed])


def _unjudged(score: PreScore) -> tuple[float, Reason] | None:
    """Items the machine could not say anything of, in this call."""
    unsure = [
        item
        for item in _items(score)
        if item.state is ItemState.UNJUDGED and item.reason is not None and item.reason.code not in NEVER_JUDGED
    ]
    return _of_items("unjudged", 2.0, unsure)


def _near_grade(one: Candidate, card: Scorecard | None) -> tuple[float, Reason] | None:
    if one.total is None or card is None:
        return None
    bounds = [(abs(one.total - grade.at_least), grade) for grade in card.grades if grade.at_least > 0]
    apart, grade = min(bounds, key=lambda pair: pair[0], default=(None, None))
    if apart is None or grade is None or apart > NEAR_GRADE:
        return None
    facts: dict[str, Fact] = {"total": one.total, "grade": grade.name, "at_least": grade.at_least}
    return 2.0 - apart / NEAR_GRADE, Reason("pipeline.calibration_near_grade", facts)


def _of_items(what: str, weight: float, items: Sequence[ItemScore]) -> tuple[float, Reason] | None:
    if not items:
        return None
    names = "、".join(item.name for item in items[:3])
    return weight + 0.2 * min(len(items), 5), Reason(f"pipeline.calibration_{what}", {"n": len(items), "items": names})


def _items(score: PreScore) -> Iterator[ItemScore]:
    for section in score.sections:
        yield from section.items


def _is_alike(one: Candidate, usual: float | None) -> bool:
    if not one.seconds or not usual:
        return False
    return 1 / ALIKE <= one.seconds / usual <= ALIKE


def _suggestion(
    one: Candidate, reasons: Sequence[tuple[float, Reason]], usual: float | None, *, blind: bool
) -> Suggestion:
    return Suggestion(
        call_id=one.call_id,
        file=masked_text(one.file, one.customer_number),
        agent_id=one.agent_id,
        agent_name=one.agent_name,
        team=one.team,
        call_type=one.call_type,
        started_at=one.started_at,
        seconds=one.seconds,
        alike=_is_alike(one, usual),
        reasons=(Reason("pipeline.calibration_ambiguous"),) if blind else tuple(reason for _, reason in reasons),
    )


def _card(session: Session, name: str) -> Scorecard | None:
    """The newest version that judged calls, for its grades."""
    query = select(DefinitionRow.body).where(DefinitionRow.kind == "scorecard", DefinitionRow.name == name)
    body = session.scalar(query.order_by(DefinitionRow.version.desc()).limit(1))
    return None if body is None else parse_scorecard(body)
