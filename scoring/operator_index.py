"""The index of the operators' pages (docs/operators), written from the operators themselves."""

import re
import sys
from inspect import cleandoc

from scoring.operators import OPERATORS
from scoring.operators.operator import Operator

HEAD = """\
# What a rule can ask

<!-- Written by scoring.operator_index.index(); a test compares them. -->

A rule's `when` is a condition: one of these operators with its parameters. Each answers *hit*, *clean*, *cannot judge*
or *not applicable*; `all`, `any` and `not` join the answers by Kleene's three-valued logic. Where in the call an
operator looks is said by its [scope](scopes.md).

For completion and checking while typing, give your editor the JSON Schema of packs: begin the file with
`# yaml-language-server: $schema=../schema/pack.json` (the path from your file to docs/schema; `scorecard.json` for
scorecards).

| operator | asks whether | scope |
|---|---|---|
"""


def index() -> str:
    """The text of docs/operators/README.md."""
    return HEAD + "".join(_row(operator) for operator in OPERATORS)


def summary(operator: type[Operator]) -> str:
    """What it asks, in a line: of its class, or of its file."""
    own = operator.__dict__.get("__doc__") or sys.modules[operator.__module__].__doc__ or ""
    first = cleandoc(own).split("\n\n", maxsplit=1)[0].replace("\n", " ")
    # A file's docstring begins with how the operator is written.
    return re.sub(r"^`[^`]*`: (.)", lambda match: match[1].upper(), first)


def _row(operator: type[Operator]) -> str:
    key = operator.KEY
    return (
        f"| [`{key}`]({key}.md) | {summary(operator).replace('|', chr(92) + '|')} | {', '.join(scopes(operator))} |\n"
    )


def scopes(operator: type[Operator]) -> list[str]:
    """The scope keys that may stand beside it."""
    own = [key for key in ("role", "turns", "seconds", "share", "within") if key in operator.model_fields]
    near = ["before/after/around"] if operator.SCOPE_KEYS else []
    return [f"`{key}`" for key in [*own, *near]] or ["the whole call"]
