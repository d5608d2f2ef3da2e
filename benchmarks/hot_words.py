"""Do a rule pack's phrases in Whisper's prompt help it hear them, more than they make it hear what nobody said?

    python -m benchmarks.hot_words sample_audio/calls sample_audio/truth --cache callqa-data/cache/models

Each list of phrases goes behind (or instead of) our own prompt; the calls are prepared once, only the hearing differs.
For each list: how many of the times its phrases were said they were written, how often they were written where they
were not said, the character error rate, and what of it was written over hiss, music and tones with no speech
detection in front. Lists: `pack` holds phrases of the shipped rules from all over the pack, said or not; `said` and
`unsaid` only those that some call does or none does contain; `quotes` what an inspector quotes from these very calls
(the best case, which nobody has in practice).
"""

import argparse
import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soxr
import yaml

from asr import whisper
from asr.audio import WHISPER_RATE
from asr.gates import spoken_characters
from asr.text import tidy_text
from asr.transcribe import Prepared, prepare
from asr.transcriber import Heard, Window
from asr.weights import find_model
from asr.whisper import PROMPT, WhisperTranscriber
from benchmarks.character_errors import Errors, errors_in
from sample_audio import SCRIPTS
from scoring.pack import shipped_packs
from tests.asr.line_sounds import breaths, clicks, dialled, hold_music, modem, music, noise, on_and_off

MAX_SECONDS = 4 * 3600
SHORTEST_PHRASE, LONGEST_QUOTE = 3, 12
"""Characters; shorter ones (再见) need no help."""

NOISE_SECONDS = (4.0,)

NOBODY_SPEAKS = {
    "hiss": noise(6, 0.02),
    "pink": noise(6, 0.1, pink=True),
    "chords": music(6),
    "tune": hold_music(6),
    "ring-back": on_and_off((450,), 1, 4, 6),
    "keys": dialled("138001380001234567890123456789"),
    "modem": modem(6),
    "breath": breaths(6),
    "clicks": clicks(6),
}


@dataclass(frozen=True)
class Call:
    prepared: Prepared
    truth: Mapping[int, str]
    """All that is said on each channel."""


@dataclass(frozen=True)
class Hearing:
    """What one prompt made of everything: text by channel for each call, and what was written where nobody speaks."""

    texts: Sequence[Mapping[int, str]]
    flagged: int
    seconds: float
    nothing: Sequence[Heard]


def pack_phrases() -> list[str]:
    """Every literal phrase of the shipped packs, in their order."""
    folder = Path(__file__).parent.parent / "scoring" / "packs"
    found: dict[str, None] = {}
    for name in shipped_packs():
        rules = yaml.safe_load((folder / f"{name}.yaml").read_text("utf8"))["rules"]
        found |= dict.fromkeys(phrase for rule in rules for phrase in _phrases_in(rule["when"]))
    return [phrase for phrase in found if len(phrase) >= SHORTEST_PHRASE]


def _phrases_in(condition: Any) -> Iterator[str]:
    if isinstance(condition, dict):
        phrases = condition.get("phrase", [])
        yield from [phrases] if isinstance(phrases, str) else phrases
        for inner in condition.values():
            yield from _phrases_in(inner)
    elif isinstance(condition, list):
        for inner in condition:
            yield from _phrases_in(inner)


def quotes(stems: Sequence[str]) -> list[str]:
    """What a fair inspector quotes from these calls: said in them, and what rules look for."""
    found: dict[str, None] = {}
    for stem in stems:
        script = yaml.safe_load((SCRIPTS / f"{stem}.yaml").read_text("utf8"))
        found |= dict.fromkeys(spoken_characters(one["quote"]) for one in script["contains"] if "quote" in one)
    return [quote for quote in found if SHORTEST_PHRASE <= len(quote) <= LONGEST_QUOTE]


def lists(phrases: Sequence[str], calls: Sequence[Call]) -> dict[str, list[str]]:
    everything = "\n".join(spoken_characters(text) for call in calls for text in call.truth.values())
    spread = [phrases[at] for at in np.linspace(0, len(phrases) - 1, 40).astype(int)]
    return {
        "pack 10": spread[::4],
        "pack 40": spread,
        "pack, said": [phrase for phrase in phrases if phrase in everything][:40],
        "pack, unsaid": [phrase for phrase in phrases if phrase not in everything][::2][:40],
        "quotes": quotes([Path(call.prepared.recording.file).stem for call in calls])[:40],
    }


def heard_with(transcriber: WhisperTranscriber, prompt: str, windows: Sequence[Window]) -> list[Heard]:
    """What is heard with another prompt; the gate for prompt echoes is told of it too."""
    model = transcriber._model  # noqa: SLF001 - no setting: this is why
    usual = model.prompt
    model.prompt = model.prompt_of(prompt)
    whisper.PROMPT = prompt
    try:
        return transcriber.transcribe(windows)
    finally:
        model.prompt, whisper.PROMPT = usual, PROMPT


