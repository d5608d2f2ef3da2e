"""The classifier in use: the one a lead put in use, or the starter, which is trained from its corpus at first need.

The starter is kept in the data folder as bytes, under the key of its corpus and of what trains on it. Whoever comes
first trains it, others wait for that; a file that cannot be read is made anew. Nothing here is loaded for a scorecard
and a pack that ask no classifier: numpy's and scikit-learn's start would be paid by every command.

A stored classifier that cannot be read (its bytes are damaged, or another version of callqa wrote them) stops nobody
from scoring: the starter judges instead, which each score says (`ScoreRow.classifier`), as do the log and the page.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from filelock import FileLock
from sqlalchemy.orm import Session

from models.errors import BadInput, CallqaError, Conflict, NotFound
from models.learning import Level, Levels
from models.reason import Reason
from models.tables import ClassifierRow
from scoring.pack import Pack
from scoring.scorecard import Scorecard
from storage.learning import classifiers as store
from storage.learning.levels import latest_level, levels_of

if TYPE_CHECKING:
    from scoring.classifier.classifier import Classifier
    from scoring.classifier.turn_model import TurnModel

log = structlog.get_logger()

FOLDER = "classifier"
"""Below the folder of caches."""

MOST_VERSIONS = 2**31

STARTER = "starter"
"""What people call it where they choose a version."""


NONE = "none"
"""What they say who want no classifier asked."""

Choice = str | None
"""STARTER, NONE or the number of a version; None is the one in use."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What judges beside the rules. Without a classifier none is asked, and scoring is as if there were none.

    `since` is when it came into use; None where nobody put it in use, or it was chosen for once.
    """

    classifier: "Classifier | None" = None
    levels: Levels = field(default_factory=dict)
    since: datetime | None = None

    @property
    def model(self) -> "TurnModel | None":
        """What rules may ask about single turns."""
        return self.classifier.turn if self.classifier else None


@dataclass(frozen=True, slots=True)
class InUse:
    """`version` is None for the starter; `broken` says why it judges instead of the one that was put in use."""

    classifier: "Classifier"
    version: int | None
    broken: Reason | None = None


def load_in_use(session: Session, cache: Path) -> InUse:
    """The classifier that judges now; `cache` is the folder of caches."""
    version = store.used_version(session)
    if version is None:
        return InUse(starter(cache), None)
    try:
        return InUse(load_version(session, version), version)
    except CallqaError as error:
        log.warning("classifier_unreadable", version=version, why=error.say("en"), instead=STARTER)
        return InUse(starter(cache), None, error.reason)


def load_version(session: Session, version: int) -> "Classifier":
    """A stored classifier.

    Raises:
        NotFound: there is none of that number.
        Conflict: its bytes cannot be read.
    """
    row = store.find_classifier(session, version, whole=True)
    if row is None:
        raise NotFound("pipeline.no_classifier", version=version)
    return opened(row)


def opened(row: ClassifierRow) -> "Classifier":
    """What is stored in the row, which was read whole.

    Raises:
        Conflict: its bytes cannot be read.
    """
    from scoring.classifier.archive import from_bytes  # noqa: PLC0415  (numpy)

    if hashlib.sha256(row.body).hexdigest() != row.sha256:
        raise Conflict("pipeline.classifier_damaged", version=row.version)
    try:
        return from_bytes(row.body)
    except CallqaError as error:
        raise Conflict("pipeline.classifier_unreadable", details=(error.reason,), version=row.version) from error


def starter(cache: Path) -> "Classifier":
    """The classifier of day one, from the cache where it is there; its version says of which corpus it is."""
    from scoring.starter.starter import starter_key  # noqa: PLC0415

    key = starter_key()
    path = cache / FOLDER / f"starter-{key}.bin"
    made = _kept(path)
    if made is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            made = _kept(path) or _made(path)
    return replace(made, version=f"{STARTER}-{key[:8]}")


def cases_model(pack: Pack, cache: Path) -> "TurnModel | None":
    """What the pack's own cases are asked of, if a rule asks the classifier: the starter, which no training changes."""
    return starter(cache).turn if pack.asks_classifier else None


