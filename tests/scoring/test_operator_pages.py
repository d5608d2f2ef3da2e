"""One page per operator and one for scopes: whole, true of the operator, and with an example that works."""

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from scoring.cases import check_cases
from scoring.operator_index import index
from scoring.operators import BY_KEY, OPERATORS
from scoring.operators.operator import Operator, Scoped
from scoring.pack import parse_pack
from scoring.reach import Distance
from tests.starter_kept import starter_turns

PAGES = Path(__file__).parents[2] / "docs" / "operators"
HEADINGS = ["What it asks", "Parameters", "Three answers", "Known limits", "Example"]
NAMES = [*BY_KEY, "scopes"]


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text("utf8")


def section(name: str, heading: str) -> str:
    return page(name).split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]


def test_the_index_is_current() -> None:
    assert page("README") == index(), "write docs/operators/README.md anew from scoring.operator_index.index()"


def test_there_is_a_page_for_each_and_no_other() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == {*NAMES, "README"}


@pytest.mark.parametrize("name", NAMES)
def test_the_same_headings_everywhere(name: str) -> None:
    assert re.findall(r"^## (.*)$", page(name), re.MULTILINE) == HEADINGS
    answers = re.findall(r"^- \*\*(.*?)\*\*: .", section(name, "Three answers"), re.MULTILINE)
    assert answers == ["Hit", "Clean", "Cannot judge"]
    assert all(len(section(name, heading).strip()) > 20 for heading in HEADINGS)


def parameters(annotation: Any) -> Iterator[str]:
    """The keys of the models in a type; conditions inside, and what `within` may be, are other pages' matter."""
    model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    if model and not issubclass(annotation, (Operator, Distance)):
        for name, info in annotation.model_fields.items():
            yield info.alias or name
            yield from parameters(info.annotation)
    for part in get_args(annotation):
        yield from parameters(part)


def own_keys(operator: type[Operator]) -> Iterator[str]:
    """Where an operator's own key has a mapping, the keys in there; scopes have their own page."""
    for name, info in operator.model_fields.items():
        if name not in Scoped.model_fields:
            inner = list(parameters(info.annotation))
            yield from inner or [info.alias or name]


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.KEY)
def test_every_parameter_is_explained_and_no_other(operator: type[Operator]) -> None:
    explained = re.findall(r"^\| `(\w+)` \|", section(operator.KEY, "Parameters"), re.MULTILINE)
    assert set(explained) == set(own_keys(operator))


@pytest.mark.parametrize("name", NAMES)
def test_the_example_is_a_rule_that_does_what_its_cases_say(name: str) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", section(name, "Example"), re.DOTALL)
    pack = parse_pack(f"pack: example\nversion: 1\nrules:\n-\n{indent(example, '  ')}", f"{name}.md")
    assert check_cases(pack, starter_turns() if pack.asks_classifier else None) == []
    (rule,) = pack.rules
    assert rule.fires
    assert rule.silent
    used = [part.KEY for part in rule.when.walk()]
    assert (name if name != "scopes" else "<anchored>") in used