def hear(transcriber: WhisperTranscriber, prompt: str, calls: Sequence[Call]) -> Hearing:
    windows = [window for call in calls for window in call.prepared.windows]
    began = time.process_time()
    heard = {id(one.window): one for one in heard_with(transcriber, prompt, windows)}
    seconds = time.process_time() - began
    texts = []
    for call in calls:
        said: dict[int, str] = {}
        for window in sorted(call.prepared.windows, key=lambda window: window.start):
            said[window.channel] = said.get(window.channel, "") + written(heard[id(window)])
        texts.append(said)
    flagged = sum(len(spoken_characters(written(one))) for one in heard.values() if one.flags)
    return Hearing(texts, flagged, seconds, heard_with(transcriber, prompt, noise_windows()))


def line(how: str, hearing: Hearing, phrases: Sequence[str], calls: Sequence[Call]) -> str:
    errors = sum(
        (errors_in(_listed(texts), _listed(call.truth)) for texts, call in zip(hearing.texts, calls, strict=True)),
        Errors(),
    )
    said, found, invented = np.sum(
        [
            _hits(phrases, spoken_characters(truth), spoken_characters(texts.get(channel, "")))
            for texts, call in zip(hearing.texts, calls, strict=True)
            for channel, truth in call.truth.items()
        ],
        axis=0,
    )
    wrote = [(spoken_characters(written(one)), one.flags) for one in hearing.nothing]
    phrase_in_noise = sum(any(phrase in text for phrase in phrases) for text, _ in wrote)
    return (
        f"  {how:18} heard {found:3} of {said:3}   invented {invented:3}   "
        f"CER {errors.all / errors.said:.4f} ({errors.all} of {errors.said})   flagged {hearing.flagged:4}   "
        f"no speech: {sum(bool(text) for text, _ in wrote)} written, {phrase_in_noise} with a phrase, "
        f"{sum(bool(text) and not flags for text, flags in wrote)} unflagged   {hearing.seconds:.0f} s of processor"
    )


def written(one: Heard) -> str:
    return tidy_text("".join(word.text for word in one.words))


def _hits(phrases: Sequence[str], truth: str, text: str) -> tuple[int, int, int]:
    """Times said, times written of those, times written beyond them."""
    pairs = [(truth.count(phrase), text.count(phrase)) for phrase in phrases]
    return (
        sum(said for said, _ in pairs),
        sum(min(said, wrote) for said, wrote in pairs),
        sum(max(0, wrote - said) for said, wrote in pairs),
    )


def _listed(texts: Mapping[int, str]) -> dict[int, list[str]]:
    return {channel: [text] for channel, text in texts.items()}


def noise_windows() -> list[Window]:
    windows = []
    for name, sound in NOBODY_SPEAKS.items():
        samples = soxr.resample(sound, 8000, WHISPER_RATE).astype(np.float32)
        for seconds in NOISE_SECONDS:
            part = samples[: round(seconds * WHISPER_RATE)]
            label = f"{name} {seconds}"
            windows.append(Window(part, 0, 0.0, len(part) / WHISPER_RATE, label, label))
    return windows


def truth_of(file: Path) -> dict[int, str]:
    truth = json.loads(file.read_text("utf8"))
    said: dict[int, str] = {}
    for one in sorted(truth["lines"], key=lambda one: one["start"]):
        channel = one["channel"] if truth["layout"] == "stereo" else 0
        said[channel] = said.get(channel, "") + one["text"]
    return said


def load(calls: Path, truth: Path, every: int) -> list[Call]:
    loaded = []
    for path in [path for path in sorted(calls.iterdir()) if (truth / f"{path.stem}.json").is_file()][::every]:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        prepared = prepare(path, file=path.name, sha256=sha256, agent_channel="left", max_seconds=MAX_SECONDS)
        loaded.append(Call(prepared, truth_of(truth / f"{path.stem}.json")))
    return loaded


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("calls", type=Path, help="folder of recordings")
    parser.add_argument("truth", type=Path, help="folder of <stem>.json")
    parser.add_argument("--model", default="base")
    parser.add_argument("--cache", type=Path, default=Path("callqa-data/cache/models"))
    parser.add_argument("--every", type=int, default=1, help="only every so-many-th call")
    parser.add_argument("--lists", nargs="*", help="only these")
    parser.add_argument("--phrases", nargs="*", help="instead of the lists, for example names")
    parser.add_argument("--before", action="store_true", help="also with the list before our own prompt")
    given = parser.parse_args()
    transcriber = WhisperTranscriber(find_model(given.model, given.cache), device="cpu")
    calls = load(given.calls, given.truth, given.every)
    print(f"{len(calls)} calls, {len(noise_windows())} windows in which nobody speaks")
    usual = hear(transcriber, PROMPT, calls)
    chosen = {"given": given.phrases} if given.phrases else lists(pack_phrases(), calls)
    for name, phrases in chosen.items():
        if given.lists and name not in given.lists:
            continue
        listed = "、".join(phrases)
        print(f"\n{name}: {listed}")
        print(line("without", usual, phrases, calls), flush=True)
        ways = {"behind our prompt": f"{PROMPT}{listed}。"}
        if given.before:
            ways["before it"] = f"{listed}。{PROMPT}"
        for how, prompt in ways.items():
            print(line(how, hear(transcriber, prompt, calls), phrases, calls), flush=True)


if __name__ == "__main__":
    main()
