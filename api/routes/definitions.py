"""Rule packs and scorecards: what there is, every version, what changed between two, and retiring one."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.database import ReadSession, WriteSession
from api.definition_answers import ComparisonAnswer, OverviewAnswer, VersionAnswer, VersionBrief, briefs
from api.problems import declared
from api.viewer import CurrentViewer
from models.errors import NotFound
from models.settings import Settings
from pipeline.rulebook import definitions
from pipeline.rulebook.definitions import Kind, Pair
from storage.people.audit import record

DefinitionName = Annotated[str, Path(min_length=1, max_length=60, description="As it stands in the YAML.")]
VersionNumber = Annotated[int, Path(ge=1, lt=2**31)]
Number = Annotated[int, Query(ge=1, lt=2**31)]
Why = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
    Field(description="Why, for those who read it later."),
]


class Retiring(BaseModel):
    model_config = ConfigDict(extra="forbid")

    why: Why


def pair(request: Request) -> Pair:
    """The pack and scorecard that score calls here, which must go on fitting each other."""
    settings: Settings = request.app.state.settings
    return settings.pack, settings.scorecard


def known_versions(session: ReadSession, kind: Kind, name: str) -> tuple[definitions.Version, ...]:
    """Newest first.

    Raises:
        NotFound: there is no such pack or scorecard.
    """
    found = definitions.versions(session, kind, name)
    if not found:
        raise NotFound(f"api.no_{kind}", name=name)
    return found


def _routes(kind: Kind) -> APIRouter:
    router = APIRouter(prefix=f"/v1/{kind}s", tags=[f"{kind}s"], responses=declared(422, 503))

    @router.get("")
    def overview(session: ReadSession) -> list[OverviewAnswer]:
        """All there are: shipped, published, or only begun as drafts."""
        return [OverviewAnswer.model_validate(one) for one in definitions.overview(session, kind)]

    @router.get("/{name}/versions", responses=declared(404))
    def versions(session: ReadSession, name: DefinitionName) -> list[VersionBrief]:
        """Every version, newest first, with who published it and why."""
        return briefs(known_versions(session, kind, name))

    @router.get("/{name}/versions/{version}", responses=declared(404))
    def version(session: ReadSession, name: DefinitionName, version: VersionNumber) -> VersionAnswer:
        """One version with its text."""
        return VersionAnswer.model_validate(definitions.read_version(session, kind, name, version))

    @router.get("/{name}/compare", responses=declared(404))
    def compare(session: ReadSession, name: DefinitionName, old: Number, new: Number) -> ComparisonAnswer:
        """What changed from one version to another, line by line and rule by rule."""
        before, after = (definitions.read_version(session, kind, name, number) for number in (old, new))
        return ComparisonAnswer.model_validate(definitions.compare(before.text, after.text))

    @router.post("/{name}/versions/{version}/retire", responses=declared(404, 409))
    def retire(
        request: Request,
        session: WriteSession,
        viewer: CurrentViewer,
        *,
        name: DefinitionName,
        version: VersionNumber,
        asked: Retiring,
    ) -> VersionAnswer:
        """Make no new scores with this version; what it scored stays."""
        now = datetime.now(UTC)
        retired = definitions.retire(
            session, kind, name, version, by=viewer.name, why=asked.why, now=now, pair=pair(request)
        )
        record(session, viewer, f"{kind}.retired", now, target=kind, target_id=name, facts={"version": version})
        return VersionAnswer.model_validate(retired)

    return router


router = APIRouter()
for _kind in ("pack", "scorecard"):
    router.include_router(_routes(_kind))
