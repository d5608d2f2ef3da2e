"""Appeals are decided, item by item, by somebody who did not judge the call before.

The decision is final. What was wrong is judged anew and scored by the same card; the score before it stays beside the
new one, for those who may see it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from models.appeal import AppealState, ItemDecision, ItemOutcome, RuleCited
from models.errors import BadInput, Conflict, Forbidden
from models.final import PRE_SCORE_JSON, FinalSource
from models.person import Viewer
from models.reason import Reason
from models.review import JUDGEMENT_JSON, ItemVerdict, Judgement, ReviewState
from models.score import SCORED_JSON, ItemScore
from models.tables import AppealRow, FinalScoreRow, ReviewRow, VerdictRow
from pipeline.cases.overturned import recheck_call
from pipeline.people.visibility import check_machine
from pipeline.results.appealing import appeal_told, judges, open_one
from pipeline.results.publishing_results import told
from scoring.judgement import check_judgement, score_judgement
from scoring.scorecard import parse_scorecard
from storage.people.audit import record
from storage.results import appeals, final_scores
from storage.review.reviews import move
from storage.webhooks import announce

Decisions = Sequence[ItemDecision]


def decide(
    session: Session, viewer: Viewer, appeal_id: int, decisions: Decisions, now: datetime, *, why: str = ""
) -> int | None:
    """Decide every appealed item; the new final score's id where any is overturned.

    An overturned item is judged as in the new hearing, unless the decision says otherwise.

    Raises:
        NotFound: no such appeal.
        Forbidden: who decides judged the call before, opened the appeal, or is to hear the call first.
        Conflict: it is not open, or nobody has heard the call anew yet.
        BadInput: an item is missing or not appealed, has no reason, or is overturned into what it was or into what
            the scorecard does not allow.
    """
    row, review = open_one(session, viewer, appeal_id)
    if viewer.user_id is None or viewer.user_id in judges(session, row):
        raise Forbidden("pipeline.appeal_own_verdict", call=row.call_id)
    check_machine(session, viewer, (row.call_id,))
    heard = None if row.assignment_id is None else final_scores.verdict_of_assignment(session, row.assignment_id)
    if heard is None:
        raise Conflict("pipeline.appeal_not_heard", id=appeal_id)
    _check_decisions(row, decisions)
    old = session.get_one(FinalScoreRow, row.final_id)
    rules = rules_of(session, review)
    outcomes = [ItemOutcome(d.item, d.upheld, d.reason.strip(), rules.get(d.item, ())) for d in decisions]
    is_overturned = any(not decision.upheld for decision in decisions)
    new = _anew(session, viewer, review, old, heard, decisions, now) if is_overturned else None
    row.outcome, row.why = [outcome.as_json() for outcome in outcomes], why.strip() or None
    row.state = AppealState.OVERTURNED.value if is_overturned else AppealState.UPHELD.value
    row.new_final_id = None if new is None else new.id
    row.decided_by, row.decided_user_id, row.decided_at = viewer.name, viewer.user_id, now
    review.acknowledged_at = None
    overturned = sum(not decision.upheld for decision in decisions)
    facts = {"overturned": overturned, "upheld": len(decisions) - overturned}
    move(session, review, ReviewState(row.state), viewer, now, Reason("pipeline.appeal_decided", facts))
    record(session, viewer, "appeal.decided", now, target="appeal", target_id=row.id, facts=facts)
    announce(session, "appeal.decided", appeal_told(row), now)
    if new is not None:
        announce(session, "score.overturned", {**told(review, new), "before": old.total}, now)
        recheck_call(session, row.call_id, now)
    return row.new_final_id


def _check_decisions(row: AppealRow, decisions: Decisions) -> None:
    asked = sorted(one["item"] for one in row.items)
    if sorted(decision.item for decision in decisions) != asked:
        raise BadInput("pipeline.decide_every_item", items=", ".join(asked))
    if not all(decision.reason.strip() for decision in decisions):
        raise BadInput("pipeline.decide_no_reason")


def rules_of(session: Session, review: ReviewRow) -> dict[str, tuple[RuleCited, ...]]:
    """By item, the machine's rules that had taken points for it."""
    body = None if review.score_id is None else appeals.machine_body(session, review.score_id)
    if body is None:
        return {}
    scored = SCORED_JSON.validate_python(body)
    known = {result.rule: RuleCited(result.pack, result.rule, result.name) for result in scored.results}
    return {
        item.id: tuple(known[rule] for rule in _took(item) if rule in known)
        for section in scored.pre_score.sections
        for item in section.items
        if item.cost > 0 or item.fatal
    }


def _took(item: ItemScore) -> list[str]:
    """Those of its rules that took points; scores stored before there were moves say only which moved it."""
    return [one.rule for one in item.moves if one.lost] if item.moves else list(item.rules)


def _anew(  # noqa: PLR0917  (what it is made from)
    session: Session,
    viewer: Viewer,
    review: ReviewRow,
    old: FinalScoreRow,
    heard: VerdictRow,
    decisions: Decisions,
    now: datetime,
) -> FinalScoreRow:
    """The old judgement with the overturned items judged otherwise, scored by the same card."""
    before: Judgement = JUDGEMENT_JSON.validate_python(old.judgement)
    hearing = {verdict.item: verdict for verdict in JUDGEMENT_JSON.validate_python(heard.body).items}
    replaced = {d.item: _instead(d, before, hearing) for d in decisions if not d.upheld}
    judgement = replace(before, items=tuple(replaced.get(verdict.item, verdict) for verdict in before.items))
    card = parse_scorecard(final_scores.card_text(session, old.scorecard_id))
    check_judgement(card, judgement)
    score = score_judgement(card, judgement)
    return final_scores.append(
        session,
        review,
        verdict_id=heard.id,
        source=FinalSource.APPEAL.value,
        scorecard_id=old.scorecard_id,
        judgement=JUDGEMENT_JSON.dump_python(judgement, mode="json"),
        body=PRE_SCORE_JSON.dump_python(score, mode="json"),
        total=score.total,
        grade=score.grade,
        fatal=bool(score.fatal),
        published_by=viewer.name,
        published_at=now,
    )


def _instead(decision: ItemDecision, before: Judgement, hearing: dict[str, ItemVerdict]) -> ItemVerdict:
    heard = hearing.get(decision.item)
    verdict = heard
    if decision.verdict is not None:  # its seconds are those that were pointed at in the new hearing
        verdict = replace(decision.verdict, evidence=heard.evidence if heard else ())
    old = next((one for one in before.items if one.item == decision.item), None)
    if verdict is None or verdict.item != decision.item:
        raise BadInput("pipeline.overturned_into_nothing", item=decision.item)
    if old is not None and (verdict.state, verdict.lost, verdict.won) == (old.state, old.lost, old.won):
        raise BadInput("pipeline.overturned_into_same", item=decision.item)
    return verdict
