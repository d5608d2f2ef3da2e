"""A small simulated centre in a database: legal, marked, made once, and estimated rightly."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from models.call import METADATA_JSON, Metadata
from models.errors import Conflict, NotFound
from models.final import PRE_SCORE_JSON
from models.finding import Answer
from models.person import UserRole
from models.review import JUDGEMENT_JSON, MOVES, ReviewState
from models.score import SCORED_JSON
from models.tables import (
    ActionRow,
    AppealRow,
    AssignmentRow,
    CalibrationRow,
    CallFactRow,
    CallRow,
    CaseRow,
    CertificateRow,
    DrawRow,
    FeedbackRow,
    FinalScoreRow,
    FindingRow,
    MeetingRow,
    MoveRow,
    RecordingRow,
    ReportRow,
    ReviewRow,
    RoutingRow,
    ScoreRow,
    SelectionRow,
    SittingRow,
    StaleDayRow,
    TrainingPlanRow,
    TranscriptRow,
    UserRow,
    VerdictRow,
)
from models.transcript import TRANSCRIPT_JSON
from pipeline.people.signing_in import viewer_of
from pipeline.simulated.compare import Comparison, compare
from pipeline.simulated.mark import Mark, find_mark, is_simulated
from pipeline.simulated.samples import SIMULATED
from pipeline.simulated.simulate import check_home, simulate
from storage.database import sessions
from tests.pipeline.simulated.small_centre import ASKED, NOW, Made


class KilledError(Exception):
    pass


@pytest.fixture
def comparison(looking: Session) -> Comparison:
    lead = looking.scalars(select(UserRow).where(UserRow.role == UserRole.LEAD.value)).one()
    return compare(looking, viewer_of(lead), NOW)


def test_every_reference_holds(looking: Session) -> None:
    assert looking.execute(text("PRAGMA foreign_key_check")).all() == []


def test_every_stored_json_is_what_it_says_it_is(looking: Session) -> None:
    for body in looking.scalars(select(ScoreRow.body)):
        SCORED_JSON.validate_python(body)
    for body in looking.scalars(select(TranscriptRow.body)):
        TRANSCRIPT_JSON.validate_python(body)
    for verdict in looking.scalars(select(VerdictRow)):
        JUDGEMENT_JSON.validate_python(verdict.body)
        assert PRE_SCORE_JSON.validate_python(verdict.score).total == verdict.total
    for final in looking.scalars(select(FinalScoreRow)):
        assert PRE_SCORE_JSON.validate_python(final.body).total == final.total


def test_every_review_came_where_it_is_by_moves_that_are_allowed(looking: Session) -> None:
    moves: dict[int, list[MoveRow]] = {}
    for row in looking.scalars(select(MoveRow).order_by(MoveRow.at, MoveRow.id)):
        moves.setdefault(row.review_id, []).append(row)
    states = {id_: state for id_, state in looking.execute(select(ReviewRow.id, ReviewRow.state))}  # noqa: C416  (typed rows)
    for review, state in states.items():
        own = moves.get(review, [])
        assert (own[-1].after if own else ReviewState.MACHINE_SCORED) == state
        assert all(ReviewState(one.after) in MOVES[ReviewState(one.before)] for one in own)
        assert all(one.after == two.before for one, two in pairwise(own))
    assert {"queued", "submitted", "acknowledged", "final"} <= set(states.values())


def test_nothing_has_happened_after_now(looking: Session) -> None:
    moments: list[Any] = [MoveRow.at, VerdictRow.submitted_at, FinalScoreRow.published_at, RecordingRow.created_at]
    for column in (*moments, CallRow.started_at, FeedbackRow.created_at, AppealRow.created_at, ReviewRow.updated_at):
        latest = looking.scalar(select(func.max(column)))
        assert latest is not None
        assert latest <= NOW, column


def test_calls_know_that_they_are_simulated_and_have_the_sound_of_a_sample(centre: Made, looking: Session) -> None:
    rows = looking.execute(select(CallRow, RecordingRow).join(RecordingRow, RecordingRow.id == CallRow.recording_id))
    simulated = [(call, recording) for call, recording in rows if recording.file.startswith("模拟")]
    assert centre.mark is not None
    assert len(simulated) == centre.mark.calls
    for call, recording in simulated:
        assert call.extra == {"来源": "模拟"}
        assert (centre.home / "audio" / recording.audio).is_file()
        METADATA_JSON.validate_python({name: getattr(call, name) for name in Metadata.__dataclass_fields__})


def test_quotes_are_in_the_transcript_or_say_that_they_are_simulated(looking: Session) -> None:
    query = select(ScoreRow.body, TranscriptRow.body).join(TranscriptRow, TranscriptRow.id == ScoreRow.transcript_id)
    quotes = Counter[str]()
    for score, transcript in looking.execute(query):
        turns = [turn["text"] for turn in transcript["turns"]]
        for result in SCORED_JSON.validate_python(score).results:
            if result.answer is not Answer.HIT:
                continue
            for one in result.evidence:
                if one.turn is not None:
                    assert one.quote in turns[one.turn]
                    quotes["real"] += 1
                elif one.quote:
                    assert one.quote == SIMULATED
                    quotes["simulated"] += 1
    assert quotes["real"] > 50
    assert looking.scalar(select(func.count()).where(FindingRow.quote == SIMULATED))


def test_routing_and_draws_are_the_real_ones(looking: Session) -> None:
    queued = set(looking.scalars(select(RoutingRow.score_id).where(RoutingRow.queued)))
    reviewed = set(looking.scalars(select(ReviewRow.score_id).where(ReviewRow.score_id.is_not(None))))
    assert queued <= reviewed
    assert looking.scalar(select(func.count()).select_from(DrawRow)) == ASKED.weeks
    chances = set(looking.scalars(select(SelectionRow.probability)))
    assert {1.0} < chances
    assert all(0 < chance <= 1 for chance in chances)


def test_there_is_something_of_everything(looking: Session) -> None:
    tables = (AppealRow, CalibrationRow, FeedbackRow, TrainingPlanRow, SittingRow, ActionRow, CaseRow, MeetingRow)
    counts = {table.__tablename__: looking.scalar(select(func.count()).select_from(table)) for table in tables}
    assert all(counts.values()), counts
    assert looking.scalar(select(func.count()).select_from(ReportRow))
    assert looking.scalar(select(func.count()).select_from(CertificateRow))
    desks = set(looking.scalars(select(AssignmentRow.user_id).where(AssignmentRow.state == "open")))
    inspectors = looking.scalars(select(UserRow.id).where(UserRow.login.in_(["inspector", "inspector2"]))).all()
    assert set(inspectors) <= desks
    own = looking.scalars(select(ReviewRow.agent_id).where(ReviewRow.final_id.is_not(None))).all()
    assert {"3041", "6603"} <= set(own)


def test_reports_have_every_call_in_their_sums(looking: Session) -> None:
    scored = looking.scalar(select(func.count()).where(CallRow.score_id.is_not(None)))
    assert looking.scalar(select(func.count()).select_from(CallFactRow)) == scored
    assert looking.scalar(select(func.count()).select_from(StaleDayRow)) == 0


def test_the_truth_lies_in_most_of_the_intervals(comparison: Comparison) -> None:
    assert comparison.centre is not None
    assert comparison.centre.inside
    right, of = comparison.inside(comparison.teams)
    assert (right, of) in {(3, 4), (4, 4)}


def test_what_the_machine_finds_is_beside_what_is_true(comparison: Comparison) -> None:
    rates = {one.id: one for one in comparison.items}
    offer = rates["closing-offer"]
    assert offer.rate.value == pytest.approx(offer.rate.truth, abs=0.06)
    assert len(comparison.inspectors) == 6
    assert [one.effect is not None for one in comparison.lessons] == [True, True]


def test_the_mark_reads_as_it_was_written(looking: Session, known: Mark) -> None:
    assert is_simulated(looking)
    assert find_mark(looking) == known


def test_who_is_killed_has_made_nothing_and_begins_again(sampled: Made, centre: Made, tmp_path: Path) -> None:
    """With the same seed it comes out the same."""

    def killed(done: int, of: int) -> None:
        if 0 < done < of:
            raise KilledError

    copy = sampled.copy(tmp_path / "home")
    make = sessions(copy.engine)
    calls = "SELECT count(*) FROM calls"
    with make() as session:
        before = session.scalar(text(calls))
    with pytest.raises(KilledError), make.begin() as session:
        simulate(session, ASKED, killed)
    with make() as session:
        assert session.scalar(text(calls)) == before
        assert not is_simulated(session)
    with make.begin() as session:
        assert simulate(session, ASKED) == centre.mark
    with make() as one, sessions(centre.engine, reading=True)() as other:
        totals = select(ReviewRow.call_id, ReviewRow.state, ReviewRow.final_total).order_by(ReviewRow.id)
        assert one.execute(totals).all() == other.execute(totals).all()
    copy.engine.dispose()


@pytest.fixture
def untouched(sampled: Made, tmp_path: Path) -> Iterator[Session]:
    copy = sampled.copy(tmp_path / "home")
    with sessions(copy.engine)() as session:
        yield session
        session.rollback()
    copy.engine.dispose()


def test_a_centre_that_is_there_is_found_and_not_made_again(looking: Session, known: Mark) -> None:
    assert check_home(looking, []) == known


def test_a_home_with_real_calls_is_refused(untouched: Session) -> None:
    own = untouched.scalars(select(RecordingRow.sha256)).all()
    assert check_home(untouched, own) is None
    with pytest.raises(Conflict, match="real calls"):
        check_home(untouched, own[1:])


def test_nothing_is_compared_where_nothing_is_simulated(untouched: Session) -> None:
    lead = untouched.scalars(select(UserRow).where(UserRow.role == UserRole.LEAD.value)).one()
    with pytest.raises(NotFound):
        compare(untouched, viewer_of(lead), NOW)


def test_an_empty_home_has_nothing_to_simulate_on(untouched: Session) -> None:
    untouched.execute(text("UPDATE recordings SET state = 'received'"))
    with pytest.raises(NotFound, match="sample"):
        simulate(untouched, replace(ASKED, weeks=1))
