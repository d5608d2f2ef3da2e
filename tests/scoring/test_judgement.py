"""A person's verdicts: the machine's arithmetic, what a form lacks, and where two scores differ."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings

from models.errors import BadInput
from models.finding import Answer, Evidence
from models.review import JUDGEMENT_JSON, ItemVerdict, Judgement
from models.score import ItemClass, ItemScore, ItemState, PreScore
from models.transcript import Role, Turn
from scoring.judgement import (
    can_lose,
    can_win,
    check_judgement,
    differences,
    judgement_of,
    mistakes_in,
    opening_judgement,
    score_judgement,
)
from scoring.prescore import pre_score
from scoring.scorecard import Scorecard, load_scorecard, parse_scorecard, shipped_scorecards
from tests.scoring.scored_call import Asked, asked_calls, result

holds = settings(
    derandomize=True, deadline=None, max_examples=120, database=None, suppress_health_check=[HealthCheck.too_slow]
)

CARD = """
scorecard: desk
version: 1
title: 服务评分表
sections:
  - id: manner
    name: 服务态度
    items:
      - {id: greeting, name: 开头语, points: 10, judge: human}
      - id: polite
        name: 礼貌用语
        points: 10
        cap: 4
        bonus_cap: 2
        rules: [{rule: rude, deduct: 3, each: true}, {rule: thanks, bonus: 1, each: true}]
  - id: red-line
    name: 红线
    items:
      - id: insult
        name: 辱骂客户
        points: 0
        class: customer_critical
        fatal: call
        rules: [{rule: insult, deduct: 5}]
  - id: extra
    name: 加减分
    on_total: true
    items:
      - {id: late, name: 超时, points: 5, judge: human}
      - {id: praised, name: 客户表扬, points: 0, bonus_cap: 3, judge: human}
