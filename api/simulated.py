"""Whether this is a made-up centre, as every page says: asked of the database now and then, not for every page."""

import time

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from pipeline.simulated.mark import is_simulated

ASKED_AGAIN = 60.0
"""Seconds after which a centre that was not simulated may have become so. One that is stays so."""


def says_simulated(app: FastAPI) -> bool:
    """False too where the database does not answer: a page that says so must not fail for this."""
    known, until = getattr(app.state, "simulated", (False, 0.0))
    if known or time.monotonic() < until:
        return bool(known)
    try:
        with app.state.reading() as session:
            known = is_simulated(session)
    except (AttributeError, SQLAlchemyError):
        return False
    app.state.simulated = (known, time.monotonic() + ASKED_AGAIN)
    return known
