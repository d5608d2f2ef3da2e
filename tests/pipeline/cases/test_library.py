"""Finding cases, on both databases; and what is suggested of a month."""

from datetime import date

from sqlalchemy import delete, update

from models.case import CaseKind, CaseState
from models.person import UserRole
from models.tables import AssignmentRow, CaseRow
from pipeline.cases.library import CaseFilter, find_cases
from pipeline.cases.publishing import dismiss_case
from pipeline.cases.suggesting import due_month, mark_suggested, suggest, suggestions
from storage.reports.facts import fill_missing
from tests.api.conftest import NOW, Centre
from tests.pipeline.cases.conftest import People
from tests.pipeline.cases.made_cases import published

NOVEMBER = date(2026, 11, 1)


def test_the_library_is_searched_by_what_was_said_and_by_its_facts(centre: Centre, person: People) -> None:
    trainer = person(UserRole.TRAINER)
    case_id = published(centre, trainer)
    hits = (
        CaseFilter(text="不归我们管"),
        CaseFilter(text="推给售后 推诿"),
        CaseFilter(item="no-shirking"),
        CaseFilter(kind="failing", difficulty=2, call_type="投诉"),
        CaseFilter(tag="投诉", min_total=60, max_total=63),
        CaseFilter(agent_id="6603", team="服务二组"),
    )
    misses = (
        CaseFilter(text="没有说过的话"),
        CaseFilter(tag="投"),
        CaseFilter(item="closing"),
        CaseFilter(min_total=63),
    )
    with centre.make() as session:
        for wanted in hits:
            assert [case.id for case in find_cases(session, trainer, wanted).cases] == [case_id], wanted
        for wanted in misses:
            assert find_cases(session, trainer, wanted).cases == (), wanted


def suggested(centre: Centre) -> list[CaseRow]:
    with centre.make() as session:
        found = suggestions(session, NOVEMBER)
    with centre.make.begin() as session:
        rows = suggest(session, NOVEMBER, found, NOW)
        mark_suggested(session, NOVEMBER, NOW)
        return rows


def test_each_month_good_and_bad_calls_of_agents_and_items_are_suggested_once(centre: Centre, person: People) -> None:
    call_id = centre.shirked_call()
    with centre.make.begin() as session:
        session.execute(delete(AssignmentRow))  # nobody is to judge it blind any more
        fill_missing(session)
        assert due_month(session, date(2026, 12, 3)) == NOVEMBER
    (row,) = suggested(centre)
    assert (row.call_id, row.kind, row.state, row.month) == (call_id, CaseKind.FAILING, CaseState.SUGGESTED, NOVEMBER)
    assert row.title == "投诉：不推诿、安抚情绪有问题"
    assert [one["code"] for one in row.reasons][:2] == ["pipeline.case_agent_failing", "pipeline.case_by_machine"]
    assert row.first_turn > 0 or row.last_turn - row.first_turn < 12, "around the evidence"
    assert suggested(centre) == [], "not twice"
    trainer = person(UserRole.TRAINER)
    with centre.make.begin() as session:
        assert due_month(session, date(2026, 12, 3)) is None
        assert due_month(session, date(2027, 1, 1)) == date(2026, 12, 1)
        dismiss_case(session, trainer, row.id, NOW, revision=1)
    assert suggested(centre) == [], "nor what somebody dismissed"


def test_calls_that_somebody_is_still_to_judge_are_not_suggested(centre: Centre) -> None:
    centre.shirked_call()
    with centre.make.begin() as session:
        fill_missing(session)
    assert suggested(centre) == []


def test_near_duplicates_stand_under_the_best(centre: Centre, person: People) -> None:
    trainer = person(UserRole.TRAINER)
    head = published(centre, trainer)
    other = centre.receive("telecom-bill-query.wav")
    with centre.make.begin() as session:
        session.execute(delete(AssignmentRow))
        session.execute(update(CaseRow).values(call_id=other))  # as if another call had gone the same way
        fill_missing(session)
    rows = suggested(centre)
    assert [row.alike for row in rows if row.kind == CaseKind.FAILING] == [head]
    with centre.make() as session:
        (shown,) = find_cases(session, trainer, CaseFilter(heads_only=True, kind="failing")).cases
    assert shown.id == head
    assert [one.state for one in shown.alike] == [CaseState.SUGGESTED]
