"""Why a draw picked a call, as reasons that are said in the reader's language."""

from math import isnan

from models.reason import Fact, Reason
from scoring.sampling.draw import Draw
from scoring.sampling.frame import CHANCE, Frame
from scoring.sampling.plan import SamplingPlan, Sign
from scoring.sampling.targets import has_sign

ON_PURPOSE: dict[Sign, str] = {
    Sign.FATAL: "scoring.picked_fatal",
    Sign.CRITICAL: "scoring.picked_critical",
    Sign.TAGGED: "scoring.picked_tagged",
    Sign.UNSURE: "scoring.picked_unsure",
    Sign.DISPUTED: "scoring.picked_disputed",
    Sign.LOW_SCORE: "scoring.picked_low_score",
    Sign.DISSATISFIED: "scoring.picked_dissatisfied",
    Sign.EXCELLENT: "scoring.picked_excellent",
}
QUEUED = "scoring.picked_queued"
BY_AGENT = "scoring.picked_quota"
BY_TYPE = "scoring.picked_type"


class Why:
    """Says why of the calls of one draw."""

    def __init__(self, frame: Frame, draw: Draw, plan: SamplingPlan) -> None:
        self._frame, self._draw, self._plan = frame, draw, plan
        self._signs = {target.sign: has_sign(frame, target.sign, plan) for target in plan.targets}
        self._priority = {target.sign: target.priority for target in plan.targets}

    def reasons(self, index: int) -> list[Reason]:
        """All of them; none where the call was not picked."""
        frame, draw = self._frame, self._draw
        found: list[Reason] = []
        if draw.targeted[index]:
            found += [self._on_purpose(sign, index) for sign, has in self._signs.items() if has[index]]
        elif draw.certain[index]:
            found.append(Reason(QUEUED))
        if draw.by_agent[index]:
            agent = int(frame.agent[index])
            found.append(Reason(BY_AGENT, self._taken(agent, frame.agents[agent].name or frame.agents[agent].id)))
        if draw.by_type[index]:
            kind = int(frame.type[index])
            sizes = {"taken": int(draw.types.takes[kind]), "of": int(draw.types.sizes[kind])}
            found.append(Reason(BY_TYPE, {"type": frame.types[kind], **sizes}))
        if draw.by_chance[index]:
            found.append(Reason(CHANCE, {"percent": round(100 * float(frame.chance[index]), 2)}))
        return found

    def priority(self, index: int) -> float:
        """The most pressing reason's, 0–100."""
        if not self._draw.targeted[index]:
            return self._plan.random_priority
        return max(self._priority[sign] for sign, has in self._signs.items() if has[index])

    def _taken(self, agent: int, name: str) -> dict[str, Fact]:
        return {"agent": name, "taken": int(self._draw.agents.takes[agent]), "of": int(self._draw.agents.sizes[agent])}

    def _on_purpose(self, sign: Sign, index: int) -> Reason:
        facts: dict[str, Fact] = {}
        if sign in {Sign.LOW_SCORE, Sign.EXCELLENT}:
            total = float(self._frame.total[index])
            facts = {"score": 0.0 if isnan(total) else round(total, 1), "bound": self._plan.beyond(sign) or 0.0}
        elif sign is Sign.DISSATISFIED:
            facts = {"satisfaction": int(self._frame.satisfaction[index])}
        return Reason(ON_PURPOSE[sign], facts)
