"""Whether a person should hear a call: each reason is named, and chance always has its share."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from models.finding import Answer, Effect, RuleResult
from models.reason import Reason
from models.routing import Routing
from models.score import ItemClass, ItemScore, ItemState, Scored
from scoring.prescore import HUMAN_ONLY, LEVEL_TOO_LOW, has_error

DOUBT_VALUE = 0.5
"""The value from which doubts queue a call where no plan says otherwise: 3 % of real helpdesk dialogues have it."""


@dataclass(frozen=True, slots=True)
class RoutingPlan:
    """`random_share` of all calls is drawn whatever they are; `seed` decides which.

    Queued calls should be heard within `due`, `double_share` of them by two people; `blind` as in `Routing`. Doubts
    queue a call from a value of `doubt_value` on (`scoring.doubt.doubts.value`, 0–1); above 1 they queue none.
    """

    low_score: float
    low_coverage: float
    random_share: float
    seed: str
    due: timedelta | None = None
    double_share: float = 0.0
    blind: bool = True
    doubt_value: float = DOUBT_VALUE


def route(scored: Scored, plan: RoutingPlan, draw_key: str, doubts: Sequence[Reason] = ()) -> Routing:
    """The decision and its reasons; the same call (`draw_key`, such as its sha256) is always drawn alike.

    `doubts` are `scoring.doubt.doubts.doubts`'. They are reasons as others are, where the call is worth enough.
    A call drawn by chance says so also when there are other reasons: the random stratum must know its members, and
    nothing that is doubted changes who they are.
    """
    worth = [doubt for doubt in doubts if float(doubt.facts["value"]) >= 100 * plan.doubt_value]
    reasons = (*_reasons(scored, plan), *worth)
    drawn = is_drawn(plan, draw_key)
    chance = (Reason("scoring.routed_random", {"percent": round(100 * plan.random_share, 2)}),) if drawn else ()
    queued = bool(reasons) or drawn
    return Routing(
        queued=queued,
        reasons=(*reasons, *chance),
        inclusion_probability=1.0 if reasons else plan.random_share,
        due=plan.due,
        double=queued and _falls(f"{plan.seed}\0double\0{draw_key}", plan.double_share),
        blind=plan.blind,
    )


def is_drawn(plan: RoutingPlan, draw_key: str) -> bool:
    return _falls(f"{plan.seed}\0{draw_key}", plan.random_share)


def _falls(ticket: str, share: float) -> bool:
    """Whether a ticket is among this share of all tickets; always the same answer."""
    digest = sha256(ticket.encode(errors="surrogateescape")).digest()
    return int.from_bytes(digest[:8]) < share * 2**64


def _reasons(scored: Scored, plan: RoutingPlan) -> Iterator[Reason]:
    score = scored.pre_score
    items = [item for section in score.sections for item in section.items]
    names = {result.rule: result.name for result in scored.results}
    yield from (_error("scoring.routed_fatal", item, names) for item in items if item.fatal)
    yield from (_error("scoring.routed_critical", item, names) for item in items if _is_critical_error(item, scored))
    if score.total is None:
        yield Reason("scoring.routed_nothing_judged")
    elif score.total < plan.low_score:
        yield Reason("scoring.routed_low_score", {"score": round(score.total, 1), "below": plan.low_score})
    if score.coverage < plan.low_coverage:
        share = {"percent": round(100 * score.coverage), "below": round(100 * plan.low_coverage)}
        yield Reason("scoring.routed_low_coverage", share)
    yield from (Reason("scoring.routed_unjudged", {"item": item.name}) for item in items if _is_open_question(item))
    yield from (Reason("scoring.routed_disputed", {"item": item.name}) for item in items if item.disputed)
    yield from (reason for result in scored.results if (reason := _called_for(result)))


def _error(code: str, item: ItemScore, names: dict[str, str]) -> Reason:
    guilty = [move.rule for move in item.moves if move.lost] if item.moves else item.rules
    if not guilty and item.by_classifier:
        return Reason("scoring.routed_by_model", {"item": item.name})
    return Reason(code, {"item": item.name, "rules": "、".join(names.get(rule, rule) for rule in guilty)})


def _is_critical_error(item: ItemScore, scored: Scored) -> bool:
    """A critical item with an error; fatal ones are named as fatal."""
    if item.item_class is ItemClass.ORDINARY or item.fatal:
        return False
    if item.moves or item.opinion:
        return has_error(item)
    praise = {result.rule for result in scored.results if result.effect is Effect.PRAISE}
    return any(rule not in praise for rule in item.rules)


def _is_open_question(item: ItemScore) -> bool:
    """A critical item the machine was asked about and could not answer."""
    asked = item.reason is not None and item.reason.code not in {HUMAN_ONLY, LEVEL_TOO_LOW}
    return item.item_class is not ItemClass.ORDINARY and item.state is ItemState.UNJUDGED and asked


def _called_for(result: RuleResult) -> Reason | None:
    """Of a rule that calls for a person: it hit, or the words were heard and only the speaker is not sure."""
    if not result.queue:
        return None
    if result.answer is Answer.HIT:
        return Reason("scoring.routed_tag", {"rule": result.name})
    heard = next((evidence.quote for evidence in result.evidence if evidence.quote), None)
    if result.answer is Answer.CANNOT_JUDGE and heard:
        return Reason("scoring.routed_tag_unsure", {"rule": result.name, "quote": heard})
    return None
