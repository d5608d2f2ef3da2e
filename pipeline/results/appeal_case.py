"""One appeal with everything its judge needs, and how often appeals overturn rules and inspectors."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.appeal import AppealState, ItemOutcome
from models.errors import NotFound
from models.final import PRE_SCORE_JSON
from models.finding import Evidence
from models.person import UserRole, Viewer
from models.reason import Reason
from models.review import JUDGEMENT_JSON, ItemVerdict, Purpose
from models.score import SCORED_JSON, ItemScore, PreScore
from models.tables import AppealRow, FinalScoreRow, ReviewRow, UserRow
from pipeline.browse import Call, find_call
from pipeline.people.visibility import hides_machine
from pipeline.results.appealing import judges
from pipeline.results.deciding import rules_of
from pipeline.results.kept_back import blanked
from pipeline.results.publishing_results import is_within
from scoring.wilson import Share, share
from storage.results import appeals, final_scores
from storage.results.appeals import AppealLine
from storage.results.final_scores import VerdictLine

ENOUGH = 5
"""Decided items from which a rate says something; below, the pages say that there are too few."""


@dataclass(frozen=True, slots=True)
class MachineMark:
    """What the machine held against an item: a rule and where it hit."""

    name: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class CaseItem:
    """An appealed item: as it was judged, as it was heard anew (None before), and what was decided (None before).

    How it was judged, and what the machine said, is None and empty for who is to hear the call anew.
    """

    id: str
    name: str
    section: str
    reason: str
    before: ItemScore | None
    verdict: ItemVerdict | None
    anew: ItemScore | None
    anew_verdict: ItemVerdict | None
    machine: tuple[MachineMark, ...]
    outcome: ItemOutcome | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may hear the call anew."""

    id: int
    name: str
    role: UserRole


@dataclass(frozen=True, slots=True)
class AppealCase:
    """`obstacle` says why this viewer cannot decide now; None where they can.

    `blind`: the viewer is to hear the call first, and is not told how it was judged before they have.
    """

    line: AppealLine
    call: Call
    blind: bool
    items: tuple[CaseItem, ...]
    opinions: tuple[VerdictLine, ...]
    hearing: VerdictLine | None
    hearing_comment: str
    hearers: tuple[Person, ...]
    obstacle: Reason | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Overturned:
    """`name` of a rule or an inspector; `share` of their decided items that were overturned, with its interval."""

    id: str
    name: str
    share: Share

    @property
    def is_enough(self) -> bool:
        return self.share.of >= ENOUGH


@dataclass(frozen=True, slots=True)
class OverturnRates:
    """The most surely overturned first. An item a lead had settled is nobody's own."""

    rules: tuple[Overturned, ...]
    inspectors: tuple[Overturned, ...]
    all: Share


def appeal_case(session: Session, viewer: Viewer, appeal_id: int, now: datetime) -> AppealCase:
    """One appeal.

    Raises:
        NotFound: none of that number within the viewer's scope.
    """
    row, line = session.get(AppealRow, appeal_id), appeals.line(session, appeal_id)
    if row is None or line is None or not is_within(viewer.scope, agent_id=row.agent_id, team=row.team):
        raise NotFound("pipeline.no_appeal", id=appeal_id)
    review, final = session.get_one(ReviewRow, row.review_id), session.get_one(FinalScoreRow, row.final_id)
    heard = None if row.assignment_id is None else final_scores.verdict_of_assignment(session, row.assignment_id)
    lines = final_scores.verdict_lines(session, [row.review_id], (*final_scores.OPINIONS, Purpose.APPEAL.value))
    verdicts = lines.get(row.review_id, [])
    hearing = next((one for one in verdicts if heard is not None and one.id == heard.id), None)
    judged = judges(session, row)
    blind = hides_machine(session, viewer, row.call_id)
    items = _items(session, row, review, final, None if heard is None else (heard.body, heard.score))
    return AppealCase(
        line=blanked(line) if blind else line,
        call=find_call(session, viewer, row.call_id),
        blind=blind,
        items=tuple(map(_untold, items)) if blind else items,
        opinions=() if blind else tuple(one for one in verdicts if one.purpose in final_scores.OPINIONS),
        hearing=None if blind else hearing,
        hearing_comment="" if heard is None or blind else JUDGEMENT_JSON.validate_python(heard.body).comment,
        hearers=_hearers(session, row, judged) if row.state == AppealState.OPEN.value and not line.hearing else (),
        obstacle=_obstacle(row, viewer, judged, is_heard=heard is not None),
        is_overdue=row.state == AppealState.OPEN.value and row.due_at < now,
    )


