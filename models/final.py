"""The final score (终评) of a call: where it came from, and how far two people's verdicts may be apart."""

from enum import StrEnum

from pydantic import TypeAdapter

from models.score import PreScore

PRE_SCORE_JSON = TypeAdapter(PreScore)


class FinalSource(StrEnum):
    """CONSENSUS: two verdicts differed, and a lead settled them item by item. APPEAL: an appeal was right."""

    REVIEW = "review"
    CONSENSUS = "consensus"
    APPEAL = "appeal"


def differ(first: tuple[float | None, bool], second: tuple[float | None, bool], tolerance: float) -> bool:
    """Whether two verdicts, each a total and whether it is fatal, are too far apart to publish either.

    A total that nobody could give differs from any number.
    """
    (total, fatal), (other, other_fatal) = first, second
    if fatal is not other_fatal or (total is None) is not (other is None):
        return True
    return total is not None and other is not None and abs(total - other) > tolerance
