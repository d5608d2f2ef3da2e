"""The table of one call: what differs most comes first, the machine is a rater too, and the reference is agreed."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, Forbidden
from models.finding import Evidence
from models.review import ItemVerdict, Judgement
from models.score import ItemState
from models.tables import VerdictRow
from pipeline.calibration import course, reference, sessions
from pipeline.calibration.standing import among, deviations
from pipeline.calibration.table import CallTable, call_table
from pipeline.review.assignment import assign
from pipeline.review.queueing import queue_by_hand
from scoring.agreement.figure import LEAST_CALLS
from storage.calibration import calibrations
from storage.database import sessions as opened
from tests.pipeline.calibration.calibrated import Calibrated
from tests.pipeline.inspected import NOW, Inspected, judged, with_evidence

HEARD = Evidence(4.0, 6.0, turn=2, quote="不归我们管", span=(0, 5))


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def meeting(engine: Engine) -> Calibrated:
    return Calibrated(Inspected(opened(engine)))


def not_applicable(said: Judgement, item: str) -> Judgement:
    of_it = ItemVerdict(item, ItemState.NOT_APPLICABLE)
    return replace(said, items=tuple(of_it if one.item == item else one for one in said.items))


def table(meeting: Calibrated, call: int = 0) -> CallTable:
    with meeting.centre.make() as session:
        return call_table(session, meeting.lead, meeting.id, meeting.calls[call])


def test_fatal_before_not_applicable_before_points_before_agreed(meeting: Calibrated) -> None:
    meeting.begin()
    meeting.all_say(not_applicable(judged(patience=10), "greeting"), judged(insult=5))
    found = table(meeting)
    assert [(row.id, row.spread) for row in found.rows] == [("insult", 100), ("greeting", 40), ("patience", 10)]
    assert all(row.differs for row in found.rows)
    assert {verdict.state for verdict in found.prefill.items} == {ItemState.UNJUDGED}


def test_where_all_agree_the_form_is_filled_in_with_everybodys_evidence(meeting: Calibrated) -> None:
    meeting.begin()
    meeting.all_say(with_evidence(judged(patience=12), "patience", HEARD), judged(patience=12))
    found = table(meeting)
    (patience,) = (row for row in found.rows if row.id == "patience")
    assert (found.rows[0].id, patience.machine_differs, found.differing) == ("patience", True, 0)
    verdict = next(one for one in found.prefill.items if one.item == "patience")
    assert (verdict.lost, verdict.evidence) == (12, (HEARD,))


def test_the_one_of_three_who_differs_is_marked(meeting: Calibrated) -> None:
    meeting.members = (*meeting.members, meeting.centre.person("陈明"))
    meeting.begin()
    meeting.all_say(judged(), judged(), judged(greeting=40))
    greeting = table(meeting).rows[0]
    assert {cell.score.cost: cell.apart for cell in greeting.cells if cell.score} == {0: False, 40: True}


def test_the_reference_is_what_was_agreed_and_not_a_mean(meeting: Calibrated) -> None:
    meeting.begin()
    meeting.all_say(judged(patience=10), judged(patience=30))
    agreed = with_evidence(judged(patience=10), "patience", HEARD)
    with meeting.centre.make.begin() as session:
        row = reference.agree(session, meeting.lead, meeting.id, meeting.calls[0], agreed, revision=2, now=NOW)
        assert row.score is not None
        assert (row.score["total"], row.agreed_by) == (90, "周主管")
        said = row.reference
        assert said is not None
        assert said["items"][1]["evidence"] == [], "nobody had pointed there"
        too_much = judged(patience=61)
        with pytest.raises(BadInput):
            reference.agree(session, meeting.lead, meeting.id, meeting.calls[0], too_much, revision=3, now=NOW)
        with pytest.raises(Conflict):
            course.close(session, meeting.lead, meeting.id, revision=3, now=NOW)
        kept = [verdict.total for verdict in _verdicts(session, meeting)]
    assert sorted(kept) == [70, 70, 70, 90, 90, 90], "verdicts stay as they were given"


def _verdicts(session: Session, meeting: Calibrated) -> list[VerdictRow]:
    return list(calibrations.verdicts(session, meeting.id))


def test_three_calls_are_too_few_for_any_coefficient(meeting: Calibrated) -> None:
    meeting.begin()
    meeting.all_say(judged(patience=30), judged(patience=20))
    with meeting.centre.make.begin() as session:
        for place, call_id in enumerate(meeting.calls):
            agreed = judged(patience=30)
            reference.agree(session, meeting.lead, meeting.id, call_id, agreed, revision=2 + place, now=NOW)
        liu, li, machine = deviations(session, meeting.lead, meeting.id)
        figures = among(session, meeting.lead, meeting.id)
    assert [(one.name, one.near, one.alike, one.apart) for one in (li, liu, machine)] == [
        ("李静", 3, 9, 0),
        ("刘芳", 0, 6, 10),
        ("", 3, 9, 0),
    ]
    for figure in (li.bias, li.within, li.agreement, figures.totals, figures.errors, figures.raw):
        assert (figure.value, figure.n) == (None, 3)
        assert figure.insufficient is not None
    assert LEAST_CALLS > 3


def test_who_handed_in_nothing_has_an_empty_column(meeting: Calibrated) -> None:
    chen = meeting.centre.person("陈明")
    meeting.begin(members=(*meeting.members, chen))
    meeting.all_say(judged(), judged())
    with meeting.centre.make.begin() as session:
        course.talk(session, meeting.lead, meeting.id, without=[chen.user_id or 0], revision=1, now=NOW)
    found = table(meeting)
    assert [(one.name, one.missing) for one in found.opinions] == [("刘芳", False), ("李静", False), ("陈明", True)]
    assert all(row.cells[2].score is None and not row.differs for row in found.rows)
    with meeting.centre.make() as session:
        assert len(deviations(session, meeting.lead, meeting.id)) == 4


def test_a_lead_who_is_to_judge_the_call_does_not_read_its_table(meeting: Calibrated) -> None:
    meeting.begin()
    meeting.all_say(judged(), judged())
    with meeting.centre.make.begin() as session:
        queue_by_hand(session, meeting.lead, meeting.calls[0], "抽查", NOW)
    waiting = meeting.centre.assignment(meeting.calls[0])
    with meeting.centre.make.begin() as session:
        assign(session, meeting.lead, waiting.id, meeting.lead.user_id, NOW)
    with pytest.raises(Forbidden):
        table(meeting)
    assert table(meeting, 1).opinions


def test_scoring_anew_changes_nothing_in_a_session(meeting: Calibrated) -> None:
    meeting.begin()
    meeting.centre.score_again(meeting.calls[0], version=4, hits=("insult",))
    meeting.all_say(judged(), judged())
    assert table(meeting).machine.total == 70


def test_calls_of_another_card_do_not_fit(meeting: Calibrated) -> None:
    assert meeting.begin() == meeting.id
    with meeting.centre.make() as session:
        assert [row.name for row in sessions.cards(session)] == ["desk"]
