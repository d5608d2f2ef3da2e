"""Verdicts asked for one after another, by doubt or by chance: what is learnt, and what may be concluded of all calls.

A made-up centre's calls are agents' turns of one industry of the starter corpus, which the model has not seen; people
judge three items of a card about each, and are wrong now and then. Or they are real dialogues, and people say whether
the customer was dissatisfied. What a verdict is worth is the product's own `scoring.doubt`, who is drawn by chance its
own `scoring.routing`.

The model stands in for the product's, which takes seconds to train: grams brought down to a hundred dimensions, and a
logistic regression per item. What is compared is the order of the questions, not the model.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, log_loss

from models.finding import Answer, Opinion
from models.learning import Level
from models.score import Scored
from models.transcript import Recording, Role, Transcript, Turn
from scoring.classifier.bands import Costs, band
from scoring.doubt.case import Doubted
from scoring.doubt.doubts import doubts, value
from scoring.prescore import pre_score
from scoring.routing import RoutingPlan, route
from scoring.sampling.interval import Interval, combined, wilson
from scoring.scorecard import Scorecard, parse_scorecard
from scoring.starter.corpus import Line, starter_corpus

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

SIGNS = {
    "patience": ("impatient", "confronting", "mocking"),
    "responsibility": ("shirking", "perfunctory", "blunt_refusal"),
    "compliance": ("pressuring", "overpromise", "privacy_request"),
}
BAD = -0.75
"""The mean of readers' ratings (−2 to 2) from which a customer was dissatisfied."""
BAND = band(Costs())
LEAST = 2
"""Errors of each item the model starts from: without any it could not begin."""
DIMENSIONS = 100
STRENGTH = 3.0
"""The inverse of the regularisation."""
SILENT = Transcript(Recording("-", "-", 1.0, 1, "-"), (Turn(Role.AGENT, 0, 0.0, 1.0, "", 1.0),))


def _card(signs: Mapping[str, Sequence[str]]) -> Scorecard:
    items = "".join(
        f"  - {{id: {item}, name: {item}, points: 10, judge: classifier, signs: [{', '.join(speaks)}]}}\n"
        for item, speaks in signs.items()
    )
    return parse_scorecard(f"scorecard: taught\nversion: 1\nsections:\n- id: all\n  name: 全部\n  items:\n{items}")


CARD = _card(SIGNS)
CONTENT_CARD = _card({"content": ("dissatisfied",)})


@dataclass(frozen=True)
class Centre:
    """Rows are calls: what the model starts from, what may be asked about, and what it is tested on."""

    card: Scorecard
    start: Floats
    start_errors: Marks
    pool: Floats
    pool_errors: Marks
    test: Floats
    test_errors: Marks


@dataclass(frozen=True, slots=True)
class Curve:
    """After so many verdicts, what the model was on calls nobody asked about: mean over items."""

    verdicts: tuple[int, ...]
    precision: tuple[float, ...]
    loss: tuple[float, ...]


Chooser = Callable[[Scorecard, Floats, int, np.random.Generator], NDArray[np.intp]]
"""From calls × items of the card (probabilities of an error) to the next few calls to ask about."""


def industries() -> tuple[str, ...]:
    return tuple(sorted(starter_corpus().turns))


def make_centre(held_out: str, seed: int, *, start: int = 60, test: float = 0.5) -> Centre:
    """The model starts from so many turns of other industries; the held-out one's are asked about, or tested on."""
    rng = np.random.default_rng(seed)
    places, errors, owner = _corpus()
    others = rng.permutation(np.flatnonzero(owner != held_out))
    needed = [others[np.flatnonzero(errors[others, item])[:LEAST]] for item in range(errors.shape[1])]
    others = _first(needed, others, start)
    own = rng.permutation(np.flatnonzero(owner == held_out))
    cut = int(len(own) * test)
    tested, asked = own[:cut], own[cut:]
    rows = [part for chosen in (others, asked, tested) for part in (places[chosen], errors[chosen])]
    return Centre(CARD, *rows)


