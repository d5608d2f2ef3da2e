"""How often the rules of a pack hit lately, for those who read or change them."""

from sqlalchemy.orm import Session

from storage.rulebook.definitions import stored_versions
from storage.rulebook.hits import HitsLately, hits_lately

LATELY = 1000
"""The newest scored calls that are looked at."""


def pack_hits(session: Session, name: str) -> HitsLately:
    """Of whichever version of the pack judged the calls."""
    ids = [row.id for row in stored_versions(session, "pack", name)]
    return hits_lately(session, ids, most=LATELY) if ids else HitsLately(0, {})
