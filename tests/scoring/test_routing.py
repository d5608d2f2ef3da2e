from dataclasses import replace

import pytest

from models.finding import Answer, Effect, Evidence, Opinion, RuleResult
from models.reason import Reason
from models.score import ItemClass, ItemMove, ItemScore, ItemState, PreScore, Scored, SectionScore
from scoring.routing import RoutingPlan, is_drawn, route

PLAN = RoutingPlan(low_score=70, low_coverage=0.6, random_share=0.0, seed="种子")


def item(state: ItemState = ItemState.JUDGED, **more: object) -> ItemScore:
    base = ItemScore("promises", "不过度承诺", ItemClass.COMPLIANCE_CRITICAL, state, 10, 10.0)
    return replace(base, **more)  # type: ignore[arg-type]


def scored(
    *items: ItemScore, total: float | None = 95.0, coverage: float = 1.0, results: tuple[RuleResult, ...] = ()
) -> Scored:
    section = SectionScore("accuracy", "准确度", 10, 10, items)
    return Scored(PreScore("card", 1, total, "优秀", coverage, (section,)), results)


def rule(answer: Answer, effect: Effect, name: str = "over-promise", *evidence: Evidence) -> RuleResult:
    called_for = name in {"complaint-threat", "low-satisfaction"}
    return RuleResult("pack", 1, name, "过度承诺", effect, answer, evidence, queue=called_for)


def codes(call: Scored, plan: RoutingPlan = PLAN) -> list[str]:
    routing = route(call, plan, "call")
    assert routing.queued == bool(routing.reasons)
    assert all(reason.say("zh") and reason.say("en") for reason in routing.reasons)
    return [reason.code.removeprefix("scoring.") for reason in routing.reasons]


def test_a_good_call_is_left_alone() -> None:
    assert codes(scored(item())) == []
    assert route(scored(item()), PLAN, "call").inclusion_probability == 0


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (scored(item(fatal=True, rules=("over-promise",)), total=0.0), "routed_fatal"),
        (scored(item(rules=("over-promise",), got=0.0)), "routed_critical"),
        (scored(item(disputed=True)), "routed_disputed"),
        (
            scored(item(by_classifier=True, lost=10.0, opinion=Opinion("promises", 0.9, Answer.HIT))),
            "routed_by_model",
        ),
        (scored(item(moves=(ItemMove("over-promise", Answer.HIT, lost=1.0),))), "routed_critical"),
        (scored(item(), total=69.9), "routed_low_score"),
        (scored(item(), total=None), "routed_nothing_judged"),
        (scored(item(), coverage=0.59), "routed_low_coverage"),
        (scored(item(ItemState.UNJUDGED, got=None, reason=Reason("scoring.one_channel"))), "routed_unjudged"),
        (scored(item(), results=(rule(Answer.HIT, Effect.TAG, "complaint-threat"),)), "routed_tag"),
        (
            scored(
                item(),
                results=(rule(Answer.CANNOT_JUDGE, Effect.TAG, "complaint-threat", Evidence(1, 2, quote="投诉")),),
            ),
            "routed_tag_unsure",
        ),
    ],
)
def test_why_a_person_should_listen(call: Scored, code: str) -> None:
    assert code in codes(call)
    assert route(call, PLAN, "call").inclusion_probability == 1


@pytest.mark.parametrize(
    "call",
    [
        scored(item(ItemState.UNJUDGED, got=None, reason=Reason("scoring.human_only"))),
        scored(item(item_class=ItemClass.ORDINARY, rules=("over-promise",), got=0.0)),
        scored(item(rules=("kind",)), results=(rule(Answer.HIT, Effect.PRAISE, "kind"),)),
        scored(item(), results=(rule(Answer.HIT, Effect.TAG, "long-call"),)),
        scored(item(), results=(rule(Answer.CANNOT_JUDGE, Effect.TAG, "low-satisfaction"),)),
        scored(item(), total=70.0, coverage=0.6),
    ],
)
def test_what_is_no_reason(call: Scored) -> None:
    assert codes(call) == []


def test_the_reason_names_item_and_rule() -> None:
    call = scored(item(rules=("over-promise",), got=0.0), results=(rule(Answer.HIT, Effect.VIOLATION),))
    (reason,) = route(call, PLAN, "call").reasons
    assert reason.say("zh") == "关键评分项“不过度承诺”出现差错：过度承诺"


def test_the_draw_is_the_same_for_ever() -> None:
    plan = replace(PLAN, random_share=0.05)
    drawn = [key for key in map(str, range(10_000)) if is_drawn(plan, key)]
    assert drawn[:3] == [key for key in map(str, range(10_000)) if route(scored(item()), plan, key).queued][:3]
    assert 400 < len(drawn) < 600
    other = [key for key in map(str, range(10_000)) if is_drawn(replace(plan, seed="别的"), key)]
    assert len(set(drawn) & set(other)) < 60, "another seed draws others"


def test_a_larger_share_keeps_whom_a_smaller_one_drew() -> None:
    small, large = replace(PLAN, random_share=0.05), replace(PLAN, random_share=0.2)
    assert all(is_drawn(large, key) for key in map(str, range(2000)) if is_drawn(small, key))


@pytest.mark.parametrize(("share", "queued"), [(0.0, False), (1.0, True)])
def test_all_or_none(share: float, queued: bool) -> None:  # noqa: FBT001
    routing = route(scored(item()), replace(PLAN, random_share=share), "call")
    assert (routing.queued, routing.inclusion_probability) == (queued, share)


def test_chance_is_named_beside_other_reasons() -> None:
    assert codes(scored(item(), total=10.0), replace(PLAN, random_share=1.0)) == ["routed_low_score", "routed_random"]
