"""From places in the text to evidence: does it belong to the scope, is it excused, was it heard well enough?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from models.finding import Evidence
from models.reason import Reason
from models.transcript import Role
from scoring.heard import Heard
from scoring.phrases import Occurrence
from scoring.scope import DOUBTFUL_CONFIDENCE, Window
from scoring.verdict import Verdict, cannot_judge


@dataclass(slots=True)
class Found:
    """What counts, and what may count with the reason why it is not sure."""

    sure: list[Evidence] = field(default_factory=list)
    unsure: list[tuple[Evidence, Reason]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.sure or self.unsure)


def sift(
    heard: Heard, window: Window, occurrences: Iterable[Occurrence], unless: Sequence[str] = (), *, one: bool = False
) -> Found:
    """Keep what lies in the window and no `unless` pattern overlaps; with `one` nothing after the first that is sure.

    Raises:
        OutOfTimeError: an `unless` pattern takes too long.
    """
    found = Found()
    turns, turn_of, doubtful, seams = window.turns, heard.turn_of, heard.timeline.doubtful, heard.seams
    for occurrence in occurrences:
        turn = turn_of(occurrence)
        if turn not in turns or (unless and heard.overlapped(occurrence, unless)):
            continue
        evidence = heard.quote(occurrence)
        if not window.holds(evidence.start, evidence.end):
            continue
        seam = seams.get(occurrence) if seams else None
        if seam and seam.rest in turns and not seam.larger:
            continue
        if seam and seam.rest not in turns and not seam.clear:
            found.unsure.append((evidence, _whose(evidence)))
        elif turns[turn] and turn not in doubtful and evidence.confidence >= DOUBTFUL_CONFIDENCE:
            found.sure.append(evidence)
            if one:
                break
        else:
            found.unsure.append((evidence, _doubt(evidence, sure_turn=turns[turn])))
    return found


def too_slow(pattern: str) -> Verdict:
    return cannot_judge(Reason("scoring.slow_pattern", {"pattern": pattern}))


def _whose(torn: Evidence) -> Reason:
    """One of two speakers said it, and was given only a part of it."""
    return Reason("scoring.speaker_unknown", {"quote": torn.meant or torn.quote, "start": round(torn.start, 1)})


def _doubt(evidence: Evidence, *, sure_turn: bool) -> Reason:
    if sure_turn:
        code = "scoring.badly_heard_words"
    else:
        code = "scoring.speaker_unknown" if evidence.role is Role.UNKNOWN else "scoring.position_unknown"
    said = evidence.meant if evidence.listened else evidence.quote
    return Reason(code, {"quote": said, "start": round(evidence.start, 1)})
