"""What editors are told about packs and scorecards."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from scoring.operators import OPERATORS
from scoring.pack import shipped_packs
from scoring.schema import pack_schema, scorecard_schema
from scoring.scorecard import shipped_scorecards
from tests.scoring.test_pack import GOOD as PACK
from tests.scoring.test_scorecard import GOOD as CARD

COMMITTED = Path(__file__).parents[2] / "docs" / "schema"
PACKS = Draft202012Validator(pack_schema())
CARDS = Draft202012Validator(scorecard_schema())


def shipped(kind: str, name: str) -> Any:
    return yaml.safe_load((resources.files("scoring") / kind / f"{name}.yaml").read_text("utf8"))


@pytest.mark.parametrize("name", shipped_packs())
def test_shipped_packs_fit(name: str) -> None:
    assert [error.json_path for error in PACKS.iter_errors(shipped("packs", name))] == []


@pytest.mark.parametrize("name", shipped_scorecards())
def test_shipped_scorecards_fit(name: str) -> None:
    assert [error.json_path for error in CARDS.iter_errors(shipped("scorecards", name))] == []


def test_the_schemas_are_schemas() -> None:
    Draft202012Validator.check_schema(pack_schema())
    Draft202012Validator.check_schema(scorecard_schema())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("role: agent", "roel: agent"),
        ("role: agent", "role: agnt"),
        ("phrase:", "frase:"),
        ("effect: violation", "effect: bad"),
        ("[不归我们管]", "不归我们管"),
        ("agent: 这个", "客服: 这个"),
        ("role: agent", "regex: 找"),
        ("role: agent", "after: {frase: [投诉]}"),
        ("role: agent", "within: soon"),
        ("regex: 自己去?找", "duration: {at_least: 3}, after: {phrase: [投诉]}"),
        ("regex: 自己去?找", "silence: {at_least: 0}"),
    ],
)
def test_a_wrong_pack_does_not_fit(before: str, after: str) -> None:
    assert PACKS.is_valid(yaml.safe_load(PACK))
    if ", after" in after:
        before, after = f"- {before}", f"- {{{after}}}"
    assert not PACKS.is_valid(yaml.safe_load(PACK.replace(before, after, 1)))


@pytest.mark.parametrize(
    ("before", "after"), [("deduct: 5", "dedcut: 5"), ("points: 10", "points: -1"), ("class: ", "klass: ")]
)
def test_a_wrong_scorecard_does_not_fit(before: str, after: str) -> None:
    assert CARDS.is_valid(yaml.safe_load(CARD))
    assert not CARDS.is_valid(yaml.safe_load(CARD.replace(before, after, 1)))


@pytest.mark.parametrize(
    "condition",
    [
        "{phrase: [抱歉], after: {phrase: [投诉]}, within: 20}",
        "{phrase: [抱歉], around: {phrase: [投诉]}, within: {turns: 2}}",
        "{if: {phrase: [投诉]}, then: {phrase: [抱歉]}, within: 5}",
        "{then: {first: {phrase: [投诉]}, next: {regex: 抱歉}}}",
        "{entity: {kind: phone}}",
        "{entity: {kind: [phone, id_card]}}",
    ],
)
def test_scopes_and_nested_conditions_fit(condition: str) -> None:
    pack = yaml.safe_load(PACK)
    pack["rules"][0]["when"] = yaml.safe_load(condition)
    assert [error.message for error in PACKS.iter_errors(pack)] == []


@pytest.mark.parametrize(
    "condition",
    [
        "{phrase: [抱歉], within: 20}",
        "{phrase: [抱歉], around: {phrase: [投诉]}}",
        "{phrase: [抱歉], before: {phrase: [投诉]}, after: {phrase: [投诉]}}",
    ],
)
def test_scopes_that_do_not_go_together_do_not_fit(condition: str) -> None:
    pack = yaml.safe_load(PACK)
    pack["rules"][0]["when"] = yaml.safe_load(condition)
    assert not PACKS.is_valid(pack)


@pytest.mark.parametrize("line", ["{agent: 您好, customer: 你好}", "{pause: 3}", "您好", "agnet: 您好"])
def test_lines_of_cases_that_nobody_or_two_people_say_do_not_fit(line: str) -> None:
    pack = yaml.safe_load(PACK)
    pack["rules"][0]["fires"] = [yaml.safe_load(line)]
    assert not PACKS.is_valid(pack)


def test_every_operator_can_be_completed_and_says_what_it_is() -> None:
    schema = pack_schema()
    offered = {option["$ref"].rpartition("/")[2] for option in schema["$defs"]["Condition"]["oneOf"]}
    assert offered == {operator.__name__ for operator in OPERATORS}
    assert [name for name in offered if not schema["$defs"][name].get("description")] == []
    assert "Anchored" not in json.dumps(schema)


@pytest.mark.parametrize(("name", "schema"), [("pack", pack_schema()), ("scorecard", scorecard_schema())])
def test_the_committed_copy_is_current(name: str, schema: dict[str, Any]) -> None:
    committed = json.loads((COMMITTED / f"{name}.json").read_text("utf8"))
    assert committed == schema, f"write docs/schema/{name}.json anew from scoring.schema.{name}_schema()"
