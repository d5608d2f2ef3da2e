"""Transcripts named on the command line: files, folders of them, patterns, or stdin."""

import glob
import json
import math
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from models.call import METADATA_FIELDS, METADATA_JSON, Metadata
from models.errors import BadRecording, CallqaError, NotFound
from models.finding import Evidence, RuleResult
from models.transcript import TRANSCRIPT_JSON, Transcript

STDIN = "-"
SUFFIX = ".json"
"""What is taken from a folder; a file named outright is taken whatever its name."""


@dataclass(frozen=True, slots=True)
class GivenTranscript:
    """`file` is as it was named, or found; `metadata` is the transcript's own, if it brings any.

    Rules need turns in order of start. `order` says where each stands in the file, if that has them in another.
    """

    file: str
    transcript: Transcript
    metadata: Metadata
    order: tuple[int, ...]

    def as_in_file(self, results: Sequence[RuleResult]) -> tuple[RuleResult, ...]:
        """Results about the transcript, with turns numbered as they are in the file."""
        if self.order == tuple(range(len(self.order))):
            return tuple(results)
        return tuple(replace(one, evidence=tuple(map(self._renumbered, one.evidence))) for one in results)

    def turn_in_file(self, turn: int) -> int:
        return self.order[turn]

    def _renumbered(self, evidence: Evidence) -> Evidence:
        return evidence if evidence.turn is None else replace(evidence, turn=self.turn_in_file(evidence.turn))


def given_transcripts(paths: Sequence[str]) -> Iterator[tuple[str, GivenTranscript | CallqaError]]:
    """Each transcript, or why there is none, one at a time and in the order they were named.

    `paths` are files, folders (all `.json` below them, by name), patterns such as `out/*.json` where the shell left
    them alone, and `-` for stdin: one transcript after the other.
    """
    for path in paths:
        if path == STDIN:
            yield from _on_stdin()
            continue
        files = iter(_files(path))
        first = next(files, None)
        if first is None:
            missing = "pipeline.path_missing" if not Path(path).exists() else "batch.no_transcripts"
            yield path, NotFound(missing, path=path)
            continue
        for file in chain([first], files):
            yield file, _or_error(file)


def _files(path: str) -> Iterator[str]:
    if Path(path).is_dir():
        for folder, subfolders, names in os.walk(path):
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
            yield from (
                str(Path(folder, name))
                for name in sorted(names)
                if name.lower().endswith(SUFFIX) and not name.startswith(".")
            )
    elif Path(path).exists():
        yield path
    elif glob.has_magic(path):
        for found in sorted(glob.glob(path, recursive=True)):  # noqa: PTH207 - a whole path may be a pattern
            yield from _files(found)


def _or_error(file: str) -> GivenTranscript | CallqaError:
    try:
        return read_transcript(file, Path(file).read_bytes())
    except CallqaError as error:
        return error
    except OSError as error:
        return BadRecording("batch.transcript_unreadable", file=file, what=error.strerror or str(error))


def _on_stdin() -> Iterator[tuple[str, GivenTranscript | CallqaError]]:
    text = sys.stdin.buffer.read().decode("utf-8-sig", "replace").lstrip()
    decoder, at, number = json.JSONDecoder(), 0, 0
    while at < len(text):
        number += 1
        name = f"{STDIN}{number}" if number > 1 else STDIN
        try:
            content, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            yield name, _not_json(name, error)
            return
        at = end + len(text[end:]) - len(text[end:].lstrip())
        try:
            yield name, _transcript(name, content)
        except BadRecording as error:
            yield name, error


def read_transcript(file: str, content: bytes) -> GivenTranscript:
    """A transcript from its JSON: the keys of design.md, section 5; others are passed over.

    A key `metadata` beside them is what came with the call.

    Raises:
        BadRecording: it is none; says file and place.
    """
    try:
        return _transcript(file, json.loads(content.decode("utf-8-sig")))
    except json.JSONDecodeError as error:
        raise _not_json(file, error) from error
    except UnicodeDecodeError as error:
        raise BadRecording("batch.transcript_not_utf8", file=file) from error
    except RecursionError as error:
        raise BadRecording("batch.not_a_transcript", file=file, where="-", what="nested too deeply") from error


