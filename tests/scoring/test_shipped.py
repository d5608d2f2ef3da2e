"""What ships does what its own cases say."""

import pickle

import pytest

from models.finding import Answer, Effect
from scoring.cases import check_cases
from scoring.pack import parse_pack, shipped_packs
from scoring.scorecard import check_against, load_scorecard, shipped_scorecards
from tests.scoring.shipped import shipped_pack
from tests.scoring.test_pack import GOOD


@pytest.mark.parametrize("name", shipped_packs())
def test_shipped_rules_do_what_their_cases_say(name: str) -> None:
    assert check_cases(shipped_pack(name)) == []


@pytest.mark.parametrize("name", shipped_packs())
def test_shipped_rules_say_why_and_have_cases(name: str) -> None:
    pack = shipped_pack(name)
    assert len(pack.rules) >= 25
    poor = [rule.id for rule in pack.rules if len(rule.fires) < 3 or len(rule.silent) < 3 or len(rule.why) < 10]
    assert poor == []
    assert {rule.effect for rule in pack.rules} == set(Effect)


@pytest.mark.parametrize("name", shipped_scorecards())
def test_shipped_scorecards_use_every_rule_of_their_pack_that_is_no_tag(name: str) -> None:
    pack, card = shipped_pack(name), load_scorecard(name)
    check_against(card, pack)
    moved = {move.rule for item in card.items for move in item.rules} | {item.only_if for item in card.items}
    assert [rule.id for rule in pack.rules if rule.effect is not Effect.TAG and rule.id not in moved] == []


@pytest.mark.parametrize("name", shipped_scorecards())
def test_shipped_scorecards_take_points_for_violations_and_give_them_for_praise(name: str) -> None:
    effects = {rule.id: rule.effect for rule in shipped_pack(name).rules}
    moves = [move for item in load_scorecard(name).items for move in item.rules]
    assert [move.rule for move in moves if move.deduct and effects[move.rule] is Effect.PRAISE] == []
    assert [move.rule for move in moves if move.bonus and effects[move.rule] is Effect.VIOLATION] == []


def test_packs_and_scorecards_ship_in_pairs() -> None:
    assert shipped_packs() == shipped_scorecards()


def test_a_rule_that_misses_its_case_is_reported() -> None:
    broken = GOOD + '      - "agent: 您自己查吧。"\n    silent:\n      - "agent: 您自己去找厂家。"\n'
    failures = check_cases(parse_pack(broken))
    assert [(one.kind, one.number, one.answer) for one in failures] == [
        ("fires", 2, Answer.CLEAN),
        ("silent", 1, Answer.HIT),
    ]


FROM_THE_DESIGN = """\
pack: service-standard
version: 3
rules:
  - id: shirking
    name: 推诿
    why: 把客户推给别人，是投诉升级最常见的原因
    when:
      any:
        - phrase: [不归我们管, 跟我们没关系]
          role: agent
        - regex: 你(去|自己)找(别人|厂家|售后)
          role: agent
    effect: violation            # violation | praise | tag
    fires:                       # the pack's own test cases
      - "agent: 这个不归我们管，你找售后。"
    silent:
      - "customer: 你们说不归你们管。"
"""


def test_the_pack_everybody_is_shown_works() -> None:
    assert check_cases(parse_pack(FROM_THE_DESIGN)) == []


def test_a_pack_goes_to_another_process_whole() -> None:
    pack = shipped_pack("inbound-service")
    assert check_cases(pickle.loads(pickle.dumps(pack))) == []
