"""What speaks for an error was heard, but none of it well."""

from collections.abc import Iterator

from models.clock import clock
from models.finding import Answer, Evidence, Opinion
from models.reason import Fact
from models.score import ItemScore
from models.transcript import Transcript
from scoring.doubt.case import Doubt, Doubted
from scoring.doubt.stake import stake
from scoring.scope import is_doubtful

WELL = 0.5
"""Words heard with less confidence are wrong now and then; `scoring.scope` believes them down to 0.35."""
FLAGGED = 0.3
"""What a turn the transcriber doubts counts as heard with."""
STEEP = 1.5
"""So that hardly heard words teach nearly all they can."""


def confidence(one: Evidence, transcript: Transcript) -> float:
    turn = transcript.turns[one.turn] if one.turn is not None and one.turn < len(transcript.turns) else None
    if turn is None:
        return one.confidence
    heard = min(one.confidence, turn.confidence)
    return min(heard, FLAGGED) if is_doubtful(turn) else heard


def unheard(case: Doubted) -> Iterator[Doubt]:
    results = {result.rule: result.evidence for result in case.scored.results}
    for item, score, opinion in case.items():
        evidence = [one for move in score.moves if move.lost for one in results.get(move.rule, ())]
        said = [(confidence(one, case.transcript), one) for one in (*evidence, *_counted(score, opinion)) if one.quote]
        heard, one = max(said, key=lambda pair: pair[0], default=(1.0, None))
        if one is not None and heard < WELL:
            facts: dict[str, Fact] = {"item": item.name, "at": clock(one.start), "start": one.start, "quote": one.quote}
            share: dict[str, Fact] = {"percent": round(100 * heard)}
            yield Doubt("unheard", stake(item, case.card), min(STEEP * (1 - heard), 1.0), facts | share, item.id)


def _counted(score: ItemScore, opinion: Opinion | None) -> tuple[Evidence, ...]:
    """What the classifier's error was found in, where it counts or would have."""
    counts = opinion is not None and opinion.answer is Answer.HIT and not score.moves
    return opinion.evidence if opinion is not None and counts else ()
