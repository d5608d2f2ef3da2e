"""Drafts: texts people are working on, right or wrong, until they are published or discarded. Nothing commits."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import BadDefinition, NotFound
from models.tables.base import storable
from pipeline.rulebook.in_use import versions
from pipeline.rulebook.version import Draft, drafted
from storage.rulebook import drafts as stored
from storage.rulebook.definitions import Kind, find_version, remember

MAX_BYTES = 1_000_000
"""Of a text: some twenty times the largest shipped pack."""

MAX_NAME = 60
MAX_WHY = 1000
"""Characters."""

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""As packs and scorecards are named in YAML."""


def drafts(session: Session, kind: Kind | None = None) -> tuple[Draft, ...]:
    """Last saved first."""
    return tuple(drafted(row, based_on) for row, based_on in stored.all_drafts(session, kind))


def read_draft(session: Session, draft_id: int) -> Draft:
    """The draft as it is stored now.

    Raises:
        NotFound: it was discarded or published, or never there.
    """
    return drafted(*stored.find_draft(session, draft_id))


def create_draft(
    session: Session, kind: Kind, name: str, text: str, *, based_on: int | None, by: str, now: datetime
) -> Draft:
    """A draft of the version after `based_on`, or of a new pack or scorecard. Any text will do, right or wrong.

    Raises:
        BadDefinition: the name cannot be one, or the text is too large.
        NotFound: there is no version `based_on`.
    """
    if len(name) > MAX_NAME or not NAME.fullmatch(name):
        raise BadDefinition("pipeline.bad_definition_name", name=name[:MAX_NAME])
    base = None if based_on is None else _stored_id(session, kind, name, based_on, now)
    body, who = _text(text), person(by)
    return drafted(stored.add_draft(session, kind, name, body, based_on=base, by=who, now=now), based_on)


def save_draft(session: Session, draft_id: int, text: str, *, revision: int, by: str, now: datetime) -> Draft:
    """Save the text as the next revision, right or wrong.

    Raises:
        Conflict: `revision` is not the stored one: somebody saved meanwhile.
        NotFound: the draft was published or discarded meanwhile.
        BadDefinition: the text is too large.
    """
    values = {"body": _text(text)}
    stored.change_draft(session, draft_id, revision=revision, by=person(by), now=now, values=values)
    return read_draft(session, draft_id)


def rebase_draft(session: Session, draft_id: int, *, revision: int, onto: int, by: str, now: datetime) -> Draft:
    """Say that the draft takes version `onto` into account: the way out when a newer one was published meanwhile.

    The text stays. To be offered beside a comparison of that version with the draft.

    Raises:
        Conflict, NotFound: as `save_draft`, or there is no version `onto`.
    """
    draft = read_draft(session, draft_id)
    values = {"based_on": _stored_id(session, draft.kind, draft.name, onto, now)}
    stored.change_draft(session, draft_id, revision=revision, by=person(by), now=now, values=values)
    return read_draft(session, draft_id)


def discard_draft(session: Session, draft_id: int, *, revision: int) -> None:
    """Throw the draft away.

    Raises:
        Conflict, NotFound: as `save_draft`.
    """
    stored.remove_draft(session, draft_id, revision=revision)


def person(by: str) -> str:
    """Who did something.

    Raises:
        BadDefinition: nobody, or a name too long to be one.
    """
    who = " ".join(by.split())
    if not who or len(who) > MAX_NAME:
        raise BadDefinition("pipeline.nobody", most=MAX_NAME)
    return who


def grounds(why: str) -> str:
    """Why somebody did something.

    Raises:
        BadDefinition: nothing is said, or too much.
    """
    said = why.strip()
    if not said or len(said) > MAX_WHY:
        raise BadDefinition("pipeline.no_grounds", most=MAX_WHY)
    return said


def _text(text: str) -> str:
    """With the line ends of a file: browsers send others."""
    text = storable(text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text.encode()) > MAX_BYTES:
        raise BadDefinition("pipeline.definition_too_large", bytes=len(text.encode()), most=MAX_BYTES)
    return text


def _stored_id(session: Session, kind: Kind, name: str, version: int, now: datetime) -> int:
    """The row of a version; a shipped one that has not judged a call is written down."""
    row = find_version(session, kind, name, version)
    if row is not None:
        return row.id
    for one in versions(session, kind, name):
        if one.version == version:
            return remember(session, kind, name, version, one.sha256, one.text, now).id
    raise NotFound(f"pipeline.no_version_{kind}", name=name, version=version)
