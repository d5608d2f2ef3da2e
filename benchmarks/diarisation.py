"""One-channel calls: how well two voices are told apart, how often the agent is found, and what it costs.

    python -m benchmarks.diarisation sample_audio
    python -m benchmarks.diarisation sample_audio --one-speaker FOLDER_OF_CLIPS_OF_ONE_PERSON
    python -m benchmarks.diarisation sample_audio --whisper callqa-data/cache/models

Two-channel calls are mixed to one first. The diarisation error rate is (confused + missed + false alarm) / speech,
without 0.25 s around every edge and without overlaps; the truth's lines include breaths, which count as missed. A
character of the truth has the right role, the wrong one or none. One-speaker material is each channel of the
two-channel calls by itself, and the clips, 16 at a time through 8 kHz: none of it may be called two.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
import yaml

from asr.audio import WHISPER_RATE, Audio, Samples
from asr.decode import decode
from asr.scripted import ScriptedLine, ScriptedTranscriber
from asr.speakers import FEWEST_WINDOWS, Speakers, tell_apart
from asr.speech import Span, speech_in
from asr.transcribe import transcribe
from asr.transcriber import Transcriber
from asr.weights import find_model
from asr.whisper import WhisperTranscriber
from models.transcript import Role, Transcript

COLLAR = 0.25
FRAME = 0.01
MAX_SECONDS = 4 * 3600
CLIPS_AT_ONCE = 16


@dataclass(frozen=True)
class Mixed:
    """A call as one channel, with its truth."""

    stem: str
    audio: Audio
    lines: list[dict[str, Any]]
    same_gender: bool

    @property
    def sound(self) -> Samples:
        return Audio(self.audio.samples.sum(axis=0, keepdims=True), self.audio.rate, "", 0).heard_by_whisper(0)


def calls_of(folder: Path) -> list[Mixed]:
    calls = []
    for file in sorted((folder / "truth").glob("*.json")):
        truth = json.loads(file.read_text("utf8"))
        script = yaml.safe_load((folder / "scripts" / f"{file.stem}.yaml").read_text("utf8"))
        audio = decode(folder / "calls" / truth["file"], name=truth["file"], max_seconds=MAX_SECONDS)
        genders = {script[f"{role}_voice"][:2] for role in ("agent", "customer")}
        calls.append(Mixed(file.stem, audio, truth["lines"], len(genders) == 1))
    return calls


def frames(spans: Iterable[Span], count: int) -> np.ndarray:
    marked = np.zeros(count, bool)
    for span in spans:
        marked[max(0, round(span.start / FRAME)) : round(span.end / FRAME)] = True
    return marked


def errors(call: Mixed, speakers: Speakers) -> dict[str, float]:
    """Seconds of each kind of error, and of speech judged."""
    count = round(call.audio.seconds / FRAME)
    lines = {
        role: [Span(one["start"], one["end"]) for one in call.lines if one["role"] == role]
        for role in ("agent", "customer")
    }
    truth = np.stack([frames(lines[role], count) for role in lines])
    edges = [edge for spans in lines.values() for span in spans for edge in (span.start, span.end)]
    judged = ~frames([Span(edge - COLLAR, edge + COLLAR) for edge in edges], count) & ~truth.all(axis=0)
    found = np.stack([frames(speakers.spans(who), count) for who in (0, 1)])
    confused = min(
        (judged & truth[::way].any(0) & found.any(0) & ~(truth[::way] & found).any(0)).sum() for way in (1, -1)
    )
    return {
        "confused": float(confused) * FRAME,
        "missed": float((judged & truth.any(0) & ~found.any(0)).sum()) * FRAME,
        "false": float((judged & ~truth.any(0) & found.any(0)).sum()) * FRAME,
        "speech": float((judged & truth.any(0)).sum()) * FRAME,
    }


def roles(call: Mixed, transcript: Transcript) -> Counter[str]:
    """Characters heard, by whether the truth's line at their moment has their role."""
    told: Counter[str] = Counter()
    for turn in transcript.turns:
        for word in turn.words:
            moment = (word.start + word.end) / 2
            true = {one["role"] for one in call.lines if one["start"] <= moment <= one["end"]}
            if len(true) == 1:
                right = "right" if turn.role in true else "wrong"
                told["unknown" if turn.role is Role.UNKNOWN else right] += len(word.text)
    return told


def heard(call: Mixed, transcriber: Transcriber, folder: Path) -> Transcript:
    path = folder / f"{call.stem}.wav"
    soundfile.write(path, call.audio.samples.sum(axis=0), call.audio.rate, "FLOAT")
    return transcribe(
        path, file=path.name, sha256=call.stem, transcriber=transcriber, agent_channel="left", max_seconds=MAX_SECONDS
    )


def scripted(calls: Iterable[Mixed]) -> ScriptedTranscriber:
    return ScriptedTranscriber(
        {call.stem: [ScriptedLine(0, one["text"], one["start"], one["end"]) for one in call.lines] for call in calls}
    )


def alone(calls: Iterable[Mixed], clips: Path | None) -> dict[str, Speakers]:
    """One speaker at a time."""
    found = {}
    for call in calls:
        for channel, role in enumerate(("agent", "customer")[: call.audio.channels if call.audio.channels == 2 else 0]):
            sound = call.audio.heard_by_whisper(channel)
            own = [Span(one["start"], one["end"]) for one in call.lines if one["role"] == role]
            spans = tuple(span for span in speech_in(sound) if shared(span, own) > 0.5 * span.seconds)
            found[f"{call.stem} {role}"] = tell_apart(sound, spans)
    files = sorted(clips.glob("*.flac")) if clips else []
    for at in range(0, len(files), CLIPS_AT_ONCE):
        sound = np.concatenate([telephone(file) for file in files[at : at + CLIPS_AT_ONCE]])
        found[f"clips from {files[at].stem}"] = tell_apart(sound, speech_in(sound))
    return found


