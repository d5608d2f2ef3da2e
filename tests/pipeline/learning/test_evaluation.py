import json
from pathlib import Path
from typing import Any

import pytest

from models.errors import BadInput
from models.reason import Reason
from pipeline.learning.evaluation import evaluate_dialogues
from pipeline.learning.rated_file import Rated, read_rated
from scoring.starter.corpus import starter_corpus
from scoring.starter.rated import rated_dialogues


def written(number: int, satisfaction: float, **also: Any) -> dict[str, Any]:
    text = "太慢了，一直没有人管" if satisfaction < 0 else "好的谢谢，已经好了"
    turns = [{"role": "customer", "text": f"第{number}次来问"}, {"role": "agent", "text": "您好"}]
    return {"id": number, "turns": [*turns, {"role": "customer", "text": text}], "mean": {"S": satisfaction}, **also}


def votes(satisfaction: float) -> dict[str, Any]:
    return {"hist": {"S": {"-2": 4, "-1": 6, "0": 1} if satisfaction < 0 else {"0": 5, "1": 6}}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rated.jsonl"


def save(file: Path, lines: list[Any]) -> list[Rated]:
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf8")
    return read_rated(file)


def test_real_ones_teach_more_than_the_starter(file: Path) -> None:
    rated = save(
        file, [written(number, -1.2 if number % 3 == 0 else 0.6, **votes(-(number % 3 == 0))) for number in range(60)]
    )
    found = evaluate_dialogues(rated, rated_dialogues(starter_corpus())[:60])
    assert (found.dialogues, found.dissatisfied) == (60, 20)
    told = {one.who: one for one in found.told}
    assert list(told) == ["starter", "folds", "folds_both", "one_reader", "half_the_readers"]
    assert told["folds"].auc.value == 1.0
    assert told["folds"].auc.low <= told["folds"].auc.value <= told["folds"].auc.high
    assert told["one_reader"].auc.value < told["half_the_readers"].auc.value
    assert told["one_reader"].ece is None
    sure = told["folds"].ece
    assert sure is not None
    assert 0 <= sure.low <= sure.value <= sure.high < 0.2


def test_trained_on_another_file(file: Path) -> None:
    lines = [written(number, -1.2 if number % 2 else 0.6) for number in range(40)]
    rated = save(file, lines)
    found = evaluate_dialogues(rated, rated_dialogues(starter_corpus())[:60], rated, misses=3)
    assert [one.who for one in found.told] == ["starter", "trained", "trained_both"]
    assert len(found.misses) == 3
    assert found.misses[0].turns[0] == ("customer", f"第{found.misses[0].id}次来问")


def test_too_few_of_one_kind(file: Path) -> None:
    rated = save(file, [written(number, 0.5) for number in range(30)])
    with pytest.raises(BadInput) as refused:
        evaluate_dialogues(rated, ())
    assert refused.value.reason == Reason("pipeline.rated_too_few", {"dissatisfied": 0, "rest": 30, "needed": 10})


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("{", "–"),
        ('{"turns": [], "mean": {"S": 0}}', "turns"),
        ('{"turns": [{"role": "robot", "text": ""}], "mean": {"S": 0}}', "turns.0.role"),
        ('{"turns": [{"role": "agent", "text": "您好"}], "mean": {"S": 9}}', "mean.S"),
        ('{"turns": [{"role": "agent", "text": "您好"}], "mean": {"S": NaN}}', "mean.S"),
        ('{"turns": [{"role": "agent", "text": "您好"}]}', "mean"),
    ],
)
def test_a_wrong_line_is_named(file: Path, line: str, place: str) -> None:
    file.write_text(json.dumps(written(1, 0.5)) + "\n\n" + line, "utf8")
    with pytest.raises(BadInput) as refused:
        read_rated(file)
    assert refused.value.reason.facts["line"] == 3
    assert refused.value.reason.facts["place"] == place


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "pipeline.rated_unreadable"),
        ("您好".encode("gbk"), "pipeline.rated_unreadable"),
        (b"\n \n", "pipeline.rated_empty"),
    ],
)
def test_a_file_that_is_none(file: Path, content: bytes | None, code: str) -> None:
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        read_rated(file)
    assert refused.value.reason.code == code
    assert refused.value.reason.facts["file"] == str(file)