def overturn_rates(session: Session, *, since: datetime | None = None) -> OverturnRates:
    """Of items whose appeals were decided since then: how many were overturned."""
    by_rule = appeals.overturned_by_rule(session, since=since)
    by_person = appeals.overturned_by_person(session, since=since)
    every = share(sum(one.overturned for one in by_person), sum(one.of for one in by_person))
    return OverturnRates(_rates(by_rule), _rates(by_person), every)


def _rates(counted: Iterable[appeals.Overturned]) -> tuple[Overturned, ...]:
    rates = [Overturned(one.id, one.name, share(one.overturned, one.of)) for one in counted if one.id is not None]
    return tuple(sorted(rates, key=lambda one: (-one.share.low, -one.share.of, one.id)))


def _items(
    session: Session,
    row: AppealRow,
    review: ReviewRow,
    final: FinalScoreRow,
    heard: tuple[object, object] | None,
) -> tuple[CaseItem, ...]:
    score = PRE_SCORE_JSON.validate_python(final.body)
    before = {item.id: (section.name, item) for section in score.sections for item in section.items}
    verdicts = {one.item: one for one in JUDGEMENT_JSON.validate_python(final.judgement).items}
    anew_verdicts = {} if heard is None else {one.item: one for one in JUDGEMENT_JSON.validate_python(heard[0]).items}
    anew = {} if heard is None else _by_item(PRE_SCORE_JSON.validate_python(heard[1]))
    machine = _machine(session, review)
    outcomes = {outcome.item: outcome for outcome in map(ItemOutcome.of, row.outcome or ())}
    return tuple(
        CaseItem(
            id=one["item"],
            name=before[one["item"]][1].name,
            section=before[one["item"]][0],
            reason=one["reason"],
            before=before[one["item"]][1],
            verdict=verdicts.get(one["item"]),
            anew=anew.get(one["item"]),
            anew_verdict=anew_verdicts.get(one["item"]),
            machine=machine.get(one["item"], ()),
            outcome=outcomes.get(one["item"]),
        )
        for one in row.items
    )


def _untold(item: CaseItem) -> CaseItem:
    return replace(item, before=None, verdict=None, anew=None, anew_verdict=None, machine=(), outcome=None)


def _by_item(score: PreScore) -> dict[str, ItemScore]:
    return {item.id: item for section in score.sections for item in section.items}


def _machine(session: Session, review: ReviewRow) -> dict[str, tuple[MachineMark, ...]]:
    body = None if review.score_id is None else appeals.machine_body(session, review.score_id)
    if body is None:
        return {}
    evidence = {result.rule: result.evidence for result in SCORED_JSON.validate_python(body).results}
    return {
        item: tuple(MachineMark(rule.name, evidence.get(rule.rule, ())) for rule in rules)
        for item, rules in rules_of(session, review).items()
    }


def _hearers(session: Session, row: AppealRow, judged: set[int]) -> tuple[Person, ...]:
    """Active inspectors and leads who have not judged the call and are not of its team."""
    roles = (UserRole.INSPECTOR.value, UserRole.LEAD.value)
    query = select(UserRow).where(UserRow.active, UserRow.role.in_(roles), UserRow.id.not_in(judged))
    return tuple(
        Person(user.id, user.name, UserRole(user.role))
        for user in session.scalars(query.order_by(UserRow.name))
        if user.team is None or user.team != row.team
    )


def _obstacle(row: AppealRow, viewer: Viewer, judged: set[int], *, is_heard: bool) -> Reason | None:
    if row.state != AppealState.OPEN.value:
        return Reason("pipeline.appeal_closed", {"id": row.id})
    if viewer.user_id is None or viewer.user_id in judged:
        return Reason("pipeline.appeal_own_verdict", {"call": row.call_id})
    if not is_heard:
        return Reason("pipeline.appeal_not_heard", {"id": row.id})
    return None
