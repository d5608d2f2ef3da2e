"""Whether the service works."""

from importlib.metadata import version

from fastapi import APIRouter

from api.answers import HealthAnswer
from api.database import ReadSession
from api.problems import declared
from pipeline import browse

router = APIRouter(prefix="/v1", tags=["service"])


@router.get("/health", responses=declared(422, 503))
def health(session: ReadSession) -> HealthAnswer:
    """200 while the database answers, 503 while it does not."""
    return HealthAnswer(status="ok", version=version("callqa"), recordings=browse.count_states(session))
