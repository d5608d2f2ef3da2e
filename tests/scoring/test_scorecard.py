from typing import Any

import pytest

from models.errors import BadDefinition
from models.reason import Reason
from scoring.pack import parse_pack, shipped_packs
from scoring.scorecard import check_against, load_scorecard, parse_scorecard, shipped_scorecards
from tests.scoring.shipped import shipped_pack
from tests.scoring.test_pack import GOOD as PACK

GOOD = """\
scorecard: service
version: 1
sections:
  - id: attitude
    name: 服务态度
    items:
      - id: responsibility
        name: 不推诿
        points: 10
        class: customer_critical
        rules:
          - {rule: shirking, deduct: 5}
      - id: tone
        name: 语气
        points: 5
        judge: human
"""


def mistakes(text: str) -> list[Reason]:
    with pytest.raises(BadDefinition) as caught:
        check_against(parse_scorecard(text, "评分表.yaml"), parse_pack(PACK))
    assert all(reason.say("zh") and reason.say("en") for reason in caught.value.details)
    return list(caught.value.details)


def test_a_good_card_has_the_handbooks_grades() -> None:
    card = parse_scorecard(GOOD)
    check_against(card, parse_pack(PACK))
    assert [(total, card.grade(total, 1.0)) for total in (100.0, 90.0, 89.9, 80.0, 60.0, 59.99, 0.0)] == [
        (100.0, "优秀"),
        (90.0, "优秀"),
        (89.9, "良好"),
        (80.0, "良好"),
        (60.0, "合格"),
        (59.99, "不合格"),
        (0.0, "不合格"),
    ]


def test_a_grade_needs_enough_of_the_call_judged() -> None:
    card = parse_scorecard(GOOD.replace("version: 1", "version: 1\ngrade_from_coverage: 0.5", 1))
    assert card.grade(100.0, 0.49) is None
    assert card.grade(100.0, 0.5) == "优秀"
    assert card.grade(None, 1.0) is None


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ("rule: shirking", "rule: shirkin", "rule_misspelt", 12),
        ("rule: shirking", "rule: politeness", "rule_not_in_pack", 12),
        ("deduct: 5}", "dedcut: 5}", "misspelt_key", 12),
        ("deduct: 5}", "deduct: 5, bonus: 1}", "deduct_or_bonus", 12),
        ("deduct: 5}", "deduct: -5}", "out_of_range", 12),
        ("class: customer_critical", "class: critical", "misspelt_choice", 10),
        ("id: tone", "id: responsibility", "repeated_id", 13),
        ("judge: human", "judge: rules", "rules_missing", 13),
        ("judge: human", "judge: both", "rules_missing", 13),
        ("judge: human", "judge: classifer", "misspelt_choice", 16),
        ("judge: human", "judge: human\n        classifier_deduct: 2", "classifier_not_asked", 17),
        ("points: 10", "points: 10\n        judge: classifier", "rules_not_asked", 12),
        ("points: 10", "points: 10\n        only_if: shirkin", "rule_misspelt", 10),
        ("points: 10", "points: 10\n        onlyif: shirking", "misspelt_key", 10),
        ("points: 10", "points: 10\n        total_at_most: 50", "total_without_fatal", 10),
        ("points: 10", "points: 10\n        fatal: call\n        total_at_mots: 50", "misspelt_key", 11),
        ("points: 10", "points: 10\n        cap: 11", "cap_beyond_points", 10),
        ("points: 10", "points: 1.005", "two_decimals", 9),
        ("deduct: 5}", "bonus: 5}", "points_never_lost", 9),
        ("name: 服务态度", "name: 服务态度\n    on_totl: true", "misspelt_key", 6),
        ("name: 服务态度", "name: 服务态度\n    bonuscap: 5", "misspelt_key", 6),
        ("class: customer_critical", "fatal: call", "fatal_but_ordinary", 10),
        ("deduct: 5}", "deduct: 5}\n          - {rule: shirking, deduct: 1}", "repeated_id", 13),
        ("points: 10", "points: .nan", "not_number", 9),
        ("version: 1", "version: 1\ngrades: [{name: 好, at_least: 60}]", "grades_not_descending", 3),
        (
            "version: 1",
            "version: 1\ngrades: [{name: 差, at_least: 0}, {name: 好, at_least: 60}]",
            "grades_not_descending",
            3,
        ),
    ],
)
def test_a_mistake_says_its_line(before: str, after: str, code: str, line: int) -> None:
    found = [(reason.code, reason.facts["line"]) for reason in mistakes(GOOD.replace(before, after, 1))]
    assert (f"scoring.{code}", line) in found


def test_a_fatal_item_needs_something_to_set_it_off() -> None:
    text = GOOD.replace("deduct: 5", "bonus: 5").replace("points: 10", "points: 10\n        fatal: call")
    assert [reason.code for reason in mistakes(text)] == ["scoring.fatal_without_deduction"]


@pytest.mark.parametrize("name", shipped_scorecards())
def test_shipped_cards_fit_their_packs_and_have_a_hundred_points(name: str) -> None:
    card = load_scorecard(name)
    assert name in shipped_packs()
    check_against(card, shipped_pack(name))
    shares = [section for section in card.sections if not section.on_total]
    assert sum(item.worth for section in shares for item in section.items) == (100 if shares else 0)


def test_the_standard_card_has_the_handbooks_four_heads() -> None:
    names: list[Any] = [section.name for section in load_scorecard("inbound-service").sections]
    assert names == ["基本服务用语", "服务态度", "处理技巧", "准确度"]


def test_a_bonus_that_could_win_back_nothing_is_a_mistake_unless_it_is_on_the_total() -> None:
    extra = (
        "  - id: extra\n    name: 附加分\n    items:\n"
        "      - {id: more, name: 主动, points: 0, rules: [{rule: shirking, bonus: 2}]}\n"
    )
    assert [reason.code for reason in mistakes(GOOD + extra)] == ["scoring.section_without_points"]
    parse_scorecard(GOOD + extra.replace("附加分", "附加分\n    on_total: true"))


def test_a_section_on_the_total_has_nothing_to_zero() -> None:
    text = GOOD.replace("name: 服务态度", "name: 服务态度\n    on_total: true").replace(
        "class: customer_critical", "class: customer_critical\n        fatal: section"
    )
    assert [(one.code, one.facts["line"]) for one in mistakes(text)] == [("scoring.nothing_to_zero", 12)]
