"""A centre whose inspectors judge patience by a rule we know: what its agents say when they are impatient is its own.

The starter knows none of these ways to brush a customer off, and verdicts do not point at turns: what is learned, is
learned from the verdicts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from models.call import Metadata
from models.final import PRE_SCORE_JSON, FinalSource
from models.person import UserRole, Viewer
from models.review import JUDGEMENT_JSON, AssignmentState, ItemVerdict, Judgement, Purpose
from models.routing import Routing
from models.score import ItemState
from models.tables import AssignmentRow, CallRow, FinalScoreRow, ReviewRow, UserRow, VerdictRow
from models.transcript import TRANSCRIPT_JSON, Recording, Role, Transcript, Turn, Word
from pipeline.people.signing_in import viewer_of
from pipeline.processing.scoring_call import score_call
from pipeline.rulebook.version import Pair
from scoring import SCORER_VERSION
from scoring.judgement import score_judgement
from scoring.pack import load_pack
from scoring.scorecard import load_scorecard
from storage.calls import ledger, results
from storage.calls.metadata import put_metadata
from storage.people import accounts
from storage.review.reviews import review_of
from storage.rulebook.definitions import remember

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
PAIR: Pair = ("inbound-service", "inbound-service")
PATIENCE = "patience"

RUDE = ("您就搁那儿候着呗", "单子挂墙上凉快着", "看您造化咯", "明儿个再议得了", "甭惦记那茬儿", "排到猴年马月")
KIND = (
    "已经为您加急登记",
    "今天下班前回复您",
    "我马上转给专员",
    "这就帮您核对清楚",
    "稍后短信发给您",
    "我替您跟进到底",
)
ASKED = ("我的快递三天没动了。", "账单多扣了十块钱。", "套餐想改成便宜的。", "发票什么时候能开？")


@dataclass
class Taught:
    """`make` opens sessions; what the methods make is committed. `seed` decides what is said."""

    make: sessionmaker[Session]
    seed: int = 0
    calls: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.pack, self.card = load_pack(PAIR[0]), load_scorecard(PAIR[1])

    def person(self, name: str, role: UserRole = UserRole.INSPECTOR) -> Viewer:
        with self.make.begin() as session:
            row = session.scalar(select(UserRow).where(UserRow.name == name))
            if row is None:
                login = f"p{sha256(name.encode()).hexdigest()[:8]}"
                row = accounts.add_user(session, login=login, name=name, role=role, now=NOW)
            return viewer_of(row)

    def judged(self, count: int, *, by: str = "李质检", ways: Sequence[str] = RUDE, rude: float = 0.4) -> list[int]:
        """So many calls, judged rightly by one person; the ids. In the share `rude` the agent brushes them off."""
        errors = [self.random.random() < rude for _ in range(count)]
        ids = [self.call(self.random.choice(ways) if error else self.random.choice(KIND)) for error in errors]
        self.verdicts([(call, {PATIENCE: error}) for call, error in zip(ids, errors, strict=True)], by=by)
        return ids

    def call(self, answer: str) -> int:
        """A call in which the agent says this, scored by the rules alone."""
        self.calls += 1
        content = sha256(f"{self.seed} {self.calls}".encode()).hexdigest()
        transcript = said(answer, self.random.choice(ASKED), content)
        scored, _ = score_call(self.pack, self.card, transcript, Metadata())
        now = NOW + timedelta(minutes=self.calls)
        with self.make.begin() as session:
            row, _ = ledger.register(
                session, sha256=content, file=f"{content[:6]}.wav", audio="-", size=1, settings_key="k", now=now
            )
            put_metadata(session, row.id, Metadata(agent_id="6603", team="服务二组"))
            body = TRANSCRIPT_JSON.dump_python(transcript, mode="json")
            kept = results.save_transcript(session, row.id, "t", body, transcript.recording, now)
            pack = self.pack
            results.save_score(
                session,
                recording_id=row.id,
                transcript_id=kept.id,
                pack_id=remember(session, "pack", pack.name, pack.version, pack.sha256, pack.text, now).id,
                scorecard_id=self._card_id(session),
                scorer=SCORER_VERSION,
                scored=scored,
                routing=Routing(queued=False, reasons=(), inclusion_probability=1.0),
                now=now,
            )
            row.state = "scored"
            return session.scalars(select(CallRow.id).where(CallRow.recording_id == row.id)).one()

    def verdicts(
        self,
        judged: Iterable[tuple[int, Mapping[str, bool]]],
        *,
        by: str = "李质检",
        purpose: Purpose = Purpose.REVIEW,
    ) -> list[int]:
        """What somebody said of items of calls, an error or none; the verdicts' ids."""
        viewer = self.person(by)
        with self.make.begin() as session:
            return [self._verdict(session, call, errors, viewer, purpose) for call, errors in judged]

    def final(self, call: int, errors: Mapping[str, bool], source: FinalSource, *, minutes: int = 0) -> int:
        """A final score of the call; its id."""
        judgement = judgement_of(errors)
        score = score_judgement(self.card, judgement)
        with self.make.begin() as session:
            review = review_of(session, call)
            assert review is not None
            row = FinalScoreRow(
                review_id=review.id,
                call_id=call,
                verdict_id=None,
                agent_id="6603",
                source=source.value,
                scorecard_id=self._card_id(session),
                judgement=JUDGEMENT_JSON.dump_python(judgement, mode="json"),
                body=PRE_SCORE_JSON.dump_python(score, mode="json"),
                total=score.total,
                grade=score.grade,
                fatal=False,
                published_by="周主管",
                published_at=NOW + timedelta(minutes=minutes),
            )
            session.add(row)
            session.flush()
            return row.id

    def _card_id(self, session: Session) -> int:
        card = self.card
        return remember(session, "scorecard", card.name, card.version, card.sha256, card.text, NOW).id

    def _verdict(
        self, session: Session, call: int, errors: Mapping[str, bool], viewer: Viewer, purpose: Purpose
    ) -> int:
        review = review_of(session, call) or _review(session, call)
        slots = session.query(AssignmentRow).filter_by(review_id=review.id).count()
        at = NOW + timedelta(minutes=call)
        assignment = AssignmentRow(
            review_id=review.id,
            call_id=call,
            slot=slots + 1,
            purpose=purpose,
            state=AssignmentState.SUBMITTED,
            priority=0.0,
            user_id=viewer.user_id,
            created_at=NOW,
            submitted_at=at,
        )
        session.add(assignment)
        session.flush()
        judgement = judgement_of(errors)
        score = score_judgement(self.card, judgement)
        assert viewer.user_id is not None
        row = VerdictRow(
            assignment_id=assignment.id,
            review_id=review.id,
            call_id=call,
            user_id=viewer.user_id,
            purpose=purpose,
            scorecard_id=self._card_id(session),
            body=JUDGEMENT_JSON.dump_python(judgement, mode="json"),
            score=PRE_SCORE_JSON.dump_python(score, mode="json"),
            total=score.total,
            grade=score.grade,
            fatal=False,
            seconds=60.0,
            submitted_at=at,
        )
        session.add(row)
        session.flush()
        return row.id


