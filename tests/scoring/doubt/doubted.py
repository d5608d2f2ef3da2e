"""Small made-up calls in doubt."""

from typing import Any

import numpy as np

from models.finding import Answer, Effect, Evidence, Opinion, RuleResult
from models.learning import Level, Levels
from models.score import Scored
from models.transcript import Role, Transcript
from scoring.doubt.case import Doubted, Facts
from scoring.prescore import pre_score
from scoring.starter.labels import label_ids
from tests.scoring.made_call import call
from tests.scoring.test_prescore import card_of, deduct, item

HIT, CLEAN, OPEN = Answer.HIT, Answer.CLEAN, Answer.CANNOT_JUDGE
CALL = call("agent: 您好，请讲。", "customer: 坏了怎么办？", "agent: 您打给厂家吧。", "customer: 什么意思？")
ATTITUDE = item(20, deduct("shirks", 10), judge="both", signs=["shirking"], name="不推诿")
OTHER = item(10, deduct("greets", 5), name="开头语")


def opinion(answer: Answer, probability: float, of: str = "i0-0", turn: int = 2) -> Opinion:
    evidence = () if answer is CLEAN else (Evidence(5, 7, Role.AGENT, turn, "您打给厂家吧"),)
    return Opinion(of, probability, answer, evidence)


def result(rule: str, answer: Answer, turn: int = 2) -> RuleResult:
    evidence = (Evidence(5, 7, Role.AGENT, turn, "您打给厂家吧"),) if answer is HIT else ()
    return RuleResult("pack", 1, rule, f"规则{rule}", Effect.VIOLATION, answer, evidence)


def doubted(
    *results: RuleResult,
    opinions: tuple[Opinion, ...] = (),
    items: tuple[dict[str, Any], ...] = (ATTITUDE, OTHER),
    transcript: Transcript = CALL,
    levels: Levels | None = None,
    **facts: Any,
) -> Doubted:
    card = card_of({"items": list(items)})
    known = {one.rule: one for one in (result("shirks", CLEAN), result("greets", CLEAN), *results)}
    answers = tuple(known.values())
    levels = {"i0-0": Level.SUGGESTS} if levels is None else levels
    scored = Scored(pre_score(card, answers, opinions, levels), answers)
    return Doubted(scored, card, opinions, transcript, Facts(**facts))


def probable(transcript: Transcript = CALL, **at: tuple[int, float]) -> Any:
    """Turns × labels; each label named here is so probable at one turn."""
    found = np.zeros((len(transcript.turns), len(label_ids())), np.float32)
    for label, (turn, probability) in at.items():
        found[turn, label_ids().index(label)] = probability
    return found