def dialogue_centre(file: Path, seed: int, *, asked: int = 1500) -> Centre:
    """Real dialogues with readers' ratings, of which so many may be asked about; the starter's are the start."""
    places, errors, is_starter = _dialogues(file)
    real = np.random.default_rng(seed).permutation(np.flatnonzero(~is_starter))
    parts = (np.flatnonzero(is_starter), real[:asked], real[asked:])
    return Centre(CONTENT_CARD, *(part for chosen in parts for part in (places[chosen], errors[chosen])))


def _first(needed: Sequence[NDArray[np.intp]], others: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """So many calls, those among them that are needed."""
    wanted = np.concatenate([*needed, others])
    _, places = np.unique(wanted, return_index=True)
    return wanted[np.sort(places)][:count]


@cache
def _dialogues(file: Path) -> tuple[Floats, Marks, Marks]:
    """The starter's dialogues and the file's: where the customers' words lie, and whether they were dissatisfied."""
    starter = starter_corpus().dialogues
    with file.open(encoding="utf8") as lines:
        rated = [json.loads(line) for line in lines]
    texts = ["¶".join(line.text for line in one.lines if line.role is Role.CUSTOMER) for one in starter]
    texts += ["¶".join(turn["text"] for turn in one["turns"] if turn["role"] == "customer") for one in rated]
    bad = [one.satisfaction < 0 for one in starter] + [one["mean"]["S"] <= BAD for one in rated]
    return _places(texts), np.array(bad)[:, None], np.arange(len(texts)) < len(starter)


@cache
def _corpus() -> tuple[Floats, Marks, NDArray[np.str_]]:
    """All agents' turns: where they lie, their errors by item, and of which industry they are."""
    corpus = starter_corpus()
    single = [(name, line) for name, lines in corpus.turns.items() for line in lines]
    found = [*single, *((one.industry, line) for one in corpus.dialogues for line in one.lines)]
    found = [(name, line) for name, line in found if line.role is Role.AGENT]
    places = _places([_written(line) for _, line in found])
    errors = np.array([[bool(line.labels & {*signs}) for signs in SIGNS.values()] for _, line in found])
    return places, errors, np.array([name for name, _ in found])


def _places(texts: Sequence[str]) -> Floats:
    """Texts in DIMENSIONS, of length one; nobody's verdict is in it."""
    sparse = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=3, sublinear_tf=True).fit_transform(texts)
    places = TruncatedSVD(DIMENSIONS, random_state=0, n_iter=3).fit_transform(sparse)
    return np.asarray(places / np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-9))


def _written(line: Line) -> str:
    return f"{line.before[-12:]}¶{line.text}"


def learn(
    centre: Centre, choose: Chooser, seed: int, *, rounds: int = 8, batch: int = 15, noise: float = 0.05
) -> Curve:
    """Ask about `batch` calls, learn, and ask again. People are wrong about a share `noise` of the items."""
    rng = np.random.default_rng(seed)
    said = centre.pool_errors ^ (rng.random(centre.pool_errors.shape) < noise)
    asked: list[int] = []
    precision, loss = [], []
    for _ in range(rounds + 1):
        model = _fit(centre, asked, said)
        measured = _measured(centre.test_errors, model(centre.test))
        precision.append(measured[0])
        loss.append(measured[1])
        left = np.setdiff1d(np.arange(len(centre.pool)), asked)
        asked += left[choose(centre.card, model(centre.pool[left]), batch, rng)].tolist()
    return Curve(tuple(batch * n for n in range(rounds + 1)), tuple(precision), tuple(loss))


def _fit(centre: Centre, asked: Sequence[int], said: Marks) -> Callable[[Floats], Floats]:
    places = np.vstack([centre.start, centre.pool[asked]])
    errors = np.vstack([centre.start_errors, said[asked]])
    models = [LogisticRegression(C=STRENGTH).fit(places, known) for known in errors.T]
    return lambda rows: np.column_stack([model.predict_proba(rows)[:, 1] for model in models])


def _measured(errors: Marks, probabilities: Floats) -> tuple[float, float]:
    """Mean average precision, and mean log loss, over items."""
    pairs = list(zip(errors.T, probabilities.T, strict=True))
    precision = [average_precision_score(known, guessed) for known, guessed in pairs]
    loss = [log_loss(known, guessed, labels=[False, True]) for known, guessed in pairs]
    return float(np.mean(precision)), float(np.mean(loss))


