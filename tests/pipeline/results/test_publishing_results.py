"""Verdicts become final scores, once each."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models.person import SYSTEM
from models.review import ReviewState
from models.tables import AuditRow, DeliveryRow, FinalScoreRow, MoveRow, ReviewRow, WebhookRow
from pipeline.results.publishing_results import Published, finish_due, publish, publish_due, waiting
from storage.database import sessions
from tests.pipeline.judged import NOW, Desk, judgement

FIVE = 5.0


@pytest.fixture
def desk(session: Session) -> Iterator[Desk]:
    return Desk(session)


def finals(session: Session) -> list[FinalScoreRow]:
    return list(session.scalars(select(FinalScoreRow).order_by(FinalScoreRow.id)))


def test_a_verdict_becomes_the_final_score(session: Session, desk: Desk) -> None:
    session.add(
        WebhookRow(
            url="http://127.0.0.1/",
            secret="s",
            events=["score.published"],
            active=True,
            created_by="管理员",
            created_at=NOW,
        )
    )
    review = desk.reviewed(None, judgement({"greeting": 4}))
    (done,) = publish(session, desk.lead, [review.id], NOW, tolerance=FIVE)
    (final,) = finals(session)
    assert done == Published(review.id, final.id)
    assert (final.total, final.grade, final.fatal, final.source) == (96.67, "优秀", False, "review")
    assert (review.state, review.final_id, review.published_at) == (ReviewState.PUBLISHED, final.id, NOW)
    assert final.published_by == "周主管"
    moved = session.scalars(select(MoveRow).order_by(MoveRow.id.desc())).first()
    assert (moved.before, moved.after, moved.by) == ("submitted", "published", "周主管")
    told = session.scalars(select(DeliveryRow)).one()
    assert (told.event, told.payload["total"], told.payload["agent_id"]) == ("score.published", 96.67, "6603")
    audited = session.scalars(select(AuditRow).where(AuditRow.action == "score.published")).one()
    assert (audited.who, audited.target_id) == ("周主管", str(review.id))


def test_the_longest_waiting_come_first_and_pages_follow_each_other(session: Session, desk: Desk) -> None:
    reviews = [desk.reviewed() for _ in range(3)]
    page = waiting(session, desk.lead, tolerance=FIVE, after=None, limit=2)
    assert [one.call.review_id for one in page.results] == [one.id for one in reviews[:2]]
    assert (page.count, page.next) == (3, reviews[1].id)
    last = waiting(session, desk.lead, tolerance=FIVE, after=page.next, limit=2)
    assert ([one.call.review_id for one in last.results], last.next) == ([reviews[2].id], None)
    assert [one.by for one in last.results[0].verdicts] == ["李质检"]
    nobodys = waiting(session, desk.other_team_lead, tolerance=FIVE, after=None, limit=2)
    assert (nobodys.results, nobodys.count) == ((), 0)


def test_the_customers_number_stays_masked(session: Session, desk: Desk) -> None:
    desk.reviewed(desk.call(file="13812341234_1.wav", customer_number="13812341234"))
    (one,) = waiting(session, desk.lead, tolerance=FIVE, after=None, limit=5).results
    assert (one.call.file, one.call.customer_number) == ("138****1234_1.wav", None)


def test_two_opinions_close_to_each_other_publish_the_first(session: Session, desk: Desk) -> None:
    review = desk.reviewed(None, judgement({"greeting": 4}), judgement({"greeting": 8}))
    (done,) = publish(session, desk.lead, [review.id], NOW, tolerance=FIVE)
    assert done.why is None
    assert [final.total for final in finals(session)] == [96.67]


@pytest.mark.parametrize("second", [{"greeting": 10}, {"no-shirking": 50}])
def test_two_opinions_far_apart_wait_for_a_lead(session: Session, desk: Desk, second: dict[str, float]) -> None:
    review = desk.reviewed(None, judgement(), judgement(second))
    (done,) = publish(session, desk.lead, [review.id], NOW, tolerance=FIVE)
    assert done.why is not None
    assert done.why.code == "pipeline.must_settle"
    assert finals(session) == []
    assert waiting(session, desk.lead, tolerance=FIVE, after=None, limit=5).results[0].settle


def test_a_fatal_difference_counts_whatever_the_tolerance(session: Session, desk: Desk) -> None:
    review = desk.reviewed(None, judgement(), judgement({"no-shirking": 50}))
    (done,) = publish(session, desk.lead, [review.id], NOW, tolerance=100)
    assert done.final_id is None


def test_what_cannot_be_published_does_not_hold_up_the_others(session: Session, desk: Desk) -> None:
    review = desk.reviewed()
    apart = desk.reviewed(None, judgement(), judgement({"empathy": 30}))
    done = publish(session, desk.lead, [apart.id, review.id, 999], NOW, tolerance=FIVE)
    assert [(one.review_id, one.why and one.why.code) for one in done] == [
        (review.id, None),
        (apart.id, "pipeline.must_settle"),
        (999, "pipeline.no_review"),
    ]
    again = publish(session, desk.lead, [review.id], NOW, tolerance=FIVE)
    assert again[0].why.code == "pipeline.published_before"
    foreign = publish(session, desk.other_team_lead, [apart.id], NOW, tolerance=FIVE)
    assert foreign[0].why.code == "pipeline.no_review"


def test_verdicts_of_a_calibration_are_never_a_score(session: Session, desk: Desk) -> None:
    review = desk.reviewed(None, judgement())
    desk.calibrate(review, judgement({"no-shirking": 50}), desk.person("孙质检"))
    (one,) = waiting(session, desk.lead, tolerance=FIVE, after=None, limit=5).results
    assert (len(one.verdicts), one.settle) == (1, False)
    publish(session, desk.lead, [review.id], NOW, tolerance=FIVE)
    assert [final.total for final in finals(session)] == [100.0]


def test_the_clock_publishes_what_has_waited_long_enough(session: Session, desk: Desk) -> None:
    review = desk.reviewed()
    apart = desk.reviewed(None, judgement(), judgement({"empathy": 30}))
    assert publish_due(session, NOW + timedelta(days=30), after_hours=0, tolerance=FIVE) == ()
    assert publish_due(session, NOW + timedelta(hours=23), after_hours=24, tolerance=FIVE) == ()
    done = publish_due(session, NOW + timedelta(hours=25), after_hours=24, tolerance=FIVE)
    assert [(one.review_id, one.final_id is None) for one in done] == [(review.id, False), (apart.id, True)]
    assert finals(session)[0].published_by == SYSTEM.name


def test_results_nobody_appeals_become_final_when_the_window_is_over(session: Session, desk: Desk) -> None:
    review = desk.reviewed()
    publish(session, desk.lead, [review.id], NOW, tolerance=FIVE)
    last_minute = NOW.replace(hour=15, minute=59) + timedelta(days=7)  # 23:59 in China
    assert finish_due(session, last_minute, appeal_days=7) == 0
    assert finish_due(session, last_minute + timedelta(minutes=1), appeal_days=7) == 1
    assert review.state == ReviewState.FINAL
    assert finish_due(session, last_minute + timedelta(days=1), appeal_days=7) == 0


def test_publishing_at_the_same_moment_makes_one_final_score(engine: Engine, session: Session, desk: Desk) -> None:
    ids = [desk.reviewed().id for _ in range(4)]
    lead = desk.lead
    session.commit()
    make = sessions(engine)

    def press(_: int) -> list[int]:
        with make.begin() as own:
            done = publish(own, lead, ids, NOW, tolerance=FIVE)
        return [one.review_id for one in done if one.final_id is not None]

    with ThreadPoolExecutor(4) as pool:
        made = [review_id for done in pool.map(press, range(4)) for review_id in done]
    assert sorted(made) == ids
    assert sorted(final.review_id for final in finals(session)) == ids
    assert set(session.scalars(select(ReviewRow.state))) == {"published"}