def _review(session: Session, call: int) -> ReviewRow:
    row = ReviewRow(
        call_id=call,
        score_id=session.get_one(CallRow, call).score_id,
        state="submitted",
        reasons=[],
        priority=0.0,
        fatal=False,
        blind=True,
        queued_at=NOW,
        updated_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def judgement_of(errors: Mapping[str, bool]) -> Judgement:
    return Judgement(
        tuple(ItemVerdict(item, ItemState.JUDGED, 4.0 if error else 0.0) for item, error in errors.items())
    )


def said(answer: str, asked: str, content: str) -> Transcript:
    lines = (
        (Role.AGENT, "您好，很高兴为您服务。"),
        (Role.CUSTOMER, asked),
        (Role.AGENT, "请您稍等，我查一下。"),
        (Role.CUSTOMER, "好的。"),
        (Role.AGENT, f"{answer}。"),
        (Role.CUSTOMER, "行吧。"),
        (Role.AGENT, "感谢来电，再见。"),
    )
    turns = []
    for index, (role, text) in enumerate(lines):
        start, step = 4.0 * index, 3.0 / len(text)
        words = tuple(Word(c, start + step * n, start + step * (n + 1), 0.95) for n, c in enumerate(text))
        turns.append(Turn(role, int(role is Role.CUSTOMER), start, start + 3.0, text, 0.95, (), words, text))
    return Transcript(Recording(f"{content[:6]}.wav", content, 30.0, 2, "pcm_alaw", 8000), tuple(turns))