"""
TURNS = (Turn(Role.AGENT, 0, 0.0, 2.0, "您好请讲", 0.9), Turn(Role.CUSTOMER, 1, 2.0, 4.0, "我要退款", 0.9))


@pytest.fixture
def card() -> Scorecard:
    return parse_scorecard(CARD)


def form(card: Scorecard, **changed: ItemVerdict) -> Judgement:
    """All in order but for these items."""
    return Judgement(
        tuple(replace(changed.get(i.id, ItemVerdict("", ItemState.JUDGED)), item=i.id) for i in card.items)
    )


def took(lost: float = 0.0, won: float = 0.0, comment: str = "语气生硬", **more: object) -> ItemVerdict:
    return ItemVerdict("", ItemState.JUDGED, lost, won, comment, **more)  # type: ignore[arg-type]


def codes(card: Scorecard, judgement: Judgement, **how: object) -> list[str]:
    return [reason.code for reason in mistakes_in(card, judgement, **({"comment_needed": "lost"} | how))]  # type: ignore[arg-type]


def all_items(score: PreScore) -> list[ItemScore]:
    return [item for section in score.sections for item in section.items]


@holds
@given(asked_calls)
def test_saying_what_the_machine_said_gives_the_machines_score(call: Asked) -> None:
    machine = call.score()
    assume(all(item.reason is None for item in all_items(machine) if item.state is ItemState.JUDGED))
    human = score_judgement(call.card, judgement_of(call.card, machine))
    assert differences(machine, human) == ()
    for one, other in zip(machine.sections, human.sections, strict=True):
        assert (one.points, one.got, one.lost, one.won) == (other.points, other.got, other.lost, other.won)
    assert [i.cost for i in all_items(human)] == [i.cost for i in all_items(machine)]
    summary = [(s.total, s.grade, s.coverage, s.fatal, s.critical) for s in (machine, human)]
    assert summary[0] == summary[1]


@holds
@given(asked_calls)
def test_what_the_machine_says_a_person_may_say(call: Asked) -> None:
    said = judgement_of(call.card, call.score())
    assert set(codes(call.card, said, comment_needed="never")) <= {"scoring.item_open"}


@pytest.mark.parametrize("name", shipped_scorecards())
def test_an_empty_form_is_all_open_and_a_clean_one_full_marks(name: str) -> None:
    card = load_scorecard(name)
    opening = opening_judgement(card)
    assert set(codes(card, opening)) == {"scoring.item_open"}
    assert len(mistakes_in(card, opening)) == len(opening.items) == len(list(card.items))
    assert score_judgement(card, opening).total is None
    clean = form(card)
    assert codes(card, clean) == []
    score = score_judgement(card, clean)
    assert (score.total, score.grade, score.coverage, score.fatal) == (100.0, "优秀", 1.0, ())


def test_caps_hold_for_people_too(card: Scorecard) -> None:
    score = score_judgement(card, form(card, polite=took(4.0), greeting=took(2.5)))
    assert score.total == 67.5
    with_bonus = score_judgement(card, form(card, polite=took(4.0, won=2.0)))
    assert with_bonus.total == 90.0


def test_a_fatal_item_without_points_of_its_own_can_fail_the_call(card: Scorecard) -> None:
    score = score_judgement(card, form(card, insult=took(1.0)))
    assert (score.total, score.grade) == (0.0, "不合格")
    assert score.fatal == ("insult",)
    assert score.critical == (ItemClass.CUSTOMER_CRITICAL,)
    assert codes(card, form(card, insult=took(1.0))) == []


def test_what_counts_on_the_total(card: Scorecard) -> None:
    assert score_judgement(card, form(card, late=took(3.0))).total == 97.0
    assert score_judgement(card, form(card, greeting=took(5.0), praised=took(won=3.0))).total == 78.0


def test_an_item_that_does_not_apply_leaves_the_denominator(card: Scorecard) -> None:
    score = score_judgement(card, form(card, greeting=ItemVerdict("", ItemState.NOT_APPLICABLE), polite=took(4.0)))
    assert (score.total, score.coverage) == (60.0, 1.0)


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (took(4.01), "scoring.item_lose"),
        (took(-1.0), "scoring.item_lose"),
        (took(float("nan")), "scoring.item_lose"),
        (took(float("inf")), "scoring.item_lose"),
        (took(1.0, won=2.5), "scoring.item_win"),
        (took(0.125), "scoring.item_decimals"),
        (took(1.0, comment="  "), "scoring.item_comment"),
        (ItemVerdict("", ItemState.UNJUDGED), "scoring.item_open"),
        (ItemVerdict("", ItemState.NOT_APPLICABLE, 1.0), "scoring.item_na_with_points"),
    ],
)
def test_what_cannot_be_submitted_names_its_item(card: Scorecard, verdict: ItemVerdict, code: str) -> None:
    with pytest.raises(BadInput) as refusal:
        check_judgement(card, form(card, polite=verdict), comment_needed="lost")
    (reason,) = refusal.value.details
    assert reason.facts["field"] == "items.polite"
    assert reason.code == code
    assert reason.facts["item"] == "polite"
    assert "礼貌用语" in reason.say("zh")
    assert "礼貌用语" in reason.say("en")


def test_items_the_card_lacks_or_twice(card: Scorecard) -> None:
    once = form(card)
    more = replace(once, items=(*once.items, once.items[0], ItemVerdict("smile", ItemState.JUDGED)))
    assert codes(card, more) == ["scoring.item_repeated", "scoring.item_unknown"]
    assert codes(card, replace(once, items=once.items[1:])) == ["scoring.item_open"]


def test_comments_where_the_centre_wants_them(card: Scorecard) -> None:
    silent = form(card, polite=took(1.0, comment=""), insult=took(1.0, comment=""))
    assert codes(card, silent) == ["scoring.item_comment"] * 2
    assert [r.facts["item"] for r in mistakes_in(card, silent, comment_needed="critical")] == ["insult"]
    assert codes(card, silent, comment_needed="never") == []


@pytest.mark.parametrize(
    ("evidence", "fits"),
    [
        (Evidence(0.0, 2.0, Role.AGENT, 0, "请讲", (2, 4)), True),
        (Evidence(2.0, 4.0, Role.CUSTOMER, 1, "退款"), True),
        (Evidence(0.5, 3.0), True),
        (Evidence(0.0, 2.0, Role.AGENT, 0, "请讲", (0, 2)), False),
        (Evidence(0.0, 2.0, Role.AGENT, 0, "", (2, 9)), False),
        (Evidence(0.0, 2.0, Role.AGENT, 7, "请讲"), False),
        (Evidence(3.0, 2.0), False),
        (Evidence(0.0, float("inf")), False),
    ],
)
def test_evidence_must_lie_in_the_call(card: Scorecard, evidence: Evidence, *, fits: bool) -> None:
    judgement = form(card, greeting=took(1.0, evidence=(evidence,)))
    assert codes(card, judgement, turns=TURNS) == ([] if fits else ["scoring.item_evidence"])


def test_differences_name_what_differs_and_by_how_much(card: Scorecard) -> None:
    machine = pre_score(
        card, [result("rude", Answer.HIT, (0,)), result("thanks", Answer.CLEAN), result("insult", Answer.CLEAN)]
    )
    human = score_judgement(card, form(card, polite=took(1.0), insult=took(1.0)))
    found = {one.item: one for one in differences(machine, human)}
    assert {item: (one.kind, one.points) for item, one in found.items()} == {
        "greeting": ("state", None),
        "polite": ("points", 2.0),
        "insult": ("fatal", 0.0),
        "late": ("state", None),
        "praised": ("state", None),
    }
    assert found["polite"].section == "服务态度"


def test_what_a_person_can_say(card: Scorecard) -> None:
    items = {item.id: (can_lose(item, section), can_win(item)) for section in card.sections for item in section.items}
    assert items == {
        "greeting": (10.0, 0.0),
        "polite": (4.0, 2.0),
        "insult": (5.0, 0.0),
        "late": (5.0, 0.0),
        "praised": (1.0, 3.0),
    }


def test_a_judgement_survives_being_stored(card: Scorecard) -> None:
    judgement = form(card, greeting=took(1.0, evidence=(Evidence(0.0, 2.0, Role.AGENT, 0, "请讲", (2, 4)),)))
    assert JUDGEMENT_JSON.validate_json(JUDGEMENT_JSON.dump_json(judgement)) == judgement
