"""Whose calls one sees, and what of the machine on calls that are to be judged blind."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from models.errors import Forbidden, NotFound
from models.person import SYSTEM, Scope, UserRole, Viewer
from models.transcript import Transcript
from pipeline import browse
from pipeline.browse import CallFilter, Order
from pipeline.people.visibility import check_machine, hidden_calls, hides_machine
from pipeline.review.assignment import next_assignment, start
from pipeline.review.judging import submit
from storage.database import sessions
from tests.pipeline.inspected import FATAL, NOW, Inspected, judged


@pytest.fixture
def inspected(engine: Engine) -> Inspected:
    return Inspected(sessions(engine))


ALL = CallFilter()


def listed(inspected: Inspected, viewer: Viewer, wanted: CallFilter = ALL, order: Order = Order.RECEIVED) -> set[int]:
    """Over several pages."""
    found: list[int] = []
    with inspected.make() as session:
        after = None
        while True:
            page = browse.list_calls(session, viewer, wanted, order, after=after, limit=2)
            found += [call.id for call in page.calls]
            after = page.next
            if after is None:
                break
    assert len(found) == len(set(found))
    return set(found)


def test_a_team_lead_sees_the_own_team_and_no_sign_of_others(inspected: Inspected) -> None:
    own = {inspected.call(team="服务一组") for _ in range(3)}
    others = [inspected.call(FATAL, team="服务二组"), inspected.call(FATAL, team=None)]
    lead = inspected.person("刘", UserRole.TEAM_LEAD, team="服务一组")
    assert listed(inspected, lead) == own
    for wanted in (
        CallFilter(team="服务二组"),
        CallFilter(agent_id="6603", team="服务二组"),
        CallFilter(text="wav", queued=True),
    ):
        assert listed(inspected, lead, wanted) == set()
    assert listed(inspected, lead, order=Order.LOWEST) == own
    assert listed(inspected, lead, order=Order.QUEUED) == set()
    with inspected.make() as session:
        assert browse.queue_size(session, lead) == 0
        assert browse.queue_size(session, SYSTEM) == 2
        assert browse.seen_lately(session, lead).teams == ("服务一组",)
        assert browse.find_call(session, lead, min(own)).summary.team == "服务一组"
        for find in (browse.find_call, browse.find_transcript, browse.find_scores):
            for call_id in (*others, 999):
                with pytest.raises(NotFound, match=f"call number {call_id}"):
                    find(session, lead, call_id)
        with pytest.raises(NotFound):
            browse.find_score(session, lead, others[0], 1)


@pytest.mark.parametrize("nobody", [{"role": UserRole.TEAM_LEAD}, {"role": UserRole.AGENT, "agent_id": "6603"}])
def test_who_has_no_team_or_no_published_result_sees_nothing(inspected: Inspected, nobody: dict[str, str]) -> None:
    inspected.call(FATAL)
    viewer = Viewer(1, "谁", **nobody)  # type: ignore[arg-type]
    assert viewer.scope != Scope()
    assert listed(inspected, viewer) == set()


def test_what_waits_to_be_judged_blind_shows_no_inspector_what_the_machine_said(inspected: Inspected) -> None:
    waiting, plain = inspected.call(FATAL), inspected.call()
    anna, lead = inspected.person("安娜"), inspected.person("李", UserRole.LEAD)
    with inspected.make() as session:
        assert hidden_calls(session, anna, (waiting, plain)) == {waiting}
        summary = browse.find_call(session, anna, waiting).summary
        assert (summary.hidden, summary.score, summary.findings, summary.reasons) == (True, None, (), ())
        assert summary.queued
        scores = browse.find_scores(session, anna, waiting)
        assert (scores.hidden, scores.scored, scores.versions) == (True, None, ())
        assert browse.find_findings(session, scores) == ()
        assert isinstance(browse.find_transcript(session, anna, waiting), Transcript)
        score_id = browse.find_scores(session, SYSTEM, waiting).shown
        assert score_id is not None
        for refused in (
            lambda: browse.find_score(session, anna, waiting, score_id),
            lambda: check_machine(session, anna, [waiting]),
        ):
            with pytest.raises(Forbidden, match="judged blind"):
                refused()
        assert browse.find_scores(session, anna, plain).scored is not None
        assert browse.find_call(session, lead, waiting).summary.score is not None


def test_filters_and_orders_do_not_tell_what_is_hidden(inspected: Inspected) -> None:
    waiting, plain = inspected.call(FATAL), inspected.call()
    anna = inspected.person("安娜")
    assert listed(inspected, anna) == {waiting, plain}
    for wanted in (CallFilter(rule="shirking"), CallFilter(max_total=100), CallFilter(min_total=0)):
        assert listed(inspected, SYSTEM, wanted) == {waiting, plain}
        assert listed(inspected, anna, wanted) == {plain}
    with inspected.make() as session:
        grade = browse.find_call(session, SYSTEM, waiting).summary.score
    assert grade is not None
    assert waiting not in listed(inspected, anna, CallFilter(grade=grade.grade))
    for order in (Order.LOWEST, Order.HIGHEST):
        assert listed(inspected, anna, order=order) == {plain}


def test_ones_own_verdict_opens_ones_own_eyes_only(inspected: Inspected) -> None:
    call_id = inspected.call(FATAL, double=True)
    anna, bert = inspected.person("安娜"), inspected.person("贝特")
    with inspected.make.begin() as session:
        mine = next_assignment(session, anna, NOW)
        assert mine is not None
        start(session, anna, mine.id, NOW)
    with inspected.make.begin() as session:
        assert hides_machine(session, anna, call_id)
        submit(session, anna, mine.id, judged(patience=30), NOW + timedelta(minutes=5))
    with inspected.make() as session:
        assert not hides_machine(session, anna, call_id)
        assert browse.find_scores(session, anna, call_id).scored is not None
        assert hides_machine(session, bert, call_id)


def test_who_oversees_is_blind_where_they_judge_themselves(inspected: Inspected) -> None:
    call_id, other = inspected.call(FATAL), inspected.call(FATAL)
    lead = inspected.person("李", UserRole.LEAD)
    with inspected.make.begin() as session:
        assert hidden_calls(session, lead, (call_id, other)) == set()
        mine = next_assignment(session, lead, NOW)
        assert mine is not None
        start(session, lead, mine.id, NOW)
    with inspected.make() as session:
        assert hidden_calls(session, lead, (call_id, other)) == {mine.call_id}
        assert hidden_calls(session, replace(lead, user_id=None), (call_id, other)) == set()  # a machine judges nothing


def test_trainers_and_team_leads_judge_nothing_and_see_all_of_theirs(inspected: Inspected) -> None:
    call_id = inspected.call(FATAL, team="服务一组")
    trainer = inspected.person("周", UserRole.TRAINER)
    team_lead = inspected.person("刘", UserRole.TEAM_LEAD, team="服务一组")
    with inspected.make() as session:
        for viewer in (trainer, team_lead):
            assert browse.find_scores(session, viewer, call_id).scored is not None
