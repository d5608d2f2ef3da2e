"""Scorecards and answers made by hypothesis: anything a card may say, and anything rules may answer about a call."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from models.finding import Answer, Effect, Evidence, Opinion, RuleResult
from models.reason import Reason
from models.score import PreScore
from scoring.definition import Definition
from scoring.prescore import pre_score
from scoring.scorecard import Scorecard, _card

RULES = [f"r{i}" for i in range(5)]
TAGS = ["tag0", "tag1"]
"""Only preconditions listen to these."""

hundredths = st.integers(1, 2000).map(lambda whole: whole / 100)
amounts = st.one_of(st.sampled_from([0.1, 0.2, 0.3, 1.0, 5.0, 33.33]), hundredths)
caps = st.one_of(st.none(), amounts)
answers = st.sampled_from(list(Answer))


@dataclass(frozen=True)
class Asked:
    """A card as its YAML says, and what was answered."""

    content: dict[str, Any]
    results: tuple[RuleResult, ...]
    opinions: tuple[Opinion, ...]

    @property
    def card(self) -> Scorecard:
        return _card(Definition("made.yaml", "", self.content, {}))

    def score(self) -> PreScore:
        return pre_score(self.card, self.results, self.opinions)

    def without_items(self, ids: set[str]) -> "Asked | None":
        """The same without these items; None where no card is left, for it must have points."""
        content = deepcopy(self.content)
        for section in content["sections"]:
            section["items"] = [item for item in section["items"] if item["id"] not in ids]
        content["sections"] = [section for section in content["sections"] if section["items"]]
        items = [item for section in content["sections"] for item in section["items"]]
        if not any(item["points"] for item in items) or any(map(_wins_nothing, content["sections"])):
            return None
        return Asked(content, self.results, self.opinions)

    def answering(self, result: RuleResult) -> "Asked":
        others = tuple(one for one in self.results if one.rule != result.rule)
        return Asked(self.content, (*others, result), self.opinions)


def result(rule: str, answer: Answer, turns: tuple[int | None, ...] = (None,)) -> RuleResult:
    evidence = tuple(Evidence(at, at + 1, turn=turn) for at, turn in enumerate(turns)) if answer is Answer.HIT else ()
    reason = Reason("scoring.one_channel") if answer is Answer.CANNOT_JUDGE else None
    return RuleResult("pack", 1, rule, rule, Effect.VIOLATION, answer, evidence, reason)


def _wins_nothing(section: dict[str, Any]) -> bool:
    bonuses = any("bonus" in move for item in section["items"] for move in item.get("rules", ()))
    return bonuses and not section["on_total"] and not any(item["points"] for item in section["items"])


# Made once: a strategy made anew for every draw costs more than the draw.
rule_lists = st.lists(st.sampled_from(RULES), min_size=1, max_size=3, unique=True)
kinds = st.sampled_from(["deduct", "deduct", "bonus"])
judges = st.sampled_from(["rules", "rules", "rules", "both", "classifier", "human"])
weights = st.sampled_from([1.0, 1.0, 0.33, 2.5])
preconditions = st.sampled_from([None, None, None, *TAGS])
one_in_four = st.sampled_from([False, False, False, True])
fatal_sides = st.sampled_from(["call", "section"])
totals_left = st.sampled_from([None, 0.0, 59.99, 79.0])
turn_lists = st.lists(st.sampled_from([None, 0, 1, 2, 3]), min_size=1, max_size=5).map(tuple)


@st.composite
def _moves(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [{"rule": rule, draw(kinds): draw(amounts), "each": draw(st.booleans())} for rule in draw(rule_lists)]


@st.composite
def _items(draw: st.DrawFn, *, on_total: bool) -> dict[str, Any]:
    judge = draw(judges)
    item: dict[str, Any] = {"name": "项", "points": draw(amounts), "weight": draw(weights), "judge": judge}
    item |= {"only_if": draw(preconditions), "bonus_cap": draw(caps)}
    cap = draw(caps)
    if cap is not None:
        item["cap"] = cap if on_total else min(cap, item["points"])
    if judge in {"both", "classifier"}:
        item["classifier_deduct"] = draw(caps)
    if judge in {"rules", "both"}:
        item["rules"] = draw(moves)
        deducts = any("deduct" in move for move in item["rules"])
        if judge == "rules" and not deducts:
            item |= {"points": 0, "cap": None}
        if deducts and draw(one_in_four):
            item |= {"fatal": "call" if on_total else draw(fatal_sides), "class": "compliance_critical"}
            if item["fatal"] == "call":
                item["total_at_most"] = draw(totals_left)
    return item


moves = _moves()
item_lists = {on_total: st.lists(_items(on_total=on_total), min_size=1, max_size=4) for on_total in (False, True)}


@st.composite
def _sections(draw: st.DrawFn) -> dict[str, Any]:
    on_total = draw(one_in_four)
    items = draw(item_lists[on_total])
    section = {"name": "节", "on_total": on_total, "cap": draw(caps), "bonus_cap": draw(caps), "items": items}
    if _wins_nothing(section):
        items.append({"name": "项", "points": draw(amounts), "judge": "human"})
    return section


section_lists = st.lists(_sections(), min_size=1, max_size=3)


@st.composite
def _asked(draw: st.DrawFn) -> Asked:
    sections = draw(section_lists)
    if not any(item["points"] for section in sections for item in section["items"]):
        sections[0]["items"].append({"name": "项", "points": draw(amounts), "judge": "human"})
    for s, section in enumerate(sections):
        section["id"] = f"s{s}"
        for i, item in enumerate(section["items"]):
            item["id"] = f"i{s}-{i}"
    results = tuple(result(rule, draw(answers), draw(turn_lists)) for rule in [*RULES, *TAGS])
    items = [item for section in sections for item in section["items"]]
    thought = [item["id"] for item in items if item["judge"] in {"both", "classifier"}]
    opinions = tuple(Opinion(one, 0.5, draw(answers)) for one in thought if draw(st.booleans()))
    return Asked({"scorecard": "card", "version": 1, "sections": sections}, results, opinions)


asked_calls = _asked()
