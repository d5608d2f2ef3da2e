"""Texts that say nearly the same: a customer who calls thrice, a script read out word for word."""

from collections.abc import Sequence

import numpy as np

AT_LEAST = 0.7
"""Cosine of two texts' character n-grams from which on they are near duplicates."""

SHORT = 12
"""Characters below which texts are alike only where they are the same."""


def heads(texts: Sequence[str], at_least: float = AT_LEAST) -> list[int]:
    """For each text the place of the first that is like it; its own where none before it is.

    A text is compared with the first ones of their groups only, so that a chain of small changes is not one group.
    """
    if not texts:
        return []
    from sklearn.feature_extraction.text import HashingVectorizer  # noqa: PLC0415  (a second, only where it is needed)

    grams = HashingVectorizer(analyzer="char", ngram_range=(2, 3), alternate_sign=False, norm="l2", n_features=2**18)
    vectors = grams.transform([_plain(text) for text in texts])
    found: list[int] = []
    first: list[int] = []
    for place, text in enumerate(texts):
        head = _head(vectors, place, first, at_least) if len(_plain(text)) >= SHORT else _same(texts, place, first)
        if head is None:
            first.append(place)
        found.append(place if head is None else head)
    return found


def _head(vectors: object, place: int, first: Sequence[int], at_least: float) -> int | None:
    if not first:
        return None
    rows = vectors[list(first)]  # type: ignore[index]
    likeness = np.asarray((rows @ vectors[place].T).todense()).ravel()  # type: ignore[index]
    best = int(likeness.argmax())
    return first[best] if likeness[best] >= at_least else None


def _same(texts: Sequence[str], place: int, first: Sequence[int]) -> int | None:
    return next((one for one in first if _plain(texts[one]) == _plain(texts[place])), None)


def _plain(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())
