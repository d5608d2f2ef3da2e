"""One more hearing by a person, by the functions people's pages call: for appeals and calibrations."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.person import Viewer
from pipeline.review.assignment import start
from pipeline.review.judging import submit
from pipeline.simulated.calls import Written
from pipeline.simulated.people import Inspector, Random
from pipeline.simulated.verdicts import heard_by, time_spent


def hear_again(  # noqa: PLR0917  (who hears what when)
    session: Session,
    random: Random,
    made: Written,
    inspector: Inspector,
    viewer: Viewer,
    assignment_id: int,
    call: int,
    at: datetime,
) -> datetime:
    """Begin then and hand in what they hear; when they are done."""
    row = start(session, viewer, assignment_id, at)
    spent = time_spent(random, inspector, row.seconds or 60.0)
    done = at + timedelta(seconds=spent)
    verdict = submit(session, viewer, assignment_id, heard_by(random, made, call, inspector).judgement, done)
    verdict.seconds = spent  # signs of life, by which time is counted, there are none
    session.flush()
    return done
