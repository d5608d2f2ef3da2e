"""What there is to learn from: how much was judged of each item, and how far people agree on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from models.errors import CallqaError
from models.reason import Reason
from pipeline.learning.said import JudgedCall, disagreement, is_error
from pipeline.rulebook.in_use import load_in_use, pack_of
from pipeline.rulebook.version import Pair
from scoring.pack import Pack
from scoring.scorecard import Scorecard
from scoring.wilson import Share

ENOUGH = 30
ENOUGH_OF_EACH = 8
"""As `scoring.classifier.training` has them, which is not loaded for them (scikit-learn). A test compares."""


@dataclass(frozen=True, slots=True)
class ItemData:
    """An item of a scorecard in use: calls people judged, and those of them in which they found an error.

    `twice` are the calls two or more people judged alone, `differ` those on which they did not say the same.
    """

    card: str
    item: str
    name: str
    calls: int
    errors: int
    twice: int
    differ: int
    has_signs: bool

    @property
    def lacks(self) -> Reason | None:
        """Why it is not trained from verdicts yet; None where there are enough (`scoring.classifier.training`)."""
        clean = self.calls - self.errors
        if self.calls < ENOUGH:
            return Reason("scoring.few_verdicts", {"calls": self.calls, "needed": ENOUGH})
        if self.errors < ENOUGH_OF_EACH:
            facts = {"errors": self.errors, "needed": ENOUGH_OF_EACH, "calls": self.calls}
            return Reason("scoring.few_errors", facts)
        if clean < ENOUGH_OF_EACH:
            return Reason("scoring.few_clean", {"clean": clean, "needed": ENOUGH_OF_EACH, "calls": self.calls})
        return None


@dataclass(frozen=True, slots=True)
class Data:
    """What training would read now. `left_out` are judged calls whose scorecard or pack is not in use any more."""

    calls: int
    labels: int
    people: int
    first: datetime | None
    last: datetime | None
    items: tuple[ItemData, ...]
    cards: Mapping[str, int]
    packs: Mapping[str, int]
    left_out: int = 0

    @property
    def is_enough(self) -> bool:
        return any(item.lacks is None for item in self.items)


DATA_JSON = TypeAdapter(Data)

Standard = Mapping[str, tuple[Scorecard, Pack]]
"""By a scorecard's name: its version in use, with the pack in use that it listens to."""


def standard_in_use(session: Session, names: Iterable[str], pair: Pair) -> Standard:
    """The scorecards of these names that judge calls now; `pair` are the pack and the card of the settings."""
    known: dict[str, tuple[Scorecard, Pack]] = {}
    try:
        card = load_in_use(session, "scorecard", pair[1])
        known[card.name] = card, load_in_use(session, "pack", pair[0])
    except CallqaError:
        known = {}
    for name in sorted(set(names) - set(known)):
        try:
            card = load_in_use(session, "scorecard", name)
            pack = pack_of(session, card, pair)
        except CallqaError:
            continue
        if pack is not None:
            known[name] = card, pack
    return known


def described(calls: Sequence[JudgedCall], standard: Standard) -> Data:
    """The judged calls in figures, item by item in the order of the cards."""
    used = [call for call in calls if call.card in standard]
    labels = [label for call in used for label in call.labels]
    times = sorted(label.at for label in labels)
    noise = disagreement(used)
    counts = _counted(used)
    return Data(
        calls=len({call.call_id for call in used}),
        labels=len(labels),
        people=len({rater for call in used for rater in call.alone}),
        first=times[0] if times else None,
        last=times[-1] if times else None,
        items=tuple(
            _item(card, item.id, item.name, bool(item.signs), counts, noise)
            for card in _judged_by(used, standard)
            for item in card.items
        ),
        cards={card.name: card.version for card in _judged_by(used, standard)},
        packs={standard[card.name][1].name: standard[card.name][1].version for card in _judged_by(used, standard)},
        left_out=len({call.call_id for call in calls} - {call.call_id for call in used}),
    )


def _judged_by(calls: Sequence[JudgedCall], standard: Standard) -> list[Scorecard]:
    return [standard[name][0] for name in sorted({call.card for call in calls})]


def _counted(calls: Sequence[JudgedCall]) -> dict[tuple[str, str], tuple[int, int]]:
    """By card and item: calls, and calls with an error."""
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for call in calls:
        for item in {label.item for label in call.labels}:
            error = is_error(label for label in call.labels if label.item == item)
            n, errors = counts.get((call.card, item), (0, 0))
            counts[call.card, item] = n + 1, errors + error
    return counts


def _item(  # noqa: PLR0917  (a line of the table, and where its figures are)
    card: Scorecard,
    item: str,
    name: str,
    has_signs: bool,  # noqa: FBT001
    counts: Mapping[tuple[str, str], tuple[int, int]],
    noise: Mapping[tuple[str, str], Share],
) -> ItemData:
    calls, errors = counts.get((card.name, item), (0, 0))
    told = noise.get((card.name, item))
    twice, differ = (told.of, told.hits) if told else (0, 0)
    return ItemData(card.name, item, name, calls, errors, twice, differ, has_signs)
