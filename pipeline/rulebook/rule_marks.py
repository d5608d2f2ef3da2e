"""What people say of rules (it was wrong here, it missed this), and how precise that shows the rules to be.

Three things are known of a rule in a call, the first that is there counts:

1. a mark: a person said whether the rule should have hit;
2. a decided appeal against an item for which the rule had taken points;
3. a verdict: where the rule took points from an item, a person who heard the call, most often without having seen what
   the machine said, took points from that item too, or none. This is weaker: they may have taken them for something
   else. It is what keeps precision from being counted on complaints alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, NotFound
from models.person import Viewer
from models.review import Purpose, ReviewState
from models.score import SCORED_JSON, Scored
from models.tables import CallRow, FindingRow, ReviewRow, RuleMarkRow, ScoreRow, VerdictRow
from pipeline.review.assignment import user_id
from pipeline.rulebook.replayed import Verdict
from scoring.wilson import Share, share
from storage.people.audit import record
from storage.results import appeals
from storage.review import reviews
from storage.rulebook import rule_marks as store

LATEST = 2000
"""Verdicts looked at where no calls are named: the newest ones say how a rule does now."""

LONGEST_WHY = 500

Source = Literal["mark", "appeal", "verdict"]


@dataclass(frozen=True, slots=True)
class RuleMark:
    rule: str
    hit: bool
    why: str
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """Whether a rule should have hit in a call, as people see it, whether it did, and how that is known."""

    call_id: int
    rule: str
    right: bool
    did: bool
    source: Source


@dataclass(frozen=True, slots=True)
class RulePrecision:
    """`precision`: of its hits people spoke of, those they confirm. `recall`: of what people found, what it hit."""

    rule: str
    precision: Share
    recall: Share
    sources: Mapping[Source, int]


def mark_rule(
    session: Session,
    viewer: Viewer,
    call_id: int,
    rule: str,
    now: datetime,
    *,
    hit: bool,
    why: str = "",
    finding_id: int | None = None,
) -> RuleMark:
    """Say whether the rule should have hit in this call; saying otherwise later replaces it.

    Raises:
        NotFound: there is no such call, or no such finding of the rule in it.
        Conflict: it was not scored.
        BadInput: its score asked no such rule, or the words are too many.
    """
    person = user_id(viewer)
    score = _score(session, call_id)
    if len(why) > LONGEST_WHY:
        raise BadInput("pipeline.mark_too_long", most=LONGEST_WHY)
    scored: Scored = SCORED_JSON.validate_python(score.body)
    asked = next((result for result in scored.results if result.rule == rule), None)
    if asked is None:
        raise BadInput("pipeline.rule_not_asked", rule=rule, call=call_id)
    if finding_id is not None:
        _check_finding(session, finding_id, score.id, rule)
    row = store.put_mark(
        session,
        call_id=call_id,
        score_id=score.id,
        finding_id=finding_id,
        pack=asked.pack,
        pack_version=asked.pack_version,
        rule=rule,
        hit=hit,
        why=why.strip(),
        user_id=person,
        now=now,
    )
    facts = {"call": call_id, "hit": int(hit)}
    record(session, viewer, "rule.marked", now, target="rule", target_id=rule, facts=facts)
    return _mark(row)


def unmark_rule(session: Session, viewer: Viewer, call_id: int, rule: str, now: datetime) -> None:
    """Take back what one said; nothing happens where one had said nothing.

    Raises:
        NotFound, Conflict: as `mark_rule`.
    """
    if store.remove_mark(session, _score(session, call_id).id, rule, user_id(viewer)):
        record(session, viewer, "rule.unmarked", now, target="rule", target_id=rule, facts={"call": call_id})


def marks(session: Session, viewer: Viewer, score_id: int) -> tuple[RuleMark, ...]:
    """What this person said about a score's rules."""
    return tuple(_mark(row) for row in store.marks_of(session, score_id) if row.user_id == viewer.user_id)


def own_marks(session: Session, viewer: Viewer, call_id: int) -> tuple[RuleMark, ...]:
    """What this person said about the rules in a call.

    Raises:
        NotFound, Conflict: as `mark_rule`.
    """
    return marks(session, viewer, _score(session, call_id).id)


def rule_precision(session: Session, rules: Collection[str] | None = None) -> tuple[RulePrecision, ...]:
    """Of every rule people spoke of, or of these, by id; with Wilson's intervals."""
    by_rule: defaultdict[str, list[Said]] = defaultdict(list)
    for said in people_said(session, rules=rules):
        by_rule[said.rule].append(said)
    return tuple(_precision(rule, by_rule[rule]) for rule in sorted(by_rule))


