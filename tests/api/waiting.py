"""Calls that wait to be heard: sample recordings, scored by the shipped pack and scorecard, and queued."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from models.call import Metadata
from models.person import Viewer
from models.reason import Reason
from models.review import ItemVerdict, Judgement
from models.routing import Routing
from models.score import ItemState
from models.tables import AssignmentRow, ReviewRow
from pipeline.processing.process import judge
from scoring.pack import Pack, load_pack
from scoring.routing import RoutingPlan
from scoring.scorecard import Scorecard, load_scorecard
from storage.calls import results
from storage.review.reviews import assignments, queue_call
from storage.rulebook.definitions import remember
from tests.api.conftest import SHIRKING_CALL, Centre

LOW_SCORE = Reason("scoring.routed_low_score", {"score": 55.0, "below": 70})
AT_RANDOM = Reason("scoring.routed_random", {"percent": 5})


@cache
def rules() -> tuple[Pack, Scorecard]:
    return load_pack("inbound-service"), load_scorecard("inbound-service")


@dataclass
class Waiting:
    """`call` answers the assignments of a new call, by slot."""

    centre: Centre
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def call(
        self,
        sample: str = "shop-refund-shirking.wav",
        metadata: Metadata = SHIRKING_CALL,
        *,
        reasons: Collection[Reason] = (LOW_SCORE, AT_RANDOM),
        blind: bool = True,
        double: bool = False,
        user: Viewer | None = None,
        due_at: datetime | None = None,
        priority: float = 0.0,
    ) -> tuple[AssignmentRow, ...]:
        call_id = self.centre.receive(sample, metadata)
        score_id = self.score(call_id, metadata)
        with self.centre.make.begin() as session:
            review: ReviewRow = queue_call(
                session,
                call_id=call_id,
                score_id=score_id,
                reasons=reasons,
                now=self.now,
                priority=priority,
                blind=blind,
                double=double,
                due_at=due_at,
            )
            rows = assignments(session, review.id)
            if user is not None:
                rows[0].user_id = user.user_id
            session.flush()
            session.expunge_all()
        return rows

    def score(self, call_id: int, metadata: Metadata) -> int:
        transcript_id, transcript = self.centre.listen(call_id)
        pack, card = rules()
        scored, _ = judge(pack, card, RoutingPlan(70, 0.6, 0.05, "k"), transcript, metadata, "k")
        kept = Routing(queued=False, reasons=(), inclusion_probability=1.0)  # the test queues it
        with self.centre.make.begin() as session:
            row = self.centre.recording(call_id)
            stored_pack = remember(session, "pack", pack.name, pack.version, pack.sha256, pack.text, self.now)
            stored_card = remember(session, "scorecard", card.name, card.version, card.sha256, card.text, self.now)
            saved = results.save_score(
                session,
                recording_id=row.id,
                transcript_id=transcript_id,
                pack_id=stored_pack.id,
                scorecard_id=stored_card.id,
                scorer=1,
                scored=scored,
                routing=kept,
                now=self.now,
            )
            return saved.id


def all_fine(lost: dict[str, float] | None = None) -> Judgement:
    """Nothing to find fault with, but what is named, each with a comment."""
    lost = lost or {}
    _, card = rules()
    return Judgement(
        tuple(
            ItemVerdict(item.id, ItemState.JUDGED, lost.get(item.id, 0.0), comment="原因" if item.id in lost else "")
            for item in card.items
        )
    )
