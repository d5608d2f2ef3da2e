"""A rule pack as people name it on the command line, and the packs there are."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from batch.reading import open_reading
from models.settings import Settings
from pipeline.rulebook.definitions import Version, load_in_use, overview, read_draft, read_version, versions
from scoring.pack import Pack, load_pack, parse_pack, shipped_packs
from scoring.scorecard import Scorecard, load_scorecard

DRAFT = re.compile(r"draft:([0-9]{1,18})")
VERSION = re.compile(r"(?P<name>[a-z0-9-]+)@(?P<version>[0-9]{1,9})")
MEANINGS = "A YAML file; a name: the version in use, NAME@VERSION; draft:NUMBER."


class NamedPack(NamedTuple):
    """`file` is what its lines belong to."""

    pack: Pack
    file: str


class PackVersion(NamedTuple):
    """`in_use`: new scores are made with it. `version` is None for a shipped pack where nothing is stored."""

    pack: Pack
    in_use: bool
    version: Version | None


def find_pack(source: str, settings: Settings) -> NamedPack:
    """By file or by name; the database is only asked where there is one, or where only it can know.

    Raises:
        NotFound: there is none of that name.
        BadDefinition: it is wrong.
        Conflict: every version of that name is retired.
    """
    if Path(source).is_file():
        return NamedPack(load_pack(Path(source)), source)
    with _stored(settings, needed=bool(DRAFT.fullmatch(source) or VERSION.fullmatch(source))) as session:
        return NamedPack(load_pack(source), f"{source}.yaml") if session is None else stored_pack(session, source)


def stored_pack(session: Session, source: str) -> NamedPack:
    """As `find_pack`, from a database."""
    if Path(source).is_file():
        return NamedPack(load_pack(Path(source)), source)
    if draft := DRAFT.fullmatch(source):
        return NamedPack(parse_pack(read_draft(session, int(draft[1])).text, source), source)
    if named := VERSION.fullmatch(source):
        text = read_version(session, "pack", named["name"], int(named["version"])).text
        return NamedPack(parse_pack(text, source), source)
    pack = load_in_use(session, "pack", source)
    shipped = source in shipped_packs() and load_pack(source).text == pack.text
    return NamedPack(pack, f"{source}.yaml" if shipped else f"{source}@{pack.version}")


def find_scorecard(source: str, settings: Settings) -> Scorecard:
    """By file or by name, as `find_pack`."""
    if Path(source).is_file():
        return load_scorecard(Path(source))
    with _stored(settings) as session:
        return load_scorecard(source) if session is None else load_in_use(session, "scorecard", source)


def every_pack(settings: Settings) -> Iterator[PackVersion]:
    """All versions of all packs, by name, the newest first."""
    with _stored(settings) as session:
        if session is None:
            yield from (PackVersion(load_pack(name), in_use=True, version=None) for name in shipped_packs())
            return
        for name in overview(session, "pack"):
            for one in versions(session, "pack", name.name):
                yield PackVersion(parse_pack(one.text, name.name), one.version == name.in_use, one)


@contextmanager
def _stored(settings: Settings, *, needed: bool = False) -> Iterator[Session | None]:
    """None where there is no database yet, and none is needed: looking at a pack is no reason to make one."""
    if needed or settings.database_url or (settings.home / "callqa.db").exists():
        with open_reading(settings) as session:
            yield session
    else:
        yield None
