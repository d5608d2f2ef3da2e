"""What the month's calls have to teach: of every agent and of every error item, good and bad, for somebody to look at.

The handbooks ask for it: 每月挑选优秀录音以及不合格录音点评. People's final scores come first, then what the machine is
sure of. Nothing is published here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models.case import CaseKind, CaseState
from models.errors import CallqaError
from models.finding import Answer, Effect, Evidence
from models.person import SYSTEM
from models.reason import Reason
from models.score import ItemScore, ItemState
from models.tables import CaseRow, CentreMarkRow
from pipeline.cases.making import LONGEST_TITLE, MakeCase, add_case
from pipeline.cases.masking import CaseCall, Stretch, case_call, stretch
from pipeline.people.visibility import told_to_all
from scoring.alike import heads
from storage.cases import candidates as store
from storage.cases.candidates import Candidate
from storage.cases.marks import held_mark

COVERAGE = 0.8
"""Of the points judged, for a machine's score to be told of."""

CONFIDENCE = 0.75
"""Of the evidence, likewise: as it was heard."""

EACH = 3
"""Calls looked at for one suggestion: the first may have nothing to show."""

ITEMS = 12
CONTEXT = 2
"""Turns heard before and after the evidence."""

LONGEST = 120.0
"""Seconds of a stretch; a call no longer than that is suggested as a whole where nothing stands out."""

COMPARED = 2000
"""Cases with which new ones are compared."""

MARK = "cases_suggested"
NEVER: dict[str, Any] = {"month": ""}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A case to be suggested; `text` is what is said in it, to be compared."""

    asked: MakeCase
    reasons: tuple[Reason, ...]
    call: CaseCall
    text: str
    value: float


def month_of(day: date) -> tuple[date, date]:
    """First and last day of its month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def due_month(session: Session, today: date) -> date | None:
    """The first day of last month, where nothing was suggested for it yet."""
    first = month_of(today.replace(day=1) - timedelta(days=1))[0]
    mark = session.get(CentreMarkRow, MARK)
    return None if mark is not None and mark.body["month"] >= first.isoformat() else first


def suggestions(session: Session, month: date) -> list[Suggestion]:
    """What to suggest for the month; calls of which there is a case of that kind already are left out.

    Only reads; what is slow about suggesting is here.
    """
    first, last = month_of(month)
    found: list[Suggestion] = []
    taken: set[tuple[int, CaseKind]] = set()
    for kind, group in _groups(session, first, last):
        known = store.cases_of(session, [one.call_id for one in group])
        for one in group:
            if (one.call_id, kind) in taken or (one.call_id, kind.value) in known:
                break  # the best or worst of this agent or item is a case already
            made = _suggestion(session, kind, one)
            if made is not None:
                taken.add((one.call_id, kind))
                found.append(made)
                break
    return found


def suggest(session: Session, month: date, made: Sequence[Suggestion], now: datetime) -> list[CaseRow]:
    """Write the suggestions down. Of near duplicates the best is shown, the others stand under it.

    Who suggests at the same time waits for the other, and leaves out what the other wrote.
    """
    first, _ = month_of(month)
    held_mark(session, MARK, NEVER, now)
    taken = store.cases_of(session, [one.asked.call_id for one in made])
    made = [one for one in made if (one.asked.call_id, one.asked.kind.value) not in taken]
    known = store.known_texts(session, COMPARED)
    rows: list[CaseRow] = []
    for kind in CaseKind:
        earlier = [(case_id, _text(turns)) for case_id, of, turns in known if of == kind]
        some = sorted((one for one in made if one.asked.kind is kind), key=lambda one: -one.value)
        places = heads([*(text for _, text in earlier), *(one.text for one in some)])
        ids = [case_id for case_id, _ in earlier]
        for place, one in enumerate(some, len(earlier)):
            head = None if places[place] == place else ids[places[place]]
            row = add_case(
                session,
                SYSTEM,
                one.asked,
                now,
                state=CaseState.SUGGESTED,
                reasons=one.reasons,
                month=first,
                alike=head,
                call=one.call,
            )
            ids.append(row.id)
            rows.append(row)
    return rows


def mark_suggested(session: Session, month: date, now: datetime) -> None:
    """The month is done; it is not suggested for again by itself."""
    first, mark = month_of(month)[0].isoformat(), held_mark(session, MARK, NEVER, now)
    if mark.body["month"] < first:
        mark.body, mark.at = {"month": first}, now


def _groups(session: Session, first: date, last: date) -> Iterator[tuple[CaseKind, list[Candidate]]]:
    """Candidates for one suggestion each, those to be preferred first."""
    told = told_to_all()
    for best in (False, True):
        kind = CaseKind.EXCELLENT if best else CaseKind.FAILING
        found = store.of_agents(session, first, last, best=best, least_coverage=COVERAGE, each=EACH, within=told)
        for agent in dict.fromkeys(one.agent_id for one in found):
            yield kind, [one for one in found if one.agent_id == agent]
    for item in store.error_items(session, first, last, ITEMS):
        yield CaseKind.FAILING, store.with_error(session, first, last, item, limit=EACH, within=told)
        yield CaseKind.EXCELLENT, store.without_error(session, first, last, item, limit=EACH, within=told)