def _transcript(file: str, content: Any) -> GivenTranscript:
    if not isinstance(content, dict):
        raise BadRecording("batch.transcript_no_object", file=file)
    heard = {key: value for key, value in content.items() if value is not None}
    try:
        transcript = TRANSCRIPT_JSON.validate_python(heard)
    except ValidationError as error:
        wrong = [one for one in error.errors(include_url=False) if one["loc"][0] != "origin"]
        if wrong:
            raise _wrong(file, wrong[0]) from error
        # Rules do not ask who wrote it down, and other programs say that in their own words.
        del heard["origin"]
        transcript = TRANSCRIPT_JSON.validate_python(heard)
    _check_times(file, transcript)
    _check_listened(file, transcript)
    order = tuple(sorted(range(len(transcript.turns)), key=lambda index: transcript.turns[index].start))
    place = {index: at for at, index in enumerate(order)}
    transcript = replace(
        transcript,
        turns=tuple(transcript.turns[index] for index in order),
        listened=tuple(replace(one, turn=place[one.turn]) for one in transcript.listened),
    )
    return GivenTranscript(file, transcript, _metadata(file, heard.get("metadata", {})), order)


def _metadata(file: str, content: Any) -> Metadata:
    try:
        own = TypeAdapter(dict[str, Any]).validate_python(content)
        extra = {**own.pop("extra", {}), **{key: own[key] for key in own if key not in METADATA_FIELDS}}
        written = {key: str(value) for key, value in extra.items() if value is not None}
        known = {key: own[key] for key in own if key in METADATA_FIELDS}
        return METADATA_JSON.validate_python({**known, "extra": written})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _wrong(file, {**first, "loc": ("metadata", *first["loc"])}) from error


def _check_times(file: str, transcript: Transcript) -> None:
    """JSON may hold NaN and Infinity, which no second of a call is."""
    for index, turn in enumerate(transcript.turns):
        times = [turn.start, turn.end, turn.confidence]
        for word in turn.words:
            times += [word.start, word.end, word.confidence]
        if not all(map(math.isfinite, times)) or turn.end < turn.start:
            where = f"turns.{index}"
            raise BadRecording("batch.transcript_times", file=file, where=where, start=turn.start, end=turn.end)
    if not math.isfinite(transcript.recording.seconds):
        raise BadRecording("batch.not_a_transcript", file=file, where="recording.seconds", what="not a finite number")


def _check_listened(file: str, transcript: Transcript) -> None:
    """What was listened for stands in the text of a turn."""
    turns = transcript.turns
    for index, one in enumerate(transcript.listened):
        wrong = {
            "phrase": None if one.phrase else "is empty",
            "turn": None if 0 <= one.turn < len(turns) else f"is {one.turn} of {len(turns)} turns",
            "likeness": None if 0 <= one.likeness <= 1 else "is not between 0 and 1",
            "gain": None if math.isfinite(one.gain) else "is not a finite number",
        }
        if wrong["turn"] is None:
            (begin, end), length = one.span, len(turns[one.turn].text)
            wrong["span"] = None if 0 <= begin < end <= length else f"is no part of the turn's {length} characters"
        for key, what in wrong.items():
            if what is not None:
                raise BadRecording("batch.not_a_transcript", file=file, where=f"listened.{index}.{key}", what=what)


def _not_json(file: str, error: json.JSONDecodeError) -> BadRecording:
    return BadRecording("batch.transcript_not_json", file=file, line=error.lineno, column=error.colno, what=error.msg)


def _wrong(file: str, error: ErrorDetails) -> BadRecording:
    where = ".".join(map(str, error["loc"]))
    if error["type"] == "missing":
        return BadRecording("batch.transcript_lacks", file=file, where=where)
    return BadRecording("batch.not_a_transcript", file=file, where=where, what=error["msg"])
