from copy import deepcopy
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.call import Metadata
from models.errors import NotFound
from models.finding import Answer, Effect, Evidence, RuleResult
from models.ledger import RecordingState
from models.listening import Listened
from models.person import SYSTEM
from models.reason import Reason
from models.routing import Routing
from models.score import PreScore, Scored
from models.tables import CallRow, ScoreRow
from models.transcript import TRANSCRIPT_JSON, Origin, Recording, Role, Transcript, Turn, VoiceMeasures, Word
from pipeline import browse
from pipeline.browse import CallFilter, masked_number, masked_text
from pipeline.review.heard import heard_transcript
from storage.calls import ledger, results
from storage.calls.metadata import put_metadata
from storage.rulebook.definitions import remember

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
FILE = "20261120_13812341234_8001.wav"
SHA = sha256(b"call").hexdigest()
FACTS = Recording(FILE, SHA, 61.0, 2, "pcm_alaw", 8000)
QUOTE = Evidence(2.0, 3.0, Role.AGENT, 0, "不归我们管", (2, 7), 0.9)


@pytest.fixture
def call_id(session: Session) -> int:
    """A call that was taken in and no more."""
    row, _ = ledger.register(session, sha256=SHA, file=FILE, audio="aa/x.wav", size=9, settings_key="k", now=NOW)
    ticket = {"工单": "13812341234 来电", "渠道": "热线"}
    put_metadata(session, row.id, Metadata(agent_id="8001", customer_number="13812341234", extra=ticket))
    session.commit()
    return session.scalars(select(CallRow.id)).one()


def transcribe(session: Session) -> int:
    words = tuple(Word(text, start, start + 0.2, 0.9) for start, text in enumerate("这个不归我们管"))
    turn = Turn(Role.AGENT, 0, 0.0, 7.0, "这个不归我们管", 0.9, (), words)
    origin = Origin("scripted", "script", "0" * 64, {}, (Role.AGENT, Role.CUSTOMER))
    listened = (Listened("不归我管", 0, (2, 7), 0.9, -3.5),)
    transcript = Transcript(FACTS, (turn,), VoiceMeasures(5.0), origin, listened)
    body = TRANSCRIPT_JSON.dump_python(transcript, mode="json")
    return results.save_transcript(session, ledger_id(session), "t", body, FACTS, NOW).id


def ledger_id(session: Session) -> int:
    return session.scalars(select(CallRow.recording_id)).one()


def judge(session: Session, transcript_id: int, *evidence: Evidence) -> None:
    hit = RuleResult("服务规范", 1, "shirking", "推诿", Effect.VIOLATION, Answer.HIT, evidence)
    results.save_score(
        session,
        recording_id=ledger_id(session),
        transcript_id=transcript_id,
        pack_id=remember(session, "pack", "服务规范", 1, "p", "…", NOW).id,
        scorecard_id=remember(session, "scorecard", "呼入服务", 1, "c", "…", NOW).id,
        scorer=1,
        scored=Scored(PreScore("呼入服务", 1, 62.0, "合格", 1.0, (), ("manner",)), (hit,)),
        routing=Routing(
            queued=True,
            reasons=(Reason("scoring.routed_low_score", {"score": 62, "below": 70}),),
            inclusion_probability=1.0,
        ),
        now=NOW,
    )


def test_a_call_that_only_came_in_says_so(session: Session, call_id: int) -> None:
    call = browse.find_call(session, SYSTEM, call_id)
    assert call.summary.state is RecordingState.RECEIVED
    assert call.summary.score is None
    assert browse.find_transcript(session, SYSTEM, call_id) is None
    scores = browse.find_scores(session, SYSTEM, call_id)
    assert (scores.shown, scores.scored, scores.versions) == (None, None, ())
    assert browse.find_findings(session, scores) == ()


def test_customers_numbers_are_masked_wherever_they_stand(session: Session, call_id: int) -> None:
    transcribe(session)
    call = browse.find_call(session, SYSTEM, call_id)
    assert call.metadata.customer_number == "138****1234"
    assert call.summary.file == "20261120_138****1234_8001.wav"
    assert call.recording.sources == ("20261120_138****1234_8001.wav",)
    assert call.metadata.extra == {"工单": "138****1234 来电", "渠道": "热线"}
    transcript = browse.find_transcript(session, SYSTEM, call_id)
    assert transcript is not None
    assert transcript.recording.file == "20261120_138****1234_8001.wav"
    (listed,) = browse.list_calls(session, SYSTEM, CallFilter(), browse.Order.NEWEST, after=None, limit=9).calls
    assert listed.file == "20261120_138****1234_8001.wav"


