"""Why a text is not YAML, in our own words: the parser speaks of tokens, and often of the line after the slip."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from yaml.reader import ReaderError

QUOTED = 40
"""So many characters of the line are shown."""

SLIPS = (
    ("blank", re.compile(r"^[ ]*[\u3000\u00a0\ufeff\u200b]|:[\u3000\u00a0\u200b]")),
    ("wide_colon", re.compile(r"^\s*(- +)?[A-Za-z_]+：")),
    ("tight_colon", re.compile(r"^\s*(- +)?[A-Za-z_]+:[^ \t]")),
    ("dash", re.compile(r"^\s*(-[^\s-]|[－—–])")),
    ("quote", re.compile(r'^[^"]*"[^"]*("[^"]*"[^"]*)*$')),
)
"""What people do and the parser cannot name: each is looked for in the lines around the one it stopped at."""

PARSER = (
    ("tab", "'\\t' that cannot start"),
    ("character", "cannot start any token"),
    ("character", "alphabetic or numeric character"),
    ("character", "undefined alias"),
    ("colons", "mapping values are not allowed"),
    ("no_colon", "could not find expected ':'"),
    ("indent", "<block end>"),
    ("bracket", "expected ',' or"),
    ("documents", "another document"),
    ("tag", "could not determine a constructor"),
    ("large", "too many nodes"),
    ("deep", "nested too deeply"),
    ("merge", "merge key"),
    ("key", "not a plain key"),
    ("value", "unreadable value"),
)
"""Our name of a problem, and by which of PyYAML's words (or of scoring/definition.py's) it is known."""
SUSPECT = {"colons", "no_colon", "indent"}
"""Problems behind which one of the `SLIPS` may be."""
OPENED = {"bracket", "quote"}
"""Problems that are where something was opened, however far the parser went on."""


@dataclass(frozen=True, slots=True)
class YamlProblem:
    """`what` ends the name of its sentence, `scoring.yaml_<what>`; `text` is the line as written. Both count from 1."""

    what: str
    line: int
    column: int
    text: str


def yaml_problem(error: yaml.YAMLError, text: str) -> YamlProblem:
    """What is wrong with `text`, and where."""
    lines = text.splitlines()
    if isinstance(error, ReaderError):
        before = text[: error.position]
        line = before.count("\n") + 1
        return YamlProblem("control", line, len(before) - before.rfind("\n"), "")
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    what = _named(error)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    if what in SUSPECT:
        for number in _around(lines, line, context.line if context else line):
            slip = next((name for name, pattern in SLIPS if pattern.search(lines[number])), None)
            if slip is not None:
                return YamlProblem(slip, number + 1, 1, _shown(lines[number]))
    if what in OPENED and context:
        line, column = context.line, context.column
    return YamlProblem(what, line + 1, column + 1, _shown(lines[line]) if line < len(lines) else "")


def _named(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or ""
    if "quoted scalar" in (getattr(error, "context", None) or ""):
        return "quote"
    return next((name for name, words in PARSER if words in problem), "other")


def _around(lines: list[str], line: int, context: int) -> Iterator[int]:
    """The line a key began at that found no colon, the last one written before the parser stopped, and that itself."""
    before = (number for number in range(min(line, len(lines)) - 1, -1, -1) if lines[number].strip())
    near = [next(before, line), line]
    yield from (number for number in ([context, *near] if line - context <= 1 else near) if number < len(lines))


def _shown(line: str) -> str:
    line = line.strip()
    return line if len(line) <= QUOTED else f"{line[:QUOTED]}…"
