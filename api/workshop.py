"""Drafts checked, tried and replayed for a request: what JSON and pages share.

Texts go to another process (api/apart.py); here they are only carried.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastapi import Request
from sqlalchemy.orm import Session

from api.apart import Apart, TookTooLong
from models.call import Metadata
from models.errors import BadDefinition, CallqaError, Conflict, NotFound
from models.person import Viewer
from models.reason import Fact, Reason
from models.settings import Settings
from models.transcript import Transcript
from pipeline import browse
from pipeline.browse import CallFilter
from pipeline.people import visibility
from pipeline.processing.stored_calls import read_calls
from pipeline.rulebook import definitions, elsewhere, tryout
from pipeline.rulebook.definitions import Comparison, Draft, Kind, Version
from pipeline.rulebook.dialogue import read_dialogue
from pipeline.rulebook.elsewhere import Replayed, Sides
from pipeline.rulebook.replay import Gate, Limits
from pipeline.rulebook.rule_form import Common
from pipeline.rulebook.rule_place import insert_rule
from pipeline.rulebook.tryout import Checked, Tried
from storage.people.audit import record
from storage.reason import stored

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

CHECKING = 20.0
"""Seconds: two thousand rules with their cases take half of it."""

REPLAYING = 90.0
"""Seconds: a thousand calls of ten minutes."""

AT_PUBLISHING = 200
"""Calls replayed before a version is published: its gate asks for twenty at least."""

OTHER: dict[Kind, Kind] = {"pack": "scorecard", "scorecard": "pack"}


@dataclass(frozen=True, slots=True)
class Written:
    """A text being edited; `name` is the definition it belongs to."""

    kind: Kind
    name: str
    text: str

    @classmethod
    def of(cls, draft: Draft, text: str | None = None) -> "Written":
        """A draft, or what it is being changed to."""
        return cls(draft.kind, draft.name, draft.text if text is None else text)


@dataclass(frozen=True, slots=True)
class Publishing:
    """Which revision of a draft is published and why; `anyway` though the replay speaks against it."""

    revision: int
    why: str
    anyway: bool


@dataclass(frozen=True, slots=True)
class Pasted:
    """A dialogue typed in by hand."""

    text: str
    metadata: Metadata


def checked(request: Request, session: Session, written: Written) -> Checked:
    """Mistakes, failing cases and doubts; a scorecard is held against the pack it goes with."""
    pack_text = counterpart(request, session, written) if written.kind == "scorecard" else None
    return _apart(request).ask(CHECKING, tryout.check, written.kind, written.text, _cache(request), pack_text)


def with_rule(request: Request, text: str, form: Common, after: int | None) -> tuple[str, int, int, str]:
    """The text with the form's rule in it, the rule's first and last line, and the rule alone."""
    rule = form.rule()
    inserted = _apart(request).ask(CHECKING, insert_rule, text, rule, after=after)
    return inserted.text, inserted.line, inserted.last, rule


def tried(request: Request, session: Session, written: Written, heard: Pasted | int) -> Tried:
    """The draft asked about a pasted dialogue, or about a stored call by its number.

    Raises:
        NotFound: no such call, or it is not transcribed yet.
        BadDefinition: the text is wrong, or nothing is said in the dialogue.
        Conflict: a scorecard that no pack goes with.
    """
    transcript, metadata = _heard(session, request.state.viewer, heard)
    beside, cache = counterpart(request, session, written), _cache(request)
    if written.kind == "pack":
        return _apart(request).ask(CHECKING, tryout.attempt, written.text, beside, transcript, metadata, cache=cache)
    if beside is None:
        raise Conflict("api.no_counterpart", name=written.name)
    return _apart(request).ask(CHECKING, tryout.attempt, beside, written.text, transcript, metadata, cache=cache)


def replayed(request: Request, session: Session, written: Written, wanted: CallFilter, limit: int) -> Replayed:
    """What the draft would change in the newest stored calls, and whether anything speaks against publishing it.

    Without those the viewer is to judge for themselves first: they would read off how the machine scored them.

    Raises:
        Conflict: a scorecard that no pack goes with.
        TookTooLong: not all of them could be asked in time.
    """
    settings: Settings = request.app.state.settings
    beside, before = counterpart(request, session, written), in_use(session, written.kind, written.name)
    old = None if before is None else before.text
    if written.kind == "pack":
        sides = Sides(written.text, beside, old, beside)
    elif beside is None:
        raise Conflict("api.no_counterpart", name=written.name)
    else:
        sides = Sides(beside, written.text, beside, old)
    return _apart(request).ask(
        REPLAYING,
        elsewhere.replay_draft,
        settings.database,
        sides,
        wanted,
        request.state.viewer,
        limit=limit,
        low_score=settings.low_score,
        limits=Limits(*settings.gate),
        cache=settings.cache_dir,
    )


def published(request: Request, viewer: Viewer, draft_id: int, asked: Publishing) -> Version:
    """The draft as the next version, after it was checked and replayed; nobody's writing waits for that.

    Raises:
        BadDefinition: mistakes, or cases that fail.
        Conflict: the replay speaks against it and `anyway` is not said, or as `definitions.publish` says.
    """
    with request.app.state.reading() as session:
        draft = definitions.read_draft(session, draft_id)
        written = Written.of(draft)
        found = checked(request, session, written)
        if not found.is_publishable:
            raise BadDefinition("api.not_publishable", details=[*found.mistakes, *_failures(found)])
        said = _gate(request, session, written)
    if not said.passed and not asked.anyway:
        raise Conflict("api.gate_failed", details=said.reasons)
    kept = {"passed": said.passed, "reasons": [stored(reason) for reason in said.reasons], "figures": said.figures}
    with request.app.state.writing.begin() as session:
        now = datetime.now(UTC)
        version = definitions.publish(
            session,
            draft_id,
            revision=asked.revision,
            by=viewer.name,
            why=asked.why,
            gate=kept,
            now=now,
            pair=(request.app.state.settings.pack, request.app.state.settings.scorecard),
            cache=_cache(request),
        )
        facts: dict[str, Fact] = {"version": version.version, "passed": int(said.passed)}
        record(
            session, viewer, f"{version.kind}.published", now, target=version.kind, target_id=version.name, facts=facts
        )
        return version


def _cache(request: Request) -> Path:
    settings: Settings = request.app.state.settings
    return settings.cache_dir


def _gate(request: Request, session: Session, written: Written) -> Gate:
    """A replay that does not come to its end is one more reason to think twice, and none to lock people out."""
    try:
        return replayed(request, session, written, CallFilter(), AT_PUBLISHING).gate
    except TookTooLong as error:
        return Gate(passed=False, reasons=(error.reason,))


def _failures(found: Checked) -> list[Reason]:
    return [
        Reason(
            "api.case_failed",
            {
                "line": failed.line,
                "rule": failed.failure.rule,
                "kind": failed.failure.kind,
                "number": failed.failure.number,
                "answer": failed.failure.answer.value,
            },
        )
        for failed in found.failures
    ]


def compared(request: Request, old: str, new: str) -> Comparison:
    """What changed from one text to the other; drafts may hold anything, so elsewhere."""
    return _apart(request).ask(CHECKING, definitions.compare, old, new)


def counterpart(request: Request, session: Session, written: Written) -> str | None:
    """The text of the scorecard in use that goes with a pack, or the other way round; None where there is none.

    The two the settings name go together, and so do two of one name.
    """
    settings: Settings = request.app.state.settings
    named = {"pack": settings.pack, "scorecard": settings.scorecard}
    other = OTHER[written.kind]
    source = named[other] if named[written.kind] == written.name else written.name
    if source == written.name and not NAME.fullmatch(source):
        return None  # what is typed in names a definition, never a file
    try:
        return definitions.load_in_use(session, other, source).text
    except (NotFound, Conflict, BadDefinition):
        return None


def in_use(session: Session, kind: Kind, name: str) -> Version | None:
    """The version new scores are made with."""
    found = next((one for one in definitions.overview(session, kind) if one.name == name), None)
    if found is None or found.in_use is None:
        return None
    try:
        return definitions.read_version(session, kind, name, found.in_use)
    except CallqaError:
        return None


def _heard(session: Session, viewer: Viewer, heard: Pasted | int) -> tuple[Transcript, Metadata]:
    if isinstance(heard, Pasted):
        dialogue = read_dialogue(heard.text, heard.metadata)
        return dialogue.transcript(), dialogue.metadata
    browse.find_call(session, viewer, heard)
    visibility.check_machine(session, viewer, (heard,))
    call = next(read_calls(session, (heard,)), None)
    if call is None:
        raise NotFound("api.no_transcript", id=heard)
    return call.transcript, call.metadata


def _apart(request: Request) -> Apart:
    apart: Apart = request.app.state.apart
    return apart
