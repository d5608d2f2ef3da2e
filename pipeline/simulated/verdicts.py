"""What an inspector hands in about a made-up call: the form with comments and evidence, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from models.final import PRE_SCORE_JSON
from models.finding import Evidence
from models.review import JUDGEMENT_JSON, Judgement
from models.score import PreScore
from pipeline.simulated.calls import Written
from pipeline.simulated.hearing import Found, inspector_hears, judgement, truth_of
from pipeline.simulated.people import Inspector, Random
from scoring.judgement import score_judgement

ADVICE = (
    "{fault}，请对照服务规范改进。",
    "{fault}。下次先确认客户的感受，再给答复。",
    "听到“{fault}”，已在录音中标出，请重听这一段。",
    "{fault}，本月第二次提醒，请组长跟进。",
)
BY_HAND: Mapping[str, tuple[str, ...]] = {
    "understanding": ("没有听出客户真正想问的是什么，绕了两轮才说到点上。", "客户说得不清楚时，没有引导客户重述。"),
    "correct-answer": (
        "答复漏说了办理时限。",
        "口径与知识库不一致，费用说错了。",
        "只答了一半，客户还要再打一次电话。",
    ),
}
OVERALL = (
    (95.0, "整体表现优秀，条理清楚，继续保持。"),
    (90.0, "服务规范，个别细节可以再完善。"),
    (80.0, "基本合格，标出的几处请重听后改进。"),
    (0.0, "问题较多，请组长安排一对一辅导，下周复听。"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """A judgement and the score it makes; `found` is what the model says they heard."""

    found: Found
    judgement: Judgement
    score: PreScore

    @property
    def columns(self) -> dict[str, Any]:
        """Of a `VerdictRow`."""
        return {
            "body": JUDGEMENT_JSON.dump_json(self.judgement).decode(),
            "score": PRE_SCORE_JSON.dump_json(self.score).decode(),
            "total": self.score.total,
            "grade": self.score.grade,
            "fatal": bool(self.score.fatal),
        }


def heard_by(random: Random, made: Written, call: int, inspector: Inspector) -> Said:
    found = inspector_hears(random, made.centre.items, made.rates, truth_of(made.truth, call), inspector)
    return said(random, made, call, found)


def agreed(random: Random, made: Written, call: int) -> Said:
    """What is true, as those who talk it over come to agree."""
    return said(random, made, call, truth_of(made.truth, call))


def said(random: Random, made: Written, call: int, found: Found) -> Said:
    items = made.centre.items
    form = judgement(items, found, tuple(_comment(random, made, found, place) for place in range(len(items.specs))))
    form = _with_evidence(made, call, found, form)
    score = score_judgement(items.card, form)
    overall = next(text for least, text in OVERALL if (score.total or 0.0) >= least)
    return Said(found, replace(form, comment=overall), score)


def time_spent(random: Random, inspector: Inspector, seconds: float) -> float:
    return round(seconds * inspector.pace * float(random.uniform(0.8, 1.4)) + 40, 1)


def _comment(random: Random, made: Written, found: Found, place: int) -> str:
    spec = made.centre.items.specs[place]
    if not (found.error[place] and found.applies[place]):
        return ""
    if (own := BY_HAND.get(spec.id)) is not None:
        return str(own[int(random.integers(len(own)))])
    rule = spec.faults[found.fault[place]].rule
    name = next((one.name for one in made.rules if one.id == rule), spec.name)
    return ADVICE[int(random.integers(len(ADVICE)))].format(fault=name)


def _with_evidence(made: Written, call: int, found: Found, form: Judgement) -> Judgement:
    """Where the sample really has what was found, people point at it."""
    sample, specs = made.samples[made.sample[call]], made.centre.items.specs
    verdicts = []
    for place, verdict in enumerate(form.items):
        rule = specs[place].faults[found.fault[place]].rule if verdict.lost and specs[place].faults else None
        own: tuple[Evidence, ...] = sample.evidence.get(rule or "", ())[:1]
        verdicts.append(replace(verdict, evidence=own) if own else verdict)
    return replace(form, items=tuple(verdicts))
