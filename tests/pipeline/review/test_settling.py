"""Two verdicts too far apart: compared item by item, and settled by a lead."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, NotFound
from models.review import Judgement
from models.tables import FinalScoreRow, MoveRow, VerdictRow
from pipeline.review.settling import agree, choose, dispute
from tests.pipeline.judged import NOW, Desk, judgement

FIVE = 5.0


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def final(session: Session) -> FinalScoreRow:
    return session.scalars(select(FinalScoreRow)).one()


def test_opinions_stand_beside_each_other_item_by_item(session: Session, desk: Desk) -> None:
    review = desk.reviewed(None, judgement({"greeting": 4}), judgement({"no-shirking": 50}))
    found = dispute(session, desk.lead, review.id, tolerance=FIVE)
    assert [one.line.by for one in found.opinions] == ["李质检", "刘质检"]
    assert [one.score.total for one in found.opinions] == [96.67, 0.0]
    assert [item.id for item in found.items if item.differs] == ["greeting", "no-shirking"]
    shirking = next(item for item in found.items if item.id == "no-shirking")
    assert [score.fatal for score in shirking.scores if score] == [False, True]
    assert found.must


def test_one_opinion_is_chosen_and_both_stay(session: Session, desk: Desk) -> None:
    review = desk.reviewed(None, judgement(), judgement({"no-shirking": 50}))
    second = session.scalars(select(VerdictRow).order_by(VerdictRow.id.desc())).first()
    choose(session, desk.lead, review.id, second.id, NOW, why="录音里确实推给了别人")
    chosen = final(session)
    assert (chosen.verdict_id, chosen.source, chosen.total, chosen.fatal) == (second.id, "review", 0.0, True)
    assert len(session.scalars(select(VerdictRow)).all()) == 2
    why = session.scalars(select(MoveRow).order_by(MoveRow.id.desc())).first().why
    assert (why["code"], why["facts"]["why"]) == ("pipeline.settled_by_choice", "录音里确实推给了别人")


def test_a_consensus_is_scored_by_the_card_and_belongs_to_no_verdict(session: Session, desk: Desk) -> None:
    review = desk.reviewed(None, judgement(), judgement({"no-shirking": 50}))
    agree(session, desk.lead, review.id, judgement({"empathy": 12}), NOW, why="一起听过")
    agreed = final(session)
    assert (agreed.source, agreed.verdict_id, agreed.total) == ("consensus", None, 90.0)


def test_a_consensus_must_be_complete_and_legal(session: Session, desk: Desk) -> None:
    review = desk.reviewed(None, judgement(), judgement({"no-shirking": 50}))
    whole = judgement()
    incomplete = Judgement(whole.items[1:])
    too_much = replace(whole, items=(replace(whole.items[0], lost=99.0), *whole.items[1:]))
    for wrong in (incomplete, too_much):
        with pytest.raises(BadInput) as refused:
            agree(session, desk.lead, review.id, wrong, NOW, why="…")
        assert refused.value.details
    assert session.scalars(select(FinalScoreRow)).all() == []


def test_what_cannot_be_settled_is_refused(session: Session, desk: Desk) -> None:
    single = desk.reviewed()
    with pytest.raises(Conflict, match="only one verdict"):
        agree(session, desk.lead, single.id, judgement(), NOW, why="…")
    apart = desk.reviewed(None, judgement(), judgement({"empathy": 30}))
    with pytest.raises(NotFound):
        choose(session, desk.lead, apart.id, 999, NOW, why="…")
    for stranger in (desk.other_team_lead, desk.other_agent):
        with pytest.raises(NotFound):
            dispute(session, stranger, apart.id, tolerance=FIVE)
    verdict = session.scalars(select(VerdictRow).where(VerdictRow.review_id == apart.id)).first()
    choose(session, desk.lead, apart.id, verdict.id, NOW, why="…")
    with pytest.raises(Conflict, match="published before"):
        agree(session, desk.lead, apart.id, judgement(), NOW, why="…")
