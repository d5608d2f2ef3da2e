"""The centre's ladder of rewards and penalties (奖惩阶梯): its own text, checked, each version kept."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

import yaml
from sqlalchemy.orm import Session

from models.action import Ladder
from models.errors import BadInput, Stale
from models.person import Viewer
from models.tables import LadderRow
from scoring.definition import parse_definition
from storage.actions import ledger as stored
from storage.people.audit import record

SHIPPED = "ladder.yaml"
LONGEST_WHY = 500
LONGEST_TEXT = 40_000
SHOWN = 20


@dataclass(frozen=True, slots=True)
class LadderVersion:
    """`version` 0 came with callqa; `text` is YAML."""

    version: int
    ladder: Ladder
    text: str
    why: str
    made_by: str
    made_at: datetime | None


def current(session: Session) -> LadderVersion:
    row = stored.ladder(session)
    return _version(row) if row is not None else shipped()


def versions(session: Session) -> tuple[LadderVersion, ...]:
    """The newest first; the shipped one last."""
    return (*(_version(row) for row in stored.ladders(session, SHOWN)), shipped())


@cache
def shipped() -> LadderVersion:
    text = (resources.files("pipeline") / "actions" / SHIPPED).read_text("utf8")
    return LadderVersion(0, parse(text), text, "", "callqa", None)


def parse(text: str) -> Ladder:
    """The ladder a text says.

    Raises:
        BadDefinition: with every mistake, its line and place.
    """
    return parse_definition(text, SHIPPED).fit(Ladder)


def write(session: Session, viewer: Viewer, text: str, why: str, *, version: int, now: datetime) -> LadderVersion:
    """A new version, made from `version`. What was entered in ledgers before stays as it was.

    Raises:
        BadDefinition: as `parse`.
        BadInput: no reason.
        Stale: somebody wrote a newer one meanwhile.
    """
    if len(text) > LONGEST_TEXT:
        raise BadInput("pipeline.ladder_long", most=LONGEST_TEXT)
    ladder = parse(text)
    reason = why.strip()
    if not reason or len(reason) > LONGEST_WHY:
        raise BadInput("pipeline.ladder_why", most=LONGEST_WHY)
    before = current(session)
    if before.version != version:
        raise Stale("pipeline.ladder_stale", version=before.version)
    row = stored.add_ladder(session, {**ladder.model_dump(mode="json"), "text": text}, reason, by=viewer.name, now=now)
    record(session, viewer, "ladder.written", now, target="ladder", target_id=row.id, facts={"why": reason})
    return _version(row)


def _version(row: LadderRow) -> LadderVersion:
    body: dict[str, Any] = dict(row.body)
    text = body.pop("text", None) or yaml.safe_dump(body, allow_unicode=True, sort_keys=False)
    return LadderVersion(row.id, Ladder.model_validate(body), text, row.why, row.made_by, row.made_at)
