"""The answer where something must happen so many times."""

from collections.abc import Sequence

from models.finding import Evidence
from models.reason import Reason
from scoring.verdict import Verdict, cannot_judge, hit


def counted(
    sure: Sequence[Evidence], unsure: Sequence[tuple[Evidence, Reason]], times: int, absence: Verdict
) -> Verdict:
    """Hit where it surely happened often enough, cannot judge where it may have, otherwise `absence`."""
    if len(sure) >= times:
        return hit(*sure)
    if len(sure) + len(unsure) >= times:
        return cannot_judge(unsure[0][1], *sure, *(evidence for evidence, _ in unsure))
    return absence
