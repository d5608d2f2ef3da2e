"""Making a case of a call or of a stretch of it, and changing one.

What is personal in it is found anew whenever its stretch changes: its words are masked, its seconds beeped over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.case import DIFFICULTIES, CaseKind, CaseState, turns_as_json
from models.errors import BadInput, Conflict, Stale
from models.person import Viewer
from models.reason import Fact, Reason
from models.tables import CaseRow
from pipeline.cases.clips import clip_name
from pipeline.cases.library import check_editor, within_reach
from pipeline.cases.masking import CaseCall, HandMask, Stretch, case_call, stretch
from pipeline.people.visibility import check_call, check_machine
from storage.cases import cases as store
from storage.people.audit import record
from storage.reason import stored

LONGEST_TITLE = 100
LONGEST_TEACHING = 4000
LONGEST_TAG = 30
MOST_TAGS = 12
MOST_ITEMS = 20


@dataclass(frozen=True, slots=True)
class MakeCase:
    """A case to be made. Turns are the transcript's, from 0, both included; None for the whole call.

    `items` are ids of the scorecard's items; `also_masked` are stretches somebody masked by hand.
    """

    call_id: int
    kind: CaseKind
    title: str
    teaching: str = ""
    first_turn: int | None = None
    last_turn: int | None = None
    items: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    difficulty: int = 2
    also_masked: tuple[HandMask, ...] = ()


def make_case(session: Session, viewer: Viewer, asked: MakeCase, now: datetime) -> CaseRow:
    """A draft of a case. Its sound is cut when it is first heard (`library.clip_file`), outside of this transaction.

    Raises:
        NotFound: there is no such call, or none of the viewer's.
        Forbidden: the viewer may not make cases, or is to judge the call first.
        Conflict: the call was not transcribed.
        BadInput: a title, turn, tag or item that cannot be taken.
    """
    check_editor(viewer)
    check_call(session, viewer, asked.call_id)
    check_machine(session, viewer, (asked.call_id,))
    row = add_case(session, viewer, asked, now, state=CaseState.DRAFT)
    facts: dict[str, Fact] = {"kind": row.kind, "call": row.call_id}
    record(session, viewer, "case.made", now, target="case", target_id=row.id, facts=facts)
    return row


def add_case(
    session: Session,
    viewer: Viewer,
    asked: MakeCase,
    now: datetime,
    *,
    state: CaseState,
    reasons: Sequence[Reason] = (),
    month: date | None = None,
    alike: int | None = None,
    call: CaseCall | None = None,
) -> CaseRow:
    """Write down a case, by whoever it is; `call` spares reading it again."""
    known = call or case_call(session, asked.call_id)
    row = CaseRow(
        state=state.value,
        reasons=[stored(reason) for reason in reasons],
        call_id=asked.call_id,
        transcript_id=known.transcript_id,
        score_id=known.score_id,
        review_id=known.review_id,
        final_id=known.final_id,
        agent_id=known.call.agent_id,
        team=known.call.team,
        call_type=known.call.call_type,
        total=known.total,
        alike=alike,
        month=month,
        flag=None,
        made_by=viewer.name,
        user_id=viewer.user_id,
        made_at=now,
        published_by=None,
        published_at=None,
        withdrawn_why=None,
        withdrawn_at=None,
        revision=1,
    )
    named = _write(row, known, asked)
    session.add(row)
    session.flush()
    store.set_items(session, row.id, named)
    return row


def edit_case(
    session: Session, viewer: Viewer, case_id: int, asked: MakeCase, now: datetime, *, revision: int
) -> CaseRow:
    """Another title, stretch, points to teach... A suggestion that somebody edits becomes a draft.

    Raises:
        NotFound, Forbidden, Conflict, BadInput: as for `make_case`; a withdrawn case cannot be edited.
        Stale: somebody changed it since that revision.
    """
    check_editor(viewer)
    within_reach(session, viewer, case_id)
    row = for_change(session, case_id, revision)
    if row.state in (CaseState.WITHDRAWN, CaseState.DISMISSED):
        raise Conflict("pipeline.case_is_over", id=case_id)
    if asked.call_id != row.call_id:
        raise BadInput("pipeline.case_other_call", id=case_id)
    if row.state == CaseState.PUBLISHED and not asked.teaching.strip():
        raise BadInput("pipeline.case_no_teaching", id=case_id)
    known = case_call(session, row.call_id, row.transcript_id)
    named = _write(row, known, asked)
    if row.state == CaseState.SUGGESTED:
        row.state, row.made_by, row.user_id = CaseState.DRAFT.value, viewer.name, viewer.user_id
    row.revision += 1
    session.flush()
    store.set_items(session, row.id, named)
    record(session, viewer, "case.edited", now, target="case", target_id=row.id, facts={"revision": row.revision})
    return row


def for_change(session: Session, case_id: int, revision: int) -> CaseRow:
    """The case, locked.

    Raises:
        Stale: it is no longer at that revision.
    """
    row = store.locked(session, case_id)
    if row.revision != revision:
        raise Stale("pipeline.case_stale", id=case_id, revision=row.revision)
    return row


def _write(row: CaseRow, known: CaseCall, asked: MakeCase) -> list[tuple[str, str]]:
    """Put what was asked for into the row; the items with their names."""
    title, teaching, tags = _checked(asked)
    names = known.item_names
    if unknown := [item for item in asked.items if item not in names]:
        raise BadInput("pipeline.case_no_item", item=unknown[0])
    part = stretch(known, asked.first_turn, asked.last_turn, asked.items, asked.also_masked)
    row.kind, row.title, row.teaching = CaseKind(asked.kind).value, title, teaching
    row.difficulty, row.tags = asked.difficulty, list(tags)
    row.first_turn, row.last_turn = part.first, part.last
    row.start, row.end = part.start, part.end
    row.turns, row.beeps = turns_as_json(part.turns), [list(beep) for beep in part.beeps]
    row.clip = clip_name(known.recording.sha256, part.start, part.end, part.beeps)
    named = [(item, names[item]) for item in dict.fromkeys(asked.items)]
    row.text = _searched(title, teaching, tags, [name for _, name in named], part)
    return named


def _checked(asked: MakeCase) -> tuple[str, str, tuple[str, ...]]:
    title, teaching = " ".join(asked.title.split()), asked.teaching.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise BadInput("pipeline.case_title", most=LONGEST_TITLE)
    if len(teaching) > LONGEST_TEACHING:
        raise BadInput("pipeline.case_teaching", most=LONGEST_TEACHING)
    if asked.difficulty not in DIFFICULTIES:
        raise BadInput("pipeline.case_difficulty", least=DIFFICULTIES[0], most=DIFFICULTIES[-1])
    tags = tuple(dict.fromkeys(tag for one in asked.tags if (tag := " ".join(one.lstrip("#＃").split()))))
    if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
        raise BadInput("pipeline.case_tags", most=MOST_TAGS, longest=LONGEST_TAG)
    if len(asked.items) > MOST_ITEMS:
        raise BadInput("pipeline.case_items", most=MOST_ITEMS)
    return title, teaching, tags


def _searched(title: str, teaching: str, tags: Sequence[str], items: Sequence[str], part: Stretch) -> str:
    lines = [title, teaching, *items, *(turn.text for turn in part.turns)]
    return "\n".join(["", *(f"#{tag}" for tag in tags), *lines, ""])
