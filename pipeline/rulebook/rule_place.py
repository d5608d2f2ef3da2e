"""Where in a pack's text a new rule goes, and how far it is indented; comments and layout stay as they are."""

from dataclasses import dataclass
from textwrap import indent

import yaml

from models.errors import BadDefinition
from scoring.definition import parse_definition


@dataclass(frozen=True, slots=True)
class Inserted:
    """`text` with the rule in it; `line` is its first line, `last` its last."""

    text: str
    line: int
    last: int


def insert_rule(text: str, rule: str, *, after: int | None = None, file: str = "-") -> Inserted:
    """The rule (YAML, not indented) behind the one that stands at line `after`, or behind the last.

    Raises:
        BadDefinition: the text is not YAML, or has no list `rules` written line by line to put it into.
    """
    parse_definition(text, file)  # says what is wrong better than the next line would
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    rules = _rules(root)
    if rules is None or (rules.flow_style and rules.value):
        raise BadDefinition("pipeline.no_rules_list", file=file, line=_line_of(root))
    lines = text.splitlines()
    if rules.flow_style or not rules.value:
        at, column = rules.start_mark.line, 2
        lines[at] = lines[at].replace("[]", "").rstrip()
    else:
        column = rules.start_mark.column
        at = _end(lines, rules, after)
    block = indent(rule, " " * column).splitlines()
    before, behind = lines[: at + 1], lines[at + 1 :]
    gap = [""] if before and before[-1].strip() and rules.value else []
    below = [""] if behind and behind[0].strip() else []
    first = len(before) + len(gap) + 1
    return Inserted("\n".join([*before, *gap, *block, *below, *behind]) + "\n", first, first + len(block) - 1)


def _rules(root: yaml.Node | None) -> yaml.SequenceNode | None:
    if not isinstance(root, yaml.MappingNode):
        return None
    found = (value for key, value in root.value if isinstance(key, yaml.ScalarNode) and key.value == "rules")
    rules = next(found, None)
    return rules if isinstance(rules, yaml.SequenceNode) else None


def _end(lines: list[str], rules: yaml.SequenceNode, after: int | None) -> int:
    """Index of the last line of the rule that stands at line `after`, or of the last rule, without comments behind."""
    nodes: list[yaml.Node] = rules.value
    behind = len(nodes) - 1
    if after is not None:
        behind = max((i for i, node in enumerate(nodes) if node.start_mark.line < after), default=behind)
    at = nodes[behind].end_mark.line
    at = min(at, len(lines)) - (1 if nodes[behind].end_mark.column == 0 or at >= len(lines) else 0)
    limit = nodes[behind].start_mark.line
    if behind + 1 < len(nodes):
        at = min(at, nodes[behind + 1].start_mark.line - 1)
    while at > limit and (not lines[at].strip() or lines[at].lstrip().startswith("#")):
        at -= 1
    return at


def _line_of(root: yaml.Node | None) -> int:
    return root.start_mark.line + 1 if root else 1