def _suggestion(session: Session, kind: CaseKind, one: Candidate) -> Suggestion | None:
    """None where there is nothing to show, or nothing that was heard well enough."""
    try:
        call = case_call(session, one.call_id)
    except CallqaError:
        return None
    items = _bad(call, one) if kind is CaseKind.FAILING else _good(call, one)
    evidence = list(_evidence(call, items, kind))
    if one.item is not None and not evidence:
        return None
    first, last = _around(call, evidence)
    if first is None and call.recording.seconds is not None and call.recording.seconds > LONGEST:
        return None
    part = stretch(call, first, last)
    asked = MakeCase(
        call_id=one.call_id,
        kind=kind,
        title=_title(call, kind, items),
        first_turn=first,
        last_turn=last,
        items=tuple(item.id for item in items),
        tags=tuple(tag for tag in (call.call.call_type,) if tag),
    )
    cost = sum(item.cost for item in items) if kind is CaseKind.FAILING else one.total or 0.0
    value = cost + (100.0 if one.by_people else 0.0) + (50.0 if one.fatal else 0.0)
    return Suggestion(asked, _reasons(call, kind, one, items), call, _said(part), value)


def _bad(call: CaseCall, one: Candidate) -> list[ItemScore]:
    """The item asked for, or those that cost most; by the machine only what it is sure of."""
    lost = [item for item in call.items if item.state is ItemState.JUDGED and (item.cost > 0 or item.fatal)]
    lost = [item for item in lost if one.item in (None, item.id) and (one.by_people or not item.disputed)]
    return sorted(lost, key=lambda item: (not item.fatal, -item.cost))[:2]


def _good(call: CaseCall, one: Candidate) -> list[ItemScore]:
    """The item asked for, or those that won points."""
    if one.item is not None:
        return [item for item in call.items if item.id == one.item and item.state is ItemState.JUDGED]
    return [item for item in call.items if item.state is ItemState.JUDGED and item.won > 0][:2]


def _evidence(call: CaseCall, items: Iterable[ItemScore], kind: CaseKind) -> Iterator[Evidence]:
    """What people pointed at, or else what the rules of the items found, where it was heard well."""
    asked = {item.id for item in items}
    if kind is CaseKind.FAILING and call.judgement is not None:
        own = [one for verdict in call.judgement.items if verdict.item in asked for one in verdict.evidence]
        if any(one.turn is not None for one in own):
            yield from (one for one in own if one.turn is not None)
            return
    if call.scored is None:
        return
    rules = {
        rule
        for section in call.scored.pre_score.sections
        for item in section.items
        if item.id in asked
        for rule in (*item.rules, *(move.rule for move in item.moves))
    }
    wanted = Effect.VIOLATION if kind is CaseKind.FAILING else Effect.PRAISE
    for result in call.scored.results:
        if result.answer is Answer.HIT and result.effect is wanted and (result.rule in rules or not asked):
            yield from (one for one in result.evidence if one.turn is not None and one.confidence >= CONFIDENCE)


def _around(call: CaseCall, evidence: Sequence[Evidence]) -> tuple[int | None, int | None]:
    """Turns around the evidence, as much of it as there is time for; None for the whole call."""
    places = sorted({one.turn for one in evidence if one.turn is not None and one.turn < len(call.heard.turns)})
    if not places:
        return None, None
    turns = call.heard.turns
    first = max(0, places[0] - CONTEXT)
    last = min(len(turns) - 1, places[0] + CONTEXT)
    for place in places[1:]:
        further = min(len(turns) - 1, place + CONTEXT)
        if turns[further].end - turns[first].start > LONGEST:
            break
        last = further
    return first, last


def _title(call: CaseCall, kind: CaseKind, items: Sequence[ItemScore]) -> str:
    about = "、".join(item.name for item in items) or Reason("pipeline.case_whole").say()
    facts = {"type": call.call.call_type or Reason("pipeline.case_some_type").say(), "about": about}
    return Reason(f"pipeline.case_title_{kind.value}", facts).say()[:LONGEST_TITLE]


def _reasons(call: CaseCall, kind: CaseKind, one: Candidate, items: Sequence[ItemScore]) -> tuple[Reason, ...]:
    source = "people" if one.by_people else "machine"
    why = Reason(f"pipeline.case_by_{source}", {"total": f"{one.total or 0.0:.4g}"})
    about = "item" if one.item is not None else "agent"
    picked = Reason(f"pipeline.case_{about}_{kind.value}", {"item": items[0].name} if one.item and items else {})
    fatal = [Reason("pipeline.case_fatal", {"item": item.name}) for item in items if item.fatal]
    sure = (
        []
        if one.by_people or call.score is None
        else [Reason("pipeline.case_coverage", {"percent": round(100 * call.score.coverage)})]
    )
    return (picked, why, *fatal, *sure)


def _said(part: Stretch) -> str:
    return "".join(turn.text for turn in part.turns)


def _text(turns: Iterable[dict[str, object]]) -> str:
    return "".join(str(turn["text"]) for turn in turns)
