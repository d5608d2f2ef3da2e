"""The matcher on phrases as Whisper writes them and on near misses: the figures that the documentation quotes."""

from pathlib import Path

import pytest
import yaml

from models.finding import Answer
from scoring.normalise import normalise
from scoring.phrases import PhraseIndex
from tests.scoring.made_call import ask, call

CORPUS = yaml.safe_load((Path(__file__).parent / "matcher_corpus.yaml").read_text("utf8"))
RECALL, PRECISION = 0.99, 0.975
BY_SOUND_ALONE = {"我帮您查一下", "挂断电话", "要饭的来了"}
"""Near misses that sound alike and are no word of their own: a sound cannot tell them."""


def cases(kind: str) -> list[list[str]]:
    return [line.split(" | ", 2) for line in CORPUS[kind]]


def found(phrase: str, text: str, unless: str = "") -> bool:
    excuse = f", unless: '{unless}'" if unless else ""
    return ask(f"{{phrase: ['{phrase}']{excuse}}}", call({"agent": text})).answer is Answer.HIT


def test_recall_and_precision() -> None:
    said, near = cases("said"), cases("near")
    assert min(len(said), len(near)) >= 120
    hits = sum(found(*case) for case in said)
    wrong = [case[0] for case in near if found(*case)]
    assert set(wrong) <= BY_SOUND_ALONE
    assert hits / len(said) >= RECALL
    assert hits / (hits + len(wrong)) >= PRECISION


def test_exact_matching_alone_would_not_do() -> None:
    said = [(normalise(phrase).text, normalise(text).text) for phrase, text in cases("said")]
    assert sum(phrase in text for phrase, text in said) / len(said) < 0.1


@pytest.mark.parametrize("case", [case for case in cases("near") if len(case) == 3], ids=lambda case: case[0])
def test_what_no_sound_tells_the_rule_must(case: list[str]) -> None:
    phrase, text, unless = case
    assert found(phrase, text), "the words are there, or sound so"
    assert not found(phrase, text, unless)


def test_all_phrases_in_one_index_find_what_each_finds_alone() -> None:
    pairs = [(normalise(case[0]).text, normalise(case[1]).text) for case in (*cases("said"), *cases("near"))]
    together = PhraseIndex(phrase for phrase, _ in pairs)
    for phrase, text in pairs:
        alone = PhraseIndex([phrase]).find(text).get(phrase, [])
        assert together.find(text).get(phrase, []) == alone