def shared(span: Span, others: Iterable[Span]) -> float:
    return sum(max(0.0, min(span.end, one.end) - max(span.start, one.start)) for one in others)


def telephone(file: Path) -> Samples:
    samples, rate = soundfile.read(file, dtype="float32")
    narrow = soxr.resample(soxr.resample(samples, rate, 8000), 8000, WHISPER_RATE)
    return np.concatenate([narrow, np.zeros(WHISPER_RATE // 2)]).astype(np.float32)


def leave_one_out(two: Mapping[str, float], one: Mapping[str, float]) -> tuple[int, float, float]:
    """Wrong decisions when each call's threshold comes from the other calls, and the lowest and highest threshold."""
    wrong, thresholds = 0, []
    for stem in {*two, *(name.split()[0] for name in one)}:
        rest_two = [value for name, value in two.items() if name != stem]
        rest_one = [value for name, value in one.items() if name.split()[0] != stem]
        threshold = (min(rest_two) + max(rest_one)) / 2
        thresholds.append(threshold)
        wrong += stem in two and two[stem] < threshold
        wrong += sum(value >= threshold for name, value in one.items() if name.split()[0] == stem)
    return wrong, min(thresholds), max(thresholds)


def report_errors(title: str, results: list[dict[str, float]]) -> None:
    speech = sum(one["speech"] for one in results)
    parts = {kind: sum(one[kind] for one in results) / max(speech, FRAME) for kind in ("confused", "missed", "false")}
    said = "  ".join(f"{kind} {part:.2%}" for kind, part in parts.items())
    print(f"{title:24} {len(results):3} calls  {speech:6.0f} s   DER {sum(parts.values()):.2%}  ({said})")


def run(folder: Path, clips: Path | None, cache: Path | None) -> None:
    calls = calls_of(folder)
    transcriber: Transcriber = scripted(calls)
    if cache:
        transcriber = WhisperTranscriber(find_model("base", cache), device="cpu")
    speakers, cost = told_apart(calls)
    with tempfile.TemporaryDirectory() as temporary:
        began = time.process_time()
        told = {call.stem: roles(call, heard(call, transcriber, Path(temporary))) for call in calls}
        hearing = time.process_time() - began
    for stem, one in speakers.items():
        print(f"{stem:34} {one.count:6} {one.separation:5.2f}  agent {verdict(told[stem]):8} {dict(told[stem])}")
    split = [call for call in calls if speakers[call.stem].count == "two"]
    print(f"\n{len(split)} of {len(calls)} two-speaker calls told apart")
    report_errors("all told apart", [errors(call, speakers[call.stem]) for call in split])
    report_errors("same gender", [errors(call, speakers[call.stem]) for call in split if call.same_gender])
    report_alone(speakers, alone(calls, clips))
    report_roles(list(told.values()))
    seconds = sum(call.audio.seconds for call in calls)
    print(f"processor time a second of audio: telling apart {cost / seconds * 1000:.1f} ms,", end=" ")
    print(f"transcribing with it {hearing / seconds * 1000:.1f} ms")


def told_apart(calls: Iterable[Mixed]) -> tuple[dict[str, Speakers], float]:
    """Speakers of each call, and the processor time that took."""
    sounds = {call.stem: call.sound for call in calls}
    spans = {stem: speech_in(sound) for stem, sound in sounds.items()}
    first = next(iter(sounds))
    tell_apart(sounds[first], spans[first])  # what is loaded once
    began = time.process_time()
    return {stem: tell_apart(sounds[stem], spans[stem]) for stem in sounds}, time.process_time() - began


def verdict(told: Counter[str]) -> str:
    if not told["right"] + told["wrong"]:
        return "unknown"
    return "right" if told["right"] > told["wrong"] else "wrong"


def report_alone(two: Mapping[str, Speakers], one: Mapping[str, Speakers]) -> None:
    wrongly = [name for name, speakers in one.items() if speakers.count == "two"]
    print(f"one speaker alone: {dict(Counter(speakers.count for speakers in one.values()))}; called two: {wrongly}")
    apart = {name: speakers.separation for name, speakers in two.items()}
    lone = {name: speakers.separation for name, speakers in one.items() if speakers.count == "one"}
    print(f"separation: two speakers from {min(apart.values()):.2f}, one speaker up to {max(lone.values()):.2f}")
    wrong, low, high = leave_one_out(apart, lone)
    print(f"leaving each call out: threshold {low:.2f} to {high:.2f}, {wrong} wrong (from {FEWEST_WINDOWS} windows)")


def report_roles(told: list[Counter[str]]) -> None:
    every = sum(told, Counter())
    shares = ", ".join(f"{kind} {every[kind] / every.total():.2%}" for kind in ("right", "wrong", "unknown"))
    print(f"agent: {dict(Counter(verdict(one) for one in told))}; characters: {shares}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("samples", type=Path, help="folder with calls/, truth/ and scripts/")
    parser.add_argument("--one-speaker", type=Path, help="folder of FLAC clips of one person")
    parser.add_argument("--whisper", type=Path, help="hear with Whisper base, its weights cached here, not the script")
    given = parser.parse_args()
    run(given.samples, given.one_speaker, given.whisper)


if __name__ == "__main__":
    main()