def stored_verdicts(
    session: Session, call_ids: Collection[int], rules: Collection[str], *, but: Collection[Verdict] = ()
) -> tuple[Verdict, ...]:
    """For a replay of these calls: whether each of the rules should hit, apart from what is said in `but`."""
    known = {(verdict.call, verdict.rule) for verdict in but}
    found = people_said(session, rules=rules, call_ids=call_ids)
    return tuple(Verdict(s.call_id, s.rule, s.right) for s in found if (s.call_id, s.rule) not in known)


def people_said(
    session: Session, *, rules: Collection[str] | None = None, call_ids: Collection[int] | None = None
) -> list[Said]:
    """One for each call and rule of which something is known; of several marks the majority's, else the latest."""
    found: dict[tuple[int, str], Said] = {}
    call_ids = None if call_ids is None else frozenset(call_ids)
    for source in (_marked(session, rules, call_ids), _appealed(session), _judged(session, call_ids)):
        for said in source:
            if (rules is None or said.rule in rules) and (call_ids is None or said.call_id in call_ids):
                found.setdefault((said.call_id, said.rule), said)
    return list(found.values())


def _marked(session: Session, rules: Collection[str] | None, call_ids: Collection[int] | None) -> Iterator[Said]:
    by_place: defaultdict[tuple[int, str], list[RuleMarkRow]] = defaultdict(list)
    for row in store.all_marks(session, rules=rules, call_ids=call_ids):
        by_place[row.call_id, row.rule].append(row)
    hits = store.hits_among(session, {(row.score_id, row.rule) for rows in by_place.values() for row in rows})
    for (call_id, rule), rows in by_place.items():
        wrong_or_right = sum(1 if row.hit else -1 for row in rows)
        right = rows[-1].hit if wrong_or_right == 0 else wrong_or_right > 0
        yield Said(call_id, rule, right, (rows[-1].score_id, rule) in hits, "mark")


def _appealed(session: Session) -> Iterator[Said]:
    """The rule had hit: that is what the appeal was against."""
    for outcome in reversed(appeals.rule_outcomes(session)):
        yield Said(outcome.call_id, outcome.rule, outcome.right, did=True, source="appeal")


def _judged(session: Session, call_ids: Collection[int] | None) -> Iterator[Said]:
    query = (
        select(VerdictRow.call_id, VerdictRow.body, ScoreRow.body)
        .join(ReviewRow, ReviewRow.id == VerdictRow.review_id)
        .join(ScoreRow, ScoreRow.id == ReviewRow.score_id)
        .where(VerdictRow.purpose.in_((Purpose.REVIEW, Purpose.DOUBLE, Purpose.APPEAL)))
        .order_by(VerdictRow.id.desc())
    )
    if call_ids is None:
        for row in session.execute(query.limit(LATEST)):
            yield from _confirmed(*row)
        return
    ids = list(call_ids)
    for start in range(0, len(ids), store.AT_ONCE):
        some = query.where(VerdictRow.call_id.in_(ids[start : start + store.AT_ONCE]))
        for row in session.execute(some):
            yield from _confirmed(*row)


def _confirmed(call_id: int, judgement: Mapping[str, Any], scored: Mapping[str, Any]) -> Iterator[Said]:
    """By the stored JSON: reading thousands of scores in full would take long."""
    lost = {one["item"]: one["lost"] > 0 for one in judgement["items"] if one["state"] == "judged"}
    for section in scored["pre_score"]["sections"]:
        for item in section["items"]:
            if item["id"] in lost:
                rules = [move["rule"] for move in item.get("moves") or () if move["lost"] > 0]
                yield from (Said(call_id, rule, lost[item["id"]], did=True, source="verdict") for rule in rules)


def _precision(rule: str, said: list[Said]) -> RulePrecision:
    confirmed = sum(one.right and one.did for one in said)
    sources: dict[Source, int] = {}
    for one in said:
        sources[one.source] = sources.get(one.source, 0) + 1
    return RulePrecision(
        rule=rule,
        precision=share(confirmed, sum(one.did for one in said)),
        recall=share(confirmed, sum(one.right for one in said)),
        sources=sources,
    )


def _score(session: Session, call_id: int) -> ScoreRow:
    """The one its review is about, else the one it shows."""
    call = session.get(CallRow, call_id)
    if call is None:
        raise NotFound("storage.no_such_call", id=call_id)
    review = reviews.review_of(session, call_id)
    withdrawn = review is None or review.state == ReviewState.MACHINE_SCORED
    score_id = call.score_id if review is None or withdrawn else review.score_id or call.score_id
    if score_id is None:
        raise Conflict("pipeline.review_without_score", call=call_id)
    return session.get_one(ScoreRow, score_id)


def _check_finding(session: Session, finding_id: int, score_id: int, rule: str) -> None:
    finding = session.get(FindingRow, finding_id)
    if finding is None or (finding.score_id, finding.rule) != (score_id, rule):
        raise NotFound("pipeline.no_finding", id=finding_id, rule=rule)


def _mark(row: RuleMarkRow) -> RuleMark:
    return RuleMark(row.rule, row.hit, row.why, row.user_id, row.at)