def machine_of(
    session: Session, card: Scorecard | None, cache: Path, choice: Choice = None, *, packs: Iterable[Pack] = ()
) -> Machine:
    """What judges this card's calls: the classifier in use, or the one chosen, with the levels in force.

    None is loaded where neither the card nor one of the packs asks a classifier.

    Levels are earned by the classifier in use: another that was chosen, or the starter where it stands in for one that
    cannot be read, decides nothing.

    Raises:
        NotFound, Conflict: as `load_version`, of a version that was chosen.
    """
    if choice == NONE:
        return Machine()
    version = store.used_version(session) if choice is None else None if choice == STARTER else int(choice)
    if not (_is_asked(session, card, version) or any(pack.asks_classifier for pack in packs)):
        return Machine()
    levels = {} if card is None else levels_of(session, card.name)
    if choice is None:
        latest = next(iter(store.uses(session, 1)), None)
        found = load_in_use(session, cache)
        levels = levels if found.broken is None else _deciding_nothing(levels)
        return Machine(found.classifier, levels, None if latest is None else latest.at)
    levels = levels if version == store.used_version(session) else _deciding_nothing(levels)
    return Machine(starter(cache) if version is None else load_version(session, version), levels)


def _deciding_nothing(levels: Levels) -> Levels:
    return {item: Level.SUGGESTS if level is Level.DECIDES else level for item, level in levels.items()}


def deciding_machine(session: Session, card: Scorecard | None, cache: Path, *packs: Pack) -> Machine:
    """As `machine_of`; nothing is loaded where no opinion could move a score, and no rule asks."""
    decides = card is not None and Level.DECIDES in levels_of(session, card.name).values()
    if not decides and not any(pack.asks_classifier for pack in packs):
        return Machine()
    return machine_of(session, card, cache, packs=packs)


def machine_mark(session: Session) -> tuple[int, int]:
    """Changes whenever another classifier is put in use, or a level is changed: two numbers, for who looks often."""
    return store.latest_use(session), latest_level(session)


def machine_alone(card: Scorecard | None, pack: Pack, cache: Path, choice: Choice = None) -> Machine:
    """As `machine_of` where there is no database yet: the starter, and nothing it may decide.

    Raises:
        NotFound: a version was chosen.
    """
    asked = pack.asks_classifier or (card is not None and any(item.signs for item in card.items))
    if choice == NONE or not asked:
        return Machine()
    if choice not in {None, STARTER}:
        raise NotFound("pipeline.no_classifier", version=str(choice))
    return Machine(starter(cache))


def _is_asked(session: Session, card: Scorecard | None, version: int | None) -> bool:
    """Whether a classifier has anything to say of this card's items: they declare signs, or it was trained on some."""
    if card is None:
        return False
    if any(item.signs for item in card.items):
        return True
    row = None if version is None else store.find_classifier(session, version)
    return row is not None and any(name == card.name for name, _ in row.data["trained"])


def read_choice(text: str | None) -> Choice:
    """What somebody typed to choose a classifier.

    Raises:
        BadInput: neither a number nor one of the words.
    """
    if text is None or text in {STARTER, NONE}:
        return text
    number = text.removeprefix("v")
    if not number.isascii() or not number.isdigit() or not 0 < int(number) < MOST_VERSIONS:
        raise BadInput("pipeline.classifier_choice", written=text[:40])
    return number


def _kept(path: Path) -> "Classifier | None":
    """None where there is no file, or not one that can be read."""
    from scoring.classifier.archive import from_bytes  # noqa: PLC0415

    try:
        return from_bytes(path.read_bytes())
    except FileNotFoundError:
        return None
    except (CallqaError, OSError) as error:
        log.warning("starter_unreadable", file=str(path), why=str(error))
        return None


def _made(path: Path) -> "Classifier":
    from scoring.classifier.archive import to_bytes  # noqa: PLC0415
    from scoring.starter.starter import starter_classifier  # noqa: PLC0415  (scikit-learn)

    log.info("training_starter", file=str(path))
    made = starter_classifier()
    part = path.with_name(f"{path.name}.{uuid4().hex}.part")
    try:
        part.write_bytes(to_bytes(made))
        part.replace(path)
    except OSError as error:
        log.warning("starter_not_kept", file=str(path), why=str(error))
    finally:
        part.unlink(missing_ok=True)
    return made
