"""What the form of a new action is filled with, and for whom."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.action import Origin
from models.appeal import AppealedItem
from models.tables import ErrorFactRow
from pipeline.actions.grounds import on_call
from pipeline.results.appealing import give_hearing, open_appeal
from pipeline.results.publishing_results import publish
from tests.pipeline.judged import NOW, Desk, judgement


@pytest.fixture
def backend() -> str:
    return "sqlite"


def test_who_hears_a_call_anew_on_appeal_is_not_told_what_it_lost(session: Session) -> None:
    desk = Desk(session)
    review = desk.reviewed(None, judgement({"patience": 10}))
    publish(session, desk.lead, [review.id], NOW, tolerance=5)
    asked = (AppealedItem("patience", "语气一直平和。"),)
    appeal = open_appeal(session, desk.agent, review.call_id, asked, NOW, appeal_days=7, decide_days=5)
    hearer = desk.person("孙质检")
    give_hearing(session, desk.lead, appeal, NOW, user_id=hearer.user_id)
    assert on_call(session, desk.lead, review.call_id, "patience", NOW).facts["lost"] == 10
    found = on_call(session, hearer, review.call_id, "patience", NOW)
    assert (found.facts, found.card, found.title, found.agent_id) == ({}, "", "", "6603")


def test_a_call_that_only_the_machine_scored_has_no_verdict(session: Session) -> None:
    desk = Desk(session)
    call = desk.call()
    error = session.scalar(select(ErrorFactRow).filter_by(call_id=call, by_people=False).limit(1))
    assert error is not None
    found = on_call(session, desk.lead, call, error.item, NOW)
    assert (found.origin, found.title, found.card) == (Origin.REPORT, error.name, error.card)
    assert found.facts == {"name": error.name, "lost": error.lost, "by_machine": 1}
    assert on_call(session, desk.lead, call, None, NOW).origin == Origin.MANUAL
