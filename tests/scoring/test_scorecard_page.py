"""docs/scorecards.md: its keys are those there are, and its example comes out as it says."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from models.finding import Answer
from scoring.card_item import Item, Move
from scoring.prescore import pre_score
from scoring.scorecard import CardFile, Scorecard, Section, parse_scorecard
from tests.scoring.test_prescore import result

PAGE = (Path(__file__).parents[2] / "docs" / "scorecards.md").read_text("utf8")
EXAMPLE = PAGE[PAGE.index("## Example") :]


def rows(first_column: str, text: str = EXAMPLE) -> list[list[str]]:
    """The cells of the table whose first column is headed so."""
    body = text.split(f"| {first_column} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body]


@pytest.fixture(scope="module")
def card() -> Scorecard:
    (text,) = re.findall(r"```yaml\n(.*?)```", EXAMPLE, re.DOTALL)
    return parse_scorecard(text)


@pytest.mark.parametrize(
    ("heading", "model"), [("card", CardFile), ("section", Section), ("item", Item), ("move", Move)]
)
def test_every_key_is_told(heading: str, model: type[BaseModel]) -> None:
    text = re.split(rf"### (?:The|An?) {heading}\n", PAGE)[1].split("\n#", 1)[0]
    told = {key for row in rows("key", text) for key in re.findall(r"`([\w_]+)`", row[0])}
    assert told == {info.alias or name for name, info in model.model_fields.items()}


def test_the_example_comes_out_as_it_says(card: Scorecard) -> None:
    answers = [result(rule, Answer(answer), int(times or 1)) for rule, answer, times in rows("rule")]
    score = pre_score(card, answers)
    assert [
        [item.id, item.state, f"{item.lost:g}", f"{item.won:g}"] for section in score.sections for item in section.items
    ] == [row[:4] for row in rows("item")]
    assert [[one.id, f"{one.got:g}", f"{one.points:g}"] for one in score.sections] == [
        row[:3] for row in rows("section")
    ]
    assert f"**the total is {score.total}**, the grade {score.grade}." in EXAMPLE
    assert f"**the coverage is {100 * score.coverage:g} %**" in EXAMPLE
    assert f"The critical errors are {'、'.join(score.critical)}." in EXAMPLE


def test_the_page_leads_to_the_schema() -> None:
    assert (Path(__file__).parents[2] / "docs" / "schema" / "scorecard.json").is_file()
    assert "(schema/scorecard.json)" in PAGE