def by_chance(card: Scorecard, probabilities: Floats, batch: int, rng: np.random.Generator) -> NDArray[np.intp]:
    del card
    return rng.permutation(len(probabilities))[:batch]


def by_doubt(card: Scorecard, probabilities: Floats, batch: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """The most valuable first; what nobody doubts comes by chance."""
    values = np.array([value(case_of(card, row)) for row in probabilities])
    return np.lexsort((rng.random(len(values)), -values))[:batch]


def by_guilt(card: Scorecard, probabilities: Floats, batch: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """The worst first, as a queue by scores alone would have it."""
    del card, rng
    return np.argsort(-probabilities.max(axis=1), kind="stable")[:batch]


CHOOSERS: dict[str, Chooser] = {"chance": by_chance, "doubt": by_doubt, "worst": by_guilt}


def case_of(card: Scorecard, probabilities: Floats) -> Doubted:
    """A call of which the model thinks this about each item."""
    thought = tuple(Opinion(item.id, float(p), _answer(p)) for item, p in zip(card.items, probabilities, strict=True))
    levels = {item.id: Level.SUGGESTS for item in card.items}
    return Doubted(Scored(pre_score(card, (), thought, levels), ()), card, thought, SILENT)


def _answer(probability: float) -> Answer:
    if probability >= BAND.high:
        return Answer.HIT
    return Answer.CLEAN if probability < BAND.low else Answer.CANNOT_JUDGE


@dataclass(frozen=True, slots=True)
class Week:
    """The share of calls with an error, as it is, and as three ways of counting have it; nan where none was chosen.

    `certain` is the share of calls that doubt picked.
    """

    truth: float
    heard: float
    chosen: float
    estimate: float
    low: float
    high: float
    certain: float


def week(centre: Centre, seed: int, *, share: float = 0.15, bar: float = 0.43) -> Week:
    """Routing picks among the test calls by doubt and by chance, and people hear all it picked.

    The estimate counts what was certain as it is and the rest by those that chance drew (Hájek; the interval by
    Wilson for the rest, with the correction for a finite population).
    """
    rng = np.random.default_rng(seed)
    model = _fit(centre, [], centre.pool_errors)
    plan = RoutingPlan(low_score=0, low_coverage=0, random_share=share, seed=str(seed), doubt_value=bar)
    rows = np.concatenate([centre.pool, centre.test])
    wrong = np.concatenate([centre.pool_errors, centre.test_errors]).any(axis=1)
    order = rng.permutation(len(rows))
    routed = [
        _routed(centre.card, row, plan, f"{seed}/{n}")
        for n, row in zip(order.tolist(), model(rows[order]), strict=True)
    ]
    wrong = wrong[order]
    certain = np.array([chance == 1.0 for _, chance in routed])
    queued = np.array([picked for picked, _ in routed])
    estimate, low, high = _estimated(wrong, certain, queued)
    chosen = wrong[certain].mean() if certain.any() else np.nan
    return Week(wrong.mean(), wrong[queued].mean(), chosen, estimate, low, high, certain.mean())


def _routed(card: Scorecard, probabilities: Floats, plan: RoutingPlan, key: str) -> tuple[bool, float]:
    case = case_of(card, probabilities)
    routing = route(_heard_in_full(case), plan, key, doubts(case))
    return routing.queued, routing.inclusion_probability


def _heard_in_full(case: Doubted) -> Scored:
    """As if rules had judged everything: here only doubt and chance pick."""
    clean = tuple(Opinion(item.id, 0.0, Answer.CLEAN) for item in case.card.items)
    return Scored(pre_score(case.card, (), clean), case.scored.results)


def _estimated(wrong: Marks, certain: Marks, queued: Marks) -> tuple[float, float, float]:
    rest, heard = ~certain, queued & ~certain
    counted, of = int(heard.sum()), int(rest.sum())
    share = float(wrong[heard].mean())
    by_chance = wilson(share, counted / max(1 - counted / of, 1e-9), counted - 1)
    exact = float(wrong[certain].mean()) if certain.any() else 0.0
    whole = combined([(float(certain.mean()), Interval(exact, exact, exact)), (float(rest.mean()), by_chance)])
    return whole.value, whole.low, whole.high
