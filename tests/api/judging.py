"""Calls with sound whose results are published, for tests over HTTP and in the browser."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from models.review import Judgement
from models.tables import CallRow
from pipeline.results.publishing_results import publish
from tests.api.conftest import SHIRKING_CALL, Centre
from tests.pipeline.judged import Desk, judgement

LOST = {"no-shirking": 50.0, "greeting": 4.0}


@dataclass(frozen=True, slots=True)
class Judged:
    call_id: int
    review_id: int


def judged_call(centre: Centre, said: Judgement | None = None, *, published: bool = True) -> Judged:
    """The call of agent 6603 of 服务二组, heard yesterday: fatal for shirking, published today."""
    call_id = centre.receive("shop-refund-shirking.wav", SHIRKING_CALL)
    transcript_id, _ = centre.listen(call_id)
    with centre.make.begin() as session:
        desk = Desk(session, datetime.now(UTC) - timedelta(days=1))
        desk.score(session.get_one(CallRow, call_id).recording_id, transcript_id)
        review = desk.reviewed(call_id, said or judgement(LOST))
        if published:
            publish(session, desk.lead, [review.id], datetime.now(UTC), tolerance=5)
        return Judged(call_id, review.id)


def waiting_call(centre: Centre, *said: Judgement, agent_id: str = "6603", team: str = "服务二组") -> Judged:
    """A call without sound whose verdicts wait to be published."""
    with centre.make.begin() as session:
        desk = Desk(session, datetime.now(UTC) - timedelta(hours=3))
        centre.seen += 1
        review = desk.reviewed(desk.call(agent_id, team, file=f"w{centre.seen:04}.wav"), *said)
        return Judged(review.call_id, review.id)
