"""Calls that need a person: to be heard, or to be mended."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.answers import CallList
from api.cursor import from_cursor, to_cursor
from api.database import ReadSession
from api.language import ReaderLanguage
from api.problems import declared
from api.queries import PageQuery, QueueQuery
from pipeline import browse
from pipeline.browse import Order

router = APIRouter(prefix="/v1", tags=["queue"], responses=declared(422, 503))


@router.get("/queue")
def queue(session: ReadSession, language: ReaderLanguage, asked: Annotated[QueueQuery, Query()]) -> CallList:
    """Calls a person should hear, with the reasons; the latest queued first."""
    after = from_cursor(Order.QUEUED, asked.cursor)
    page = browse.queue(session, asked.as_filter(), after=after, limit=asked.limit)
    return CallList.of(page, to_cursor(Order.QUEUED, page.next), language)


@router.get("/quarantine")
def quarantine(session: ReadSession, language: ReaderLanguage, asked: Annotated[PageQuery, Query()]) -> CallList:
    """Recordings that could not be used, with the reason of each; the latest received first."""
    page = browse.quarantine(session, after=from_cursor(Order.RECEIVED, asked.cursor), limit=asked.limit)
    return CallList.of(page, to_cursor(Order.RECEIVED, page.next), language)
