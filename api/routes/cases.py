"""The case library: found, made, published, withdrawn, heard, and carried into a class."""

from datetime import UTC, date, datetime
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import Field

from api.case_answers import CaseAnswer, CaseAnswerLine, CaseList
from api.console.class_pack import pack_html, pack_outline
from api.console.wording import wording
from api.database import ReadSession, WriteSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.language import ReaderLanguage
from api.problems import BadRequest, declared
from api.queries import PageQuery, Text, Total
from api.revision import ExpectedRevision, tag
from api.routes.results import AnId, Asked
from api.viewer import CurrentViewer
from models.case import CaseKind, CaseState
from models.person import Viewer
from models.reason import Language
from models.tables import CaseRow
from pipeline.cases import class_pack, making, publishing
from pipeline.cases.clips import cut
from pipeline.cases.library import CaseFilter, case_of, clip_of, find_cases
from pipeline.cases.making import MakeCase, edit_case, make_case
from pipeline.cases.masking import HandMask

router = APIRouter(prefix="/v1/cases", tags=["cases"], responses=declared(401, 403, 404, 422, 503))

CaseId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the case.")]
Move = Literal["publish", "take-up", "dismiss", "confirm"]
MOVES = {
    "publish": publishing.publish_case,
    "take-up": publishing.take_up,
    "dismiss": publishing.dismiss_case,
    "confirm": publishing.clear_flag,
}
assert MOVES.keys() == set(get_args(Move))

MP3: dict[str, Any] = {"content": {"audio/mpeg": {"schema": {"type": "string", "format": "binary"}}}}
FILES: dict[str, Any] = {"content": {"text/html": {}, "text/markdown": {}}}


class Masking(Asked):
    """Characters of a turn's text that are masked by hand."""

    turn: int = Field(ge=0, lt=2**31)
    begin: int = Field(ge=0, lt=2**31)
    end: int = Field(ge=1, lt=2**31)


class Writing(Asked):
    """What a case says. Turns are the transcript's, from 0, both included; left out, it is the whole call."""

    kind: CaseKind
    title: str = Field(min_length=1, max_length=2 * making.LONGEST_TITLE)
    teaching: str = Field("", max_length=2 * making.LONGEST_TEACHING, description="What there is to learn.")
    first_turn: int | None = Field(None, ge=0, lt=2**31)
    last_turn: int | None = Field(None, ge=0, lt=2**31)
    items: list[Annotated[str, Field(max_length=200)]] = Field([], max_length=making.MOST_ITEMS)
    tags: list[Annotated[str, Field(max_length=200)]] = Field([], max_length=making.MOST_TAGS)
    difficulty: int = Field(2, ge=1, le=3)
    also_masked: list[Masking] = Field([], max_length=200)

    def of_call(self, call_id: int) -> MakeCase:
        return MakeCase(
            call_id=call_id,
            kind=self.kind,
            title=self.title,
            teaching=self.teaching,
            first_turn=self.first_turn,
            last_turn=self.last_turn,
            items=tuple(self.items),
            tags=tuple(self.tags),
            difficulty=self.difficulty,
            also_masked=tuple(HandMask(one.turn, one.begin, one.end) for one in self.also_masked),
        )


class Making(Writing):
    call: AnId = Field(description="Number of the call.")


class Withdrawing(Asked):
    why: Annotated[str, Field(min_length=1, max_length=publishing.LONGEST_WHY)]


class CasesQuery(PageQuery):
    text: Text = Field(None, description="Words that must all be said, or stand in the title or the points to teach.")
    item: Text = Field(None, description="Id of a scorecard's item.")
    kind: CaseKind | None = None
    state: CaseState | None = Field(None, description="Else all you may see; readers see published ones only.")
    call_type: Text = None
    min_total: Total = None
    max_total: Total = None
    agent_id: Text = None
    team: Text = None
    tag: Text = None
    difficulty: int | None = Field(None, ge=1, le=3)
    month: date | None = Field(None, description="First day of the month it was suggested for.")
    call: int | None = Field(None, ge=1, lt=2**63)
    flagged: bool = Field(default=False, description="Only those somebody should look at again.")
    heads_only: bool = Field(default=False, description="Near duplicates stand under the first of them.")

    def as_filter(self) -> CaseFilter:
        own = {"text", "item", "call_type", "min_total", "max_total", "agent_id", "team", "tag", "difficulty", "month"}
        return CaseFilter(
            **self.model_dump(include=own | {"flagged", "heads_only"}),
            kind=None if self.kind is None else self.kind.value,
            states=() if self.state is None else (self.state.value,),
            call_id=self.call,
        )


class PackQuery(Asked):
    ids: str = Field(min_length=1, max_length=700, description="Numbers of published cases, with commas between them.")
    format: Literal["html", "markdown"] = Field("html", description="The pack with its sound, or slides' outline.")
    title: str = Field("", max_length=100)
    lang: Language | None = None

    @property
    def case_ids(self) -> list[int]:
        """The numbers.

        Raises:
            BadRequest: something else stands there.
        """
        words = [word.strip() for word in self.ids.split(",") if word.strip()]
        if not all(word.isascii() and word.isdecimal() and len(word) <= 18 for word in words):
            raise BadRequest("api.case_ids")
        return [int(word) for word in words]


