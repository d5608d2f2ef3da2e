"""Calls that need a person: to be heard, or to be mended."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.answers import CallList
from api.cursor import from_cursor, to_cursor
from api.database import ReadSession
from api.language import ReaderLanguage
from api.problems import declared
from api.queries import PageQuery, QueueQuery
from api.queue_answers import QueueList
from api.viewer import CurrentViewer
from pipeline import browse
from pipeline.browse import Order
from pipeline.review.waiting import waiting

router = APIRouter(prefix="/v1", tags=["queue"], responses=declared(422, 503))


@router.get("/queue")
def queue(
    session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, asked: Annotated[QueueQuery, Query()]
) -> QueueList:
    """Calls that wait for a person, with the reasons and who has them; the most urgent first."""
    after = from_cursor(Order.QUEUED, asked.cursor)
    page = browse.queue(session, viewer, asked.as_filter(), after=after, limit=asked.limit)
    standing = waiting(session, [call.id for call in page.calls], datetime.now(UTC))
    return QueueList.of_queue(page, standing, to_cursor(Order.QUEUED, page.next), language)


@router.get("/quarantine")
def quarantine(
    session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, asked: Annotated[PageQuery, Query()]
) -> CallList:
    """Recordings that could not be used, with the reason of each; the latest received first."""
    page = browse.quarantine(session, viewer, after=from_cursor(Order.RECEIVED, asked.cursor), limit=asked.limit)
    return CallList.of(page, to_cursor(Order.RECEIVED, page.next), language)
