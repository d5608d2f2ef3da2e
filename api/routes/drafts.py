"""Drafts of packs and scorecards: written, checked, tried, replayed, published."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api import workshop
from api.database import ReadSession, WriteSession
from api.definition_answers import CheckAnswer, DraftAnswer, DraftBrief, InsertedAnswer, TryAnswer, VersionAnswer
from api.language import ReaderLanguage
from api.problems import BadRequest, declared
from api.replay_answers import ReplayAnswer
from api.routes.definitions import Why
from api.routes.rescore import CallsWanted
from api.viewer import CurrentViewer
from api.workshop import Pasted, Publishing, Written
from models.call import Direction, Metadata
from models.person import Viewer
from models.reason import Fact
from pipeline.browse import CallFilter
from pipeline.rulebook import definitions
from pipeline.rulebook.definitions import Draft, Kind
from pipeline.rulebook.rule_form import RuleForm
from scoring.rule import Name
from storage.people.audit import record

router = APIRouter(prefix="/v1/drafts", tags=["drafts"], responses=declared(413, 422, 503))

DraftId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the draft.")]
Revision = Annotated[int, Field(ge=1, lt=2**31, description="The revision you have read.")]
YamlText = Annotated[str, Field(max_length=2_500_000, description="The YAML text.")]


EMPTY: dict[Kind, str] = {
    "pack": "pack: {name}\nversion: 1\ntitle: {name}\nrules: []\n",
    "scorecard": "scorecard: {name}\nversion: 1\ntitle: {name}\nsections: []\n",
}
"""What a new definition begins with."""


class Asked(BaseModel):
    """A misspelt field is refused: nobody should believe it was taken."""

    model_config = ConfigDict(extra="forbid")


class NewDraft(Asked):
    """From a version (`based_on`) or a text of your own; with neither, from the version in use, if there is one."""

    kind: Kind
    name: Name
    based_on: int | None = Field(None, ge=1, lt=2**31)
    text: YamlText | None = None


class Saving(Asked):
    text: YamlText
    revision: Revision


class Rebasing(Asked):
    onto: int = Field(ge=1, lt=2**31, description="The version the draft now takes into account.")
    revision: Revision


class Checking(Asked):
    kind: Kind
    text: YamlText
    name: str = Field("", max_length=60, description="Of a scorecard: its name, by which its pack is found.")


class Inserting(Asked):
    text: YamlText
    rule: RuleForm
    after: int | None = Field(None, ge=1, description="A line of the rule to put it behind; else behind the last.")
    check: bool = Field(default=True, description="Say also what is wrong with the text now.")


class Trying(Asked):
    """Either a dialogue (`座席：…` and `客户：…`, a line each) or the number of a stored call."""

    text: YamlText | None = Field(None, description="Instead of the draft's stored text.")
    dialogue: str | None = Field(None, max_length=30_000)
    direction: Direction | None = Field(None, description="Of the dialogue's call, for rules that ask for it.")
    call: int | None = Field(None, ge=1, lt=2**63)

    @model_validator(mode="before")
    @classmethod
    def _empty_asks_nothing(cls, value: object) -> object:
        return {name: v for name, v in value.items() if v != ""} if isinstance(value, dict) else value

    def heard(self) -> Pasted | int:
        """What is to be tried on.

        Raises:
            BadRequest: neither, or both.
        """
        if (self.dialogue is None) == (self.call is None):
            raise BadRequest("api.dialogue_or_call")
        return self.call if self.call is not None else Pasted(self.dialogue or "", Metadata(direction=self.direction))


class Replaying(CallsWanted):
    """The filters of `/v1/calls` choose the calls."""

    text: None = None  # not a file's name here
    file: str | None = Field(None, max_length=200, description="Part of a file name.")
    draft: YamlText | None = Field(None, description="Instead of the draft's stored text.")
    limit: int = Field(100, ge=1, le=1000, description="The newest so many that fit.")

    def wanted(self) -> CallFilter:
        return replace(self.as_filter(), text=self.file)


class PublishingBody(Asked):
    revision: Revision
    why: Why
    anyway: bool = Field(default=False, description="Publish although the replay speaks against it.")


@router.post("", status_code=201, responses=declared(404, 409))
def create(session: WriteSession, viewer: CurrentViewer, asked: NewDraft) -> DraftAnswer:
    """Begin a draft. Nothing in it needs to be right yet."""
    text, based_on = _beginning(session, asked)
    draft = definitions.create_draft(
        session, asked.kind, asked.name, text, based_on=based_on, by=viewer.name, now=datetime.now(UTC)
    )
    _note(session, viewer, "draft.begun", draft)
    return DraftAnswer.model_validate(draft)


@router.get("")
def list_drafts(session: ReadSession, kind: Annotated[Kind | None, Query()] = None) -> list[DraftBrief]:
    """All drafts, the last saved first."""
    return [DraftBrief.model_validate(draft) for draft in definitions.drafts(session, kind)]


@router.post("/check")
def check(request: Request, session: ReadSession, language: ReaderLanguage, asked: Checking) -> CheckAnswer:
    """What is wrong with a text: mistakes with their lines, cases that fail, doubts. Nothing is stored."""
    checked = workshop.checked(request, session, Written(asked.kind, asked.name, asked.text))
    return CheckAnswer.of(checked, language)


@router.post("/rule")
def insert(request: Request, session: ReadSession, language: ReaderLanguage, asked: Inserting) -> InsertedAnswer:
    """One of the common rules, filled in as a form, put into a pack's text. Nothing is stored."""
    text, line, last, rule = workshop.with_rule(request, asked.text, asked.rule, asked.after)
    checked = workshop.checked(request, session, Written("pack", "", text)) if asked.check else None
    check = None if checked is None else CheckAnswer.of(checked, language)
    return InsertedAnswer(text=text, line=line, last=last, rule=rule, check=check)


