"""Whisper's weights with the vocabulary that Mandarin calls need, cut down while they are loaded.

Whisper knows 51,865 tokens, three quarters of them words of other languages. Each decoded token is compared to all:
in `base` that is half the decoder's work. A smaller table gives the same scores to the tokens that stay (the softmax
then shares out what the others had), and nobody can hear Thai in line noise any more. Nothing is written to disk.

What stays: special tokens but time stamps, everything Chinese, pieces of characters (any text can still be spelled,
byte by byte), and Latin that is frequent, short, or in capitals: WiFi, APP, ETC, VIP, 5G.
"""

import json
import re
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from models.errors import BadSetting

FREQUENT = 6000
"""Tokens are numbered by how frequent they were when the vocabulary was made."""

SHORT = 3
CAPITALS = 6

_OURS = re.compile(r"[\x00-\x7f\u3000-\u303f\u3400-\u9fff\uff00-\uffef·…—‘-”℃]+")
_FOREIGN_MERGE = re.compile(r"[\u0400-\u06ff\u0900-\u0eff\u1100-\u11ff\u3040-\u30ff\uac00-\ud7af]")
_TIME_STAMP = re.compile(r"<\|\d+\.\d\d\|>")
_CAPITALS = re.compile(rf"[A-Z0-9]{{1,{CAPITALS}}}")

VERSION, LENGTH, NUMBER, BYTE = "<I", "<H", "<I", "<B"
"""Fields of CTranslate2's model.bin (version 6 of the format): little-endian, strings with a zero behind."""


def mandarin_files(model_dir: Path) -> dict[str, Any]:
    """The model's files by name, for faster-whisper's and CTranslate2's `files`.

    Raises:
        BadSetting: a file is missing or is not what Whisper models have.
    """
    try:
        tokenizer = json.loads((model_dir / "tokenizer.json").read_text("utf8"))
        config = json.loads((model_dir / "config.json").read_text("utf8"))
        size = _rows(model_dir)
        kept = kept_tokens(tokenizer)
        with (model_dir / "model.bin").open("rb") as weights:
            model = b"".join(_cut_weights(weights, size, kept))
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise BadSetting("asr.model_unusable", folder=str(model_dir), what=str(error)) from error
    numbers = {old: new for new, old in enumerate(kept)}
    names = _every_token(tokenizer)
    files = {
        "model.bin": model,
        "config.json": json.dumps(_renumbered(config, numbers)).encode(),
        "tokenizer.json": json.dumps(_cut_tokenizer(tokenizer, numbers)).encode(),
        "vocabulary.json": json.dumps([names[old] for old in kept]).encode(),
    }
    extra = model_dir / "preprocessor_config.json"
    return files | ({extra.name: extra.read_bytes()} if extra.is_file() else {})


def _rows(model_dir: Path) -> int:
    """How many tokens the weights know: time stamps are not in every tokenizer.json."""
    listed = model_dir / "vocabulary.json"
    if listed.is_file():
        return len(json.loads(listed.read_text("utf8")))
    return len((model_dir / "vocabulary.txt").read_text("utf8").removesuffix("\n").split("\n"))


def kept_tokens(tokenizer: Mapping[str, Any]) -> list[int]:
    """The numbers of the tokens that stay, ascending, from the contents of a tokenizer.json."""
    vocabulary: dict[str, int] = tokenizer["model"]["vocab"]
    special = {token["id"]: token["content"] for token in tokenizer["added_tokens"]}
    to_bytes = _bytes_of_letters()
    kept = {name for name, at in vocabulary.items() if at not in special and _stays(name, at, to_bytes)}
    for left, right in reversed(_merges(tokenizer)):
        if left + right in kept:  # what it is put together from, so that text is cut into tokens as ever
            kept |= {left, right}
    numbers = {vocabulary[name] for name in kept}
    return sorted(numbers | {at for at, name in special.items() if not _TIME_STAMP.fullmatch(name)})


def _stays(name: str, at: int, to_bytes: Mapping[str, int]) -> bool:
    raw = bytes(to_bytes[letter] for letter in name)
    text = raw.decode("utf8", "replace")
    if "\ufffd" in text:
        return not _FOREIGN_MERGE.search(text)
    if not _OURS.fullmatch(text.strip() or " "):
        return False
    latin = text.strip().isascii()
    return not latin or at < FREQUENT or len(text.strip()) <= SHORT or _CAPITALS.fullmatch(text.strip()) is not None


def _bytes_of_letters() -> dict[str, int]:
    """GPT-2's letters for bytes: printable ones are themselves, the others are counted from U+0100."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(0x100) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {chr(0x100 + i): byte for i, byte in enumerate(others)}


def _merges(tokenizer: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs = (merge.split(" ") if isinstance(merge, str) else merge for merge in tokenizer["model"]["merges"])
    return [(left, right) for left, right in pairs]


def _every_token(tokenizer: Mapping[str, Any]) -> dict[int, str]:
    """Names by number, special tokens and all."""
    names = {at: name for name, at in tokenizer["model"]["vocab"].items()}
    return names | {token["id"]: token["content"] for token in tokenizer["added_tokens"]}


def _cut_tokenizer(tokenizer: Mapping[str, Any], numbers: Mapping[int, int]) -> dict[str, Any]:
    vocabulary = {name: numbers[at] for name, at in tokenizer["model"]["vocab"].items() if at in numbers}
    merges = [[a, b] for a, b in _merges(tokenizer) if a in vocabulary and b in vocabulary and a + b in vocabulary]
    added = [token | {"id": numbers[token["id"]]} for token in tokenizer["added_tokens"] if token["id"] in numbers]
    model = {**tokenizer["model"], "vocab": vocabulary, "merges": merges}
    return {**tokenizer, "model": model, "added_tokens": added, "post_processor": None}


def _renumbered(config: Mapping[str, Any], numbers: Mapping[int, int]) -> dict[str, Any]:
    def new(olds: Iterable[int]) -> list[int]:
        return [numbers[old] for old in olds if old in numbers]

    return {
        name: new(value) if name in {"lang_ids", "suppress_ids", "suppress_ids_begin"} else value
        for name, value in config.items()
    }


def _cut_weights(file: BinaryIO, size: int, kept: list[int]) -> Iterable[bytes]:
    """model.bin with only the kept rows of every table that has one row a token."""

    def read(form: str) -> int:
        return int(struct.unpack(form, file.read(struct.calcsize(form)))[0])

    def name() -> bytes:
        length = file.read(2)
        return length + file.read(struct.unpack(LENGTH, length)[0])

    version = read(VERSION)
    yield struct.pack(VERSION, version)
    yield name()
    yield file.read(4)
    variables = read(NUMBER)
    yield struct.pack(NUMBER, variables)
    for _ in range(variables):
        yield name()
        rank = read(BYTE)
        shape = [read(NUMBER) for _ in range(rank)]
        kind, length = file.read(1), read(NUMBER)
        content = file.read(length)
        if shape and shape[0] == size:
            row = length // size
            content = b"".join(content[at * row : (at + 1) * row] for at in kept)
            shape[0] = len(kept)
        yield struct.pack(BYTE, rank) + struct.pack(f"<{rank}I", *shape) + kind + struct.pack(NUMBER, len(content))
        yield content
    yield file.read()
