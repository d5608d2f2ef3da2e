"""Every word of the pages is in the catalogue, in both languages."""

import re
import string
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from jinja2 import Environment

from api.console.review_views import SCRIPT_WORDS
from api.console.wording import is_of, wording
from models.call import AgentStage, Direction
from models.ledger import RecordingState
from models.reason import Language
from models.score import ItemClass, ItemState
from models.transcript import Role
from pipeline.results.feedback import REOPENED
from storage.calls.calls import Order

CONSOLE = Path(__file__).parents[2] / "api" / "console"
TEMPLATES = sorted((CONSOLE / "templates").glob("*.html"))
SPOKEN_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "label", "value"}
LETTER = re.compile(r"[^\W\d_]")


class Spoken(HTMLParser):
    """What a reader would read in a template: its text and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        unseen = tag in {"option", "button"} or dict(attrs).get("type") in {"hidden", "checkbox", "radio"}
        spoken = SPOKEN_ATTRIBUTES - {"value"} if unseen else SPOKEN_ATTRIBUTES
        self.words += [value or "" for name, value in attrs if name in spoken]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def slots(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_have_the_same_words_with_the_same_slots() -> None:
    chinese, english = wording("zh").sentences, wording("en").sentences
    assert set(chinese) == set(english)
    assert {key for key in chinese if slots(chinese[key]) != slots(english[key])} == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_word_is_text_and_given_once(language: Language) -> None:
    texts = [path.read_text("utf8") for path in (CONSOLE / "wording").iterdir() if is_of(path.name, language)]
    assert all(isinstance(value, str) and value for value in wording(language).sentences.values())
    lines = [line for text in texts for line in text.splitlines()]
    keys = [line.split(":")[0].strip('"') for line in lines if line and line[0] not in "# "]
    assert len(keys) == len(set(keys))
    assert {key for text in texts for key in yaml.safe_load(text)} == set(keys)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_of_its_own(template: Path) -> None:
    # Between the template's tags is HTML; what they put in there is marked by a digit, which nobody reads as a word.
    pieces = Environment(autoescape=True).lex(template.read_text("utf8"))
    html, inside = "", False
    for _, kind, value in pieces:
        if kind in {"variable_begin", "block_begin", "comment_begin"}:
            inside = True
            html += "0" if kind == "variable_begin" else ""
        elif kind in {"variable_end", "block_end", "comment_end"}:
            inside = False
        elif kind == "data" and not inside:
            html += value
    spoken = Spoken()
    spoken.feed(html)
    assert [words.strip() for words in spoken.words if LETTER.search(words.replace("×", ""))] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_asks_for_words_that_exist(template: Path) -> None:
    asked = set(re.findall(r"""\bt\('([\w-]+)'[,)]""", template.read_text("utf8")))
    assert asked <= set(wording("zh").sentences)


def test_every_value_a_page_may_show_has_its_word() -> None:
    shown = {
        "state_": [*RecordingState, "queued"],
        "stage_": AgentStage,
        "direction_": Direction,
        "role_": Role,
        "critical_": ItemClass,
        "class_": [one for one in ItemClass if one is not ItemClass.ORDINARY],
        "item_": [one for one in ItemState if one is not ItemState.JUDGED],
        "sort_": [one for one in Order if one is not Order.QUEUED],
        "title_": ["calls", "queue", "quarantine", "docs"],
    }
    needed = {prefix + value for prefix, values in shown.items() for value in values}
    assert needed <= set(wording("zh").sentences)


def test_every_word_is_used() -> None:
    reports = (CONSOLE.parent / "reports").glob("*.py")
    source = "\n".join(path.read_text("utf8") for path in [*TEMPLATES, *CONSOLE.glob("*.py"), *reports])
    made = re.findall(r"""t\('(\w+_)' \+|f"(\w+_)\{""", source) + re.findall(r"macro (fact|choice)\(", source)
    prefixes = tuple({one for pair in made for one in (pair if isinstance(pair, tuple) else (pair,)) if one})
    prefixes += ("fact_", "field_", "flag_")
    named = set(re.findall(r"""["'](\w+)["']""", source))
    scripts = "\n".join(path.read_text("utf8") for path in (CONSOLE / "static").rglob("*.js"))
    named |= {SCRIPT_WORDS + key for key in re.findall(r"""["'](\w+)["']""", scripts)}
    prefixes += tuple(SCRIPT_WORDS + one for one in re.findall(r"say\(`(\w+_)\$\{", scripts))
    unused = {key for key in wording("zh").sentences if key not in named and not key.startswith(prefixes)}
    assert unused == set()


def test_scripts_and_styles_carry_no_words() -> None:
    for path in (path for path in (CONSOLE / "static").rglob("*") if path.is_file()):
        assert not re.search(r"[\u4e00-\u9fff]", path.read_text("utf8")), path.name


RECORDED = re.compile(r"""\brecord\(\s*session,\s*\w+(?:\(\))?,\s*f?"([\w.{}]+)\"""")
OUR_CODE = tuple(path for room in ("api", "pipeline") for path in (CONSOLE.parents[1] / room).rglob("*.py"))


def test_whatever_is_written_into_the_audit_log_can_be_asked_for_in_words() -> None:
    texts = [path.read_text("utf8") for path in OUR_CODE]
    actions = {action for text in texts for action in RECORDED.findall(text) if "{" not in action}
    targets = {target for text in texts for target in re.findall(r'\btarget="(\w+)"', text)}
    assert len(actions) > 25
    actions.add(REOPENED)
    named = set(wording("zh").sentences)
    wanted = {f"did_{action.replace('.', '_')}" for action in actions}
    wanted |= {f"did_{action.split('.')[0]}" for action in actions} | {f"target_{target}" for target in targets}
    assert wanted - named == set()