@router.get("/{draft_id}", responses=declared(404))
def read(session: ReadSession, draft_id: DraftId) -> DraftAnswer:
    """A draft with its text."""
    return DraftAnswer.model_validate(definitions.read_draft(session, draft_id))


@router.put("/{draft_id}", responses=declared(404, 409))
def save(session: WriteSession, viewer: CurrentViewer, draft_id: DraftId, asked: Saving) -> DraftAnswer:
    """Store a text, also one with mistakes; 409 with the stored revision where somebody saved meanwhile."""
    draft = definitions.save_draft(
        session, draft_id, asked.text, revision=asked.revision, by=viewer.name, now=datetime.now(UTC)
    )
    _note(session, viewer, "draft.saved", draft)
    return DraftAnswer.model_validate(draft)


@router.post("/{draft_id}/rebase", responses=declared(404, 409))
def rebase(session: WriteSession, viewer: CurrentViewer, draft_id: DraftId, asked: Rebasing) -> DraftAnswer:
    """Say that the draft takes a version into account that was published since it was begun; its text stays."""
    draft = definitions.rebase_draft(
        session, draft_id, revision=asked.revision, onto=asked.onto, by=viewer.name, now=datetime.now(UTC)
    )
    _note(session, viewer, "draft.rebased", draft)
    return DraftAnswer.model_validate(draft)


@router.delete("/{draft_id}", status_code=204, responses=declared(404, 409))
def discard(
    session: WriteSession, viewer: CurrentViewer, draft_id: DraftId, revision: Annotated[int, Query(ge=1, lt=2**31)]
) -> Response:
    """Throw a draft away."""
    draft = definitions.read_draft(session, draft_id)
    definitions.discard_draft(session, draft_id, revision=revision)
    _note(session, viewer, "draft.discarded", draft)
    return Response(status_code=204)


@router.post("/{draft_id}/try", responses=declared(404, 409))
def try_out(
    request: Request, session: ReadSession, language: ReaderLanguage, draft_id: DraftId, asked: Trying
) -> TryAnswer:
    """What the draft says of a dialogue or of a stored call."""
    draft = definitions.read_draft(session, draft_id)
    return TryAnswer.of(workshop.tried(request, session, Written.of(draft, asked.text), asked.heard()), language)


@router.post("/{draft_id}/replay", responses=declared(404, 409))
def replay(
    request: Request, session: ReadSession, language: ReaderLanguage, draft_id: DraftId, asked: Replaying
) -> ReplayAnswer:
    """What the draft would change in stored calls, against the versions in use, and what speaks against it."""
    draft = definitions.read_draft(session, draft_id)
    written = Written.of(draft, asked.draft)
    return ReplayAnswer.of(workshop.replayed(request, session, written, asked.wanted(), asked.limit), language)


@router.post("/{draft_id}/publish", status_code=201, responses=declared(404, 409))
def publish(request: Request, viewer: CurrentViewer, draft_id: DraftId, asked: PublishingBody) -> VersionAnswer:
    """Make the draft the next version, which never changes and scores calls from now on.

    It is checked and the newest stored calls are replayed first: 409 with the reasons where they speak against it,
    unless `anyway` is said.
    """
    publishing = Publishing(asked.revision, asked.why, asked.anyway)
    version = workshop.published(request, viewer, draft_id, publishing)
    return VersionAnswer.model_validate(version)


def _note(session: WriteSession, viewer: Viewer, action: str, draft: Draft) -> None:
    facts: dict[str, Fact] = {"kind": draft.kind, "name": draft.name, "revision": draft.revision}
    record(session, viewer, action, datetime.now(UTC), target="draft", target_id=draft.id, facts=facts)


def _beginning(session: WriteSession, asked: NewDraft) -> tuple[str, int | None]:
    """The text a draft begins with, and the version it is from."""
    if asked.text is not None:
        return asked.text, asked.based_on
    if asked.based_on is not None:
        version = definitions.read_version(session, asked.kind, asked.name, asked.based_on)
        return version.text, version.version
    in_use = workshop.in_use(session, asked.kind, asked.name)
    return (EMPTY[asked.kind].format(name=asked.name), None) if in_use is None else (in_use.text, in_use.version)