@router.get("")
def list_cases(
    session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, asked: Annotated[CasesQuery, Query()]
) -> CaseList:
    """Cases, the newest first; those of calls you are still to judge blind are left out."""
    after = from_id_cursor("cases", asked.cursor)
    page = find_cases(session, viewer, asked.as_filter(), after=after, limit=asked.limit)
    items = [CaseAnswerLine.of(line, language) for line in page.cases]
    return CaseList(cases=items, next=to_id_cursor("cases", page.next))


@router.post("", status_code=201, responses=declared(409))
def make(
    response: Response, session: WriteSession, viewer: CurrentViewer, language: ReaderLanguage, asked: Making
) -> CaseAnswer:
    """A draft of a call or a stretch of it. Personal data in it are masked, and beeped over when its sound is cut."""
    row = make_case(session, viewer, asked.of_call(asked.call), _now())
    response.headers["Location"] = f"/v1/cases/{row.id}"
    return _answer(response, session, viewer, language, row)


@router.get("/pack", response_class=Response, responses={200: {"description": "The file.", **FILES}})
def pack(
    request: Request, viewer: CurrentViewer, language: ReaderLanguage, asked: Annotated[PackQuery, Query()]
) -> Response:
    """Cases for a class as one HTML file that plays without a network, or as an outline for slides."""
    with request.app.state.reading() as session:
        packed = class_pack.class_pack(session, viewer, asked.case_ids)
    now = _now()
    title = " ".join(asked.title.split()) or _pack_title(packed, language)
    name = f"cases-{now:%Y%m%d}.{'html' if asked.format == 'html' else 'md'}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    if asked.format == "markdown":
        text = pack_outline(packed, language, title=title, by=viewer.name, now=now)
        return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)
    sounds = [cut(one.clip, request.app.state.settings.audio_dir).read_bytes() for one in packed]
    html = pack_html(packed, sounds, language, title=title, by=viewer.name, now=now)
    return Response(html, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/{case_id}")
def read(
    response: Response, session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, case_id: CaseId
) -> CaseAnswer:
    """One case with its masked words and where it came from."""
    case = case_of(session, viewer, case_id)
    tag(response, case.line.revision)
    return CaseAnswer.of_case(case, language)


@router.put("/{case_id}", responses=declared(409, 412))
def edit(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    case_id: CaseId,
    revision: ExpectedRevision,
    asked: Writing,
) -> CaseAnswer:
    """All that a case says. A suggestion becomes a draft."""
    call_id = case_of(session, viewer, case_id).line.call_id
    row = edit_case(session, viewer, case_id, asked.of_call(call_id), _now(), revision=revision)
    return _answer(response, session, viewer, language, row)


@router.get(
    "/{case_id}/clip",
    response_class=FileResponse,
    responses={200: {"description": "The sound, personal data under beeps.", **MP3}},
)
def clip(request: Request, viewer: CurrentViewer, case_id: CaseId) -> FileResponse:
    """The case's sound as MP3. It is cut when it is first asked for."""
    with request.app.state.reading() as session:
        plan = clip_of(session, viewer, case_id)
    path = cut(plan, request.app.state.settings.audio_dir)
    headers = {"etag": f'"{FilePath(plan.clip).stem}"', "cache-control": "private, no-cache"}
    return FileResponse(path, headers=headers, media_type="audio/mpeg", content_disposition_type="inline")


@router.post("/{case_id}/withdraw", responses=declared(409, 412))
def withdraw(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    case_id: CaseId,
    revision: ExpectedRevision,
    asked: Withdrawing,
) -> CaseAnswer:
    """Take a published case out of the library."""
    row = publishing.withdraw_case(session, viewer, case_id, asked.why, _now(), revision=revision)
    return _answer(response, session, viewer, language, row)


@router.post("/{case_id}/{move}", responses=declared(409, 412))
def change(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    case_id: CaseId,
    move: Move,
    revision: ExpectedRevision,
) -> CaseAnswer:
    """`publish` it; `take-up` a suggestion as a draft; `dismiss` it; `confirm` that what it was flagged for is none."""
    row = MOVES[move](session, viewer, case_id, _now(), revision=revision)
    return _answer(response, session, viewer, language, row)


def _answer(response: Response, session: ReadSession, viewer: Viewer, language: Language, row: CaseRow) -> CaseAnswer:
    tag(response, row.revision)
    return CaseAnswer.of_case(case_of(session, viewer, row.id), language)


def _pack_title(packed: tuple[class_pack.PackedCase, ...], language: Language) -> str:
    return wording(language)("case_pack_title", n=len(packed))


def _now() -> datetime:
    return datetime.now(UTC)
