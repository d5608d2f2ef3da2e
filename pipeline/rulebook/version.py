"""A version of a rule pack or scorecard, and the drafts versions come from."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Literal

import yaml

from models.errors import BadDefinition
from models.tables import DefinitionRow, DraftRow
from scoring.definition import Definition, parse_definition, read_definition, shipped
from scoring.pack import Pack, parse_pack
from scoring.scorecard import Scorecard, parse_scorecard
from storage.rulebook.definitions import Kind

Origin = Literal["shipped", "file", "published"]
"""SHIPPED comes with callqa, FILE judged calls as a file somebody named, PUBLISHED was published by a person."""

Pair = tuple[str, str]
"""Pack and scorecard as the settings name them."""


@dataclass(frozen=True, slots=True)
class Version:
    """`by`, `why`, `gate` and `published_at` are None unless a person published it."""

    kind: Kind
    name: str
    version: int
    title: str
    sha256: str
    text: str
    origin: Origin
    published_at: datetime | None = None
    by: str | None = None
    why: str | None = None
    gate: dict[str, Any] | None = None
    retired_at: datetime | None = None
    retired_by: str | None = None
    retired_why: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """`revision` counts its savings, from 1; `based_on` is a version number, None for a new definition."""

    id: int
    kind: Kind
    name: str
    text: str
    revision: int
    based_on: int | None
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


@dataclass(frozen=True, slots=True)
class Overview:
    """`in_use` is None where every version is retired, or none can be used by name (drafts or files only).

    `latest` is the highest number there is, None where there are only drafts.
    """

    kind: Kind
    name: str
    title: str
    in_use: int | None
    latest: int | None
    origin: Origin
    drafts: int


def stored_version(row: DefinitionRow) -> Version:
    kind = _kind(row.kind)
    is_published = row.published_by is not None
    return Version(
        kind=kind,
        name=row.name,
        version=row.version,
        title=title_of(row.body) or row.name,
        sha256=row.sha256,
        text=row.body,
        origin=origin_of(row),
        published_at=row.created_at if is_published else None,
        by=row.published_by,
        why=row.published_why,
        gate=row.gate,
        retired_at=row.retired_at,
        retired_by=row.retired_by,
        retired_why=row.retired_why,
    )


def origin_of(row: DefinitionRow) -> Origin:
    """A version of a shipped name, older than the one that comes with this callqa, came with an older one."""
    if row.published_by is not None:
        return "published"
    own = shipped_version(_kind(row.kind), row.name)
    is_shipped = own is not None and (row.version < own.version or row.sha256 == own.sha256)
    return "shipped" if is_shipped else "file"


def drafted(row: DraftRow, based_on: int | None) -> Draft:
    return Draft(
        id=row.id,
        kind=_kind(row.kind),
        name=row.name,
        text=row.body,
        revision=row.revision,
        based_on=based_on,
        created_at=row.created_at,
        created_by=row.created_by,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
    )


def _kind(stored: str) -> Kind:
    return "pack" if stored == "pack" else "scorecard"


def shipped_names(kind: Kind) -> list[str]:
    return shipped("packs" if kind == "pack" else "scorecards")


@cache
def shipped_version(kind: Kind, name: str) -> Version | None:
    """The one that comes with callqa; None where none of that name does."""
    if name not in shipped_names(kind):
        return None
    found = read_definition("packs" if kind == "pack" else "scorecards", name)
    title = title_of(found.text) or name
    return Version(kind, name, int(found.content["version"]), title, found.sha256, found.text, "shipped")


@lru_cache(maxsize=16)
def read_pack(text: str, file: str) -> Pack:
    """A pack; read once, since the same few versions are asked for again and again.

    Raises:
        BadDefinition: the text is wrong.
    """
    return parse_pack(text, file)


@lru_cache(maxsize=16)
def read_card(text: str, file: str) -> Scorecard:
    """As `read_pack`."""
    return parse_scorecard(text, file)


@lru_cache(maxsize=256)
def title_of(text: str) -> str | None:
    """The `title:` of a text, which may be wrong further down; reads no further than it stands."""
    depth, key = 0, None
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth, key = depth + 1, None
            elif isinstance(event, yaml.CollectionEndEvent):
                depth, key = depth - 1, None
            elif depth == 1 and isinstance(event, yaml.ScalarEvent):
                if key == "title":
                    return event.value or None
                key = event.value if key is None else None
    except yaml.YAMLError:
        pass
    return None


def meaning(text: str) -> Any:
    """What a text says, whatever its number: two versions that mean the same judge the same.

    Raises:
        BadDefinition: it is not YAML.
    """
    content = parse_definition(text, "-").content
    return {key: value for key, value in content.items() if key != "version"} if isinstance(content, dict) else content


def renumbered(text: str, number: int, file: str) -> str:
    """The text with another `version:`; comments and layout stay as they are.

    Raises:
        BadDefinition: the number is not written plainly.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    value = next(value for key, value in root.value if key.value == "version")
    new = f"{text[: value.start_mark.index]}{number}{text[value.end_mark.index :]}"
    if not _says(new, number) or meaning(new) != meaning(text):
        raise BadDefinition("pipeline.version_not_plain", file=file, line=value.start_mark.line + 1, path="version")
    return new


def _says(text: str, number: int) -> bool:
    try:
        definition: Definition = parse_definition(text, "-")
    except BadDefinition:
        return False
    return bool(definition.content["version"] == number)