def test_people_are_not_told_what_the_machine_listened_for(session: Session, call_id: int) -> None:
    """Some of them are to judge the call for themselves first."""
    transcribe(session)
    corrected = heard_transcript(session, call_id)
    assert corrected is not None
    for shown in (browse.find_transcript(session, SYSTEM, call_id), corrected[1]):
        assert shown is not None
        assert [turn.text for turn in shown.turns] == ["这个不归我们管"]
        assert shown.listened == ()


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13812341234", "138****1234"),
        ("02188886666", "021****6666"),
        ("88886666", "****66"),
        ("+8613812341234", "+86****1234"),
    ],
)
def test_a_number_keeps_enough_to_be_recognised(number: str, masked: str) -> None:
    assert masked_number(number) == masked


def test_numbers_that_are_no_telephone_numbers_stay() -> None:
    assert masked_text("20261120093000123_8001.wav", None) == "20261120093000123_8001.wav"
    assert masked_text("02188886666_a.wav", "02188886666") == "021****6666_a.wav"


def test_a_scored_call_has_findings_with_their_place_in_the_text(session: Session, call_id: int) -> None:
    sounds = Evidence(6.0, 7.0, Role.AGENT, 0, "们管", (5, 7), 0.8, meant="门关")
    again = Evidence(7.5, 8.5, Role.AGENT, 0, "管", (6, 7), 0.8, meant="关门", listened=True)
    judge(session, transcribe(session), QUOTE, sounds, again, Evidence(9.0, 12.0))
    scores = browse.find_scores(session, SYSTEM, call_id)
    said, alike, listened, unsaid = browse.find_findings(session, scores)
    assert (said.rule, said.effect, said.evidence) == ("shirking", Effect.VIOLATION, QUOTE)
    assert alike.evidence == sounds, "what was meant is told too"
    assert listened.evidence == again, "and that it was listened to again"
    assert unsaid.evidence == Evidence(9.0, 12.0)
    summary = browse.find_call(session, SYSTEM, call_id).summary
    assert summary.score is not None
    assert (summary.score.total, summary.score.grade, summary.score.fatal) == (62.0, "合格", True)
    assert [(count.rule, count.times) for count in summary.findings] == [("shirking", 4)]


def test_a_score_stored_before_anything_was_listened_to_again_reads(session: Session, call_id: int) -> None:
    sounds = Evidence(6.0, 7.0, Role.AGENT, 0, "们管", (5, 7), 0.8, meant="门关")
    judge(session, transcribe(session), sounds)
    row = session.scalars(select(ScoreRow)).one()
    body = deepcopy(row.body)
    del body["results"][0]["evidence"][0]["listened"]
    row.body = body
    session.flush()
    (alike,) = browse.find_findings(session, browse.find_scores(session, SYSTEM, call_id))
    assert alike.evidence == sounds


def test_the_queue_names_its_reasons(session: Session, call_id: int) -> None:
    judge(session, transcribe(session), QUOTE)
    (queued,) = browse.queue(session, SYSTEM, CallFilter(), after=None, limit=9).calls
    assert queued.id == call_id
    assert [reason.code for reason in queued.reasons] == ["scoring.routed_low_score"]
    assert browse.queue_size(session, SYSTEM) == 1


def test_the_quarantine_names_the_problem(session: Session, call_id: int) -> None:
    assert browse.quarantine(session, SYSTEM, after=None, limit=9).calls == ()
    ledger.claim(session, settings_key="k", owner="w", now=NOW, lease_seconds=60)
    problem = Reason("asr.empty", {"file": FILE})
    assert ledger.quarantine(session, ledger_id(session), "w", problem, NOW, settings_key="k")
    (set_aside,) = browse.quarantine(session, SYSTEM, after=None, limit=9).calls
    masked = Reason("asr.empty", {"file": "20261120_138****1234_8001.wav"})
    assert (set_aside.id, set_aside.problem) == (call_id, masked)
    assert browse.count_states(session)[RecordingState.QUARANTINED] == 1


def test_asking_for_a_call_that_is_not_there_says_which(session: Session) -> None:
    for ask in (browse.find_call, browse.find_transcript, browse.find_scores):
        with pytest.raises(NotFound, match="call number 4000000000"):
            ask(session, SYSTEM, 4_000_000_000)
