"""What people made of a picked call: how far it is by its age, and every row that leaves behind."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.made_call import MadeCall, stub_score
from models.person import UserRole

if TYPE_CHECKING:
    from benchmarks.made_centre import Centre

LEFT = 0.05
"""Of the calls picked, these nobody ever gets to."""

TEXTS = {
    "complaint": "客户来信称座席态度生硬，问题推给别的部门。",
    "praise": "客户表扬座席耐心细致，一次解决了问题。",
}
EMPTY_FORM = '{"items": [], "comment": "", "note": ""}'
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def add_review(
    centre: "Centre",
    call: MadeCall,
    queued: datetime,
    *,
    reasons: list[dict[str, Any]],
    draw: int | None,
    priority: float,
) -> None:
    bulk, chance, now = centre.bulk, centre.random.random, centre.now
    id_ = centre.numbers.next("reviews")
    agent = centre.people.agents[call.agent]
    judged = None if chance() < LEFT else queued + DAY * (0.3 + 2.5 * chance())
    published = None if judged is None else judged + DAY * (0.5 + chance())
    state = _state(now, queued, judged, published, chance())
    done = judged if judged is not None and judged <= now else None
    out = published if published is not None and published <= now else None
    inspector = centre.random.choice(centre.people.users[UserRole.INSPECTOR])
    final = centre.numbers.next("final_scores") if out else None
    bulk.add(
        "reviews",
        id=id_,
        call_id=call.id,
        score_id=call.id,
        state=state,
        reasons=reasons,
        priority=priority,
        fatal=call.sample.fatal,
        blind=True,
        agent_id=agent.agent_id,
        team=agent.team,
        seconds=call.sample.seconds,
        started_at=call.started,
        draw_id=draw,
        final_id=final,
        final_total=call.total if out else None,
        final_fatal=call.sample.fatal if out else None,
        final_at=out,
        due_at=queued + 2 * DAY,
        queued_at=queued,
        submitted_at=done,
        published_at=out,
        acknowledged_at=out and (out + DAY if state in {"acknowledged", "final"} else None),
        updated_at=out or done or queued,
    )
    _add_moves(centre, id_, queued, done, out, inspector)
    verdict = _add_assignments(centre, call, id_, queued, done, inspector, state, priority)
    if out and final:
        _add_final(centre, call, id_, final, verdict, out)
        _add_audit(centre, id_, out)
        if state in {"appealed", "upheld", "overturned"}:
            _add_appeal(centre, call, id_, final, state, out)
    if chance() < 0.01:
        _add_feedback(centre, call, queued)


def _state(now: datetime, queued: datetime, judged: datetime | None, published: datetime | None, chance: float) -> str:
    if judged is None or judged > now:
        return "in_review" if chance < 0.04 and now - queued > HOUR else "queued"
    if published is None or published > now:
        return "submitted"
    if now - published > 7 * DAY:
        return "upheld" if chance < 0.01 else "overturned" if chance < 0.015 else "final"
    return "appealed" if chance < 0.02 else "acknowledged" if chance < 0.6 else "published"


def _add_moves(  # noqa: PLR0917
    centre: "Centre", review: int, queued: datetime, done: datetime | None, out: datetime | None, inspector: int
) -> None:
    who = (centre.people.names[inspector], inspector)
    moves = [("machine_scored", "queued", "callqa", None, queued)]
    if done:
        moves += [("queued", "in_review", *who, done - HOUR / 4), ("in_review", "submitted", *who, done)]
    if out:
        lead = centre.people.users[UserRole.LEAD][0]
        moves.append(("submitted", "published", centre.people.lead, lead, out))
    for before, after, by, user, at in moves:
        centre.bulk.add("moves", review_id=review, before=before, after=after, by=by, user_id=user, at=at)


def _add_assignments(  # noqa: PLR0917
    centre: "Centre",
    call: MadeCall,
    review: int,
    queued: datetime,
    done: datetime | None,
    inspector: int,
    state: str,
    priority: float,
) -> int | None:
    """The review's hearing, in a tenth a second one; the first verdict's id."""
    verdict = None
    second = centre.people.users[UserRole.INSPECTOR][inspector % 7]
    slots = [(1, "review", inspector)]
    if centre.random.random() < 0.1 and second != inspector:
        slots.append((2, "double", second))
    for slot, purpose, person in slots:
        id_ = centre.numbers.next("assignments")
        started = state == "in_review" and slot == 1
        shared = done or started or centre.random.random() < 0.3
        centre.bulk.add(
            "assignments",
            id=id_,
            review_id=review,
            call_id=call.id,
            slot=slot,
            purpose=purpose,
            state="submitted" if done else "started" if started else "open",
            priority=priority,
            team=centre.people.agents[call.agent].team,
            seconds=call.sample.seconds,
            user_id=person if shared else None,
            lease_until=centre.now + HOUR / 2 if started else None,
            due_at=queued + 2 * DAY,
            created_at=queued,
            started_at=done - HOUR / 4 if done else centre.now - HOUR / 6 if started else None,
            submitted_at=done,
            revision=1,
        )
        if done:
            verdict = _add_verdict(centre, call, review, id_, person, purpose, done)
    return verdict


def _add_verdict(  # noqa: PLR0917
    centre: "Centre", call: MadeCall, review: int, assignment: int, person: int, purpose: str, at: datetime
) -> int:
    id_ = centre.numbers.next("verdicts")
    centre.bulk.add(
        "verdicts",
        id=id_,
        assignment_id=assignment,
        review_id=review,
        call_id=call.id,
        user_id=person,
        purpose=purpose,
        scorecard_id=2,
        body=call.sample.judgement if call.is_full else EMPTY_FORM,
        score=call.sample.human if call.is_full else stub_score(call),
        total=call.total,
        grade=call.sample.grade,
        fatal=call.sample.fatal,
        seconds=round(call.sample.seconds * (1.1 + centre.random.random()), 1),
        submitted_at=at,
    )
    return id_


def _add_final(centre: "Centre", call: MadeCall, review: int, id_: int, verdict: int | None, at: datetime) -> None:  # noqa: PLR0917
    centre.bulk.add(
        "final_scores",
        id=id_,
        review_id=review,
        call_id=call.id,
        verdict_id=verdict,
        agent_id=centre.people.agents[call.agent].agent_id,
        source="review",
        scorecard_id=2,
        judgement=call.sample.judgement if call.is_full else EMPTY_FORM,
        body=call.sample.human if call.is_full or centre.now - at < 14 * DAY else stub_score(call),
        total=call.total,
        grade=call.sample.grade,
        fatal=call.sample.fatal,
        published_by=centre.people.lead,
        published_at=at,
    )
    for item, name, lost in call.sample.deductions:
        centre.bulk.add(
            "deductions", id=centre.numbers.next("deductions"), final_id=id_, item=item, name=name, lost=lost
        )


def _add_audit(centre: "Centre", review: int, at: datetime) -> None:
    centre.bulk.add(
        "audit",
        at=at,
        user_id=centre.people.users[UserRole.LEAD][0],
        who=centre.people.lead,
        action="result.published",
        target="review",
        target_id=str(review),
        facts={},
        address="127.0.0.1",
    )


def _add_appeal(centre: "Centre", call: MadeCall, review: int, final: int, state: str, out: datetime) -> None:  # noqa: PLR0917
    agent = centre.people.agents[call.agent]
    user = centre.people.account_of[agent.agent_id]
    items = [{"item": one, "reason": "当时客户已经同意，录音里可以听到。"} for one in call.sample.items[:2]]
    rules = [{name: one[name] for name in ("pack", "rule", "name")} for one in call.sample.findings[:1]]
    decided = None if state == "appealed" else min(out + 3 * DAY, centre.now)
    lead = centre.people.users[UserRole.LEAD][0]
    centre.bulk.add(
        "appeals",
        review_id=review,
        call_id=call.id,
        final_id=final,
        agent_id=agent.agent_id,
        team=agent.team,
        user_id=user,
        by=agent.name,
        items=items,
        state="open" if decided is None else state,
        outcome=None if decided is None else [{**one, "upheld": state == "upheld", "rules": rules} for one in items],
        why=None if decided is None else "重听后按评分标准裁定。",
        decided_by=None if decided is None else centre.people.lead,
        decided_user_id=None if decided is None else lead,
        created_at=min(out + HOUR, centre.now),
        due_at=out + 6 * DAY,
        decided_at=decided,
    )


def _add_feedback(centre: "Centre", call: MadeCall, at: datetime) -> None:
    agent = centre.people.agents[call.agent]
    kind = centre.random.choice(("complaint", "complaint", "praise"))
    state = centre.random.choice(("open", "stands", "unfounded"))
    text = (
        "客户来信称座席态度生硬，问题推给别的部门。"
        if kind == "complaint"
        else "客户表扬座席耐心细致，一次解决了问题。"
    )
    centre.bulk.add(
        "feedback",
        kind=kind,
        source="manual",
        agent_id=agent.agent_id,
        call_id=call.id,
        customer_number=None,
        happened_at=call.started,
        text=text,
        state=state,
        why=None if state == "open" else "已核实。",
        decided_by=None if state == "open" else centre.people.lead,
        decided_at=None if state == "open" else min(at + 2 * DAY, centre.now),
        created_by=centre.people.lead,
        created_at=min(at + HOUR, centre.now),
        revision=1,
    )
