"""Whisper through faster-whisper and CTranslate2. With asr/speech.py the only door to faster_whisper.

How it is fast on a CPU without losing words:

* Windows are laid end to end into strips (asr/strips.py), and a strip is encoded only as long as it is. A decoder
  that sees no silence behind the speech does not know when to stop and loops; so the encoder's own output for
  silence, computed once, is put behind each strip. The decoder then sees what it was
  trained on, and the encoder has done a fraction of the work.
* Only doubtful strips (asr/gates.py) are decoded again: their windows apart, then
  with the whole 30 s encoded, then with loops forbidden. Nothing is sampled: the same sound gives the same text.

Not fork-safe: use threads, or start processes by spawn.
"""

import hashlib
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from asr.audio import Samples
from asr.gates import (
    HARM,
    NO_SPEECH_PROBABILITY,
    STOCK_PHRASE,
    UNHEARD,
    Attempt,
    doubts,
    is_stock,
    spoken_characters,
    unheard,
)
from asr.strips import Strip, batches, lay_end_to_end
from asr.text import tidy_text
from asr.transcriber import Heard, TranscriberFacts, Window
from models.errors import BadSetting, MissingPart
from models.transcript import Word

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

PROMPT = "以下是普通话的句子，有标点符号。"
"""Makes Whisper write simplified characters and punctuation; words of the trade in it would be heard in noise."""

WHOLE_SECONDS = 30.0
FRAMES_A_SECOND = 100
STATES_A_SECOND = 50
"""The encoder halves the frames."""

HEARD_STATES = 1000
"""States the decoder attends to, of Whisper's 1500: fewer cost less each token; below this short strips loop."""

OWN_SILENCE = 0.3
"""Seconds of real silence encoded behind a strip."""

TOKENS_A_SECOND = 14.0
SPARE_TOKENS = 16
MOST_TOKENS = 224
"""Whisper's own cap. Mandarin at nine characters a second costs 12 tokens a second: more is a loop."""

APPENDED = "、。，．：；！？,.:;!?”’）》%％"
"""Marks that belong to the word before them."""


@dataclass(frozen=True, slots=True)
class Manner:
    """One way to decode. `whole`: encode all 30 s instead of borrowing silence."""

    beam: int
    whole: bool = False
    no_repeat: int = 0


FIRST = Manner(beam=5)
AGAIN = (Manner(beam=5), Manner(beam=5, whole=True), Manner(beam=5, whole=True, no_repeat=6))
"""For doubtful windows, each by itself; the next is tried where the one before left doubts."""


@dataclass(frozen=True, slots=True, eq=False)
class _Outcome:
    """What one manner gave for a strip: words with strip times, and the doubts about them."""

    strip: Strip
    words: tuple[Word, ...]
    flags: tuple[str, ...]
    log_probability: float

    @property
    def doubtfulness(self) -> tuple[int, float]:
        return sum(HARM[flag] for flag in self.flags), -self.log_probability


class WhisperTranscriber:
    """A CTranslate2 Whisper model. One instance may be used by many threads at once."""

    def __init__(
        self,
        model_dir: Path,
        *,
        device: Literal["auto", "cpu", "cuda"] = "auto",
        compute_type: str = "default",
        threads: int = 0,
        batch_size: int = 8,
    ) -> None:
        """`threads` 0 takes all cores; `compute_type` "default" is int8 on a CPU, the stored type on a GPU.

        Raises:
            MissingPart: faster-whisper is not installed.
            BadSetting: CTranslate2 cannot load the folder, or not in that way on this machine.
        """
        self._model_dir = model_dir
        self._batch_size = batch_size
        workers = threads or len(os.sched_getaffinity(0))
        self._model = _load(model_dir, device, compute_type, workers)
        self._on_cpu = self._model.model.device == "cpu"
        self._tokenizer = _tokenizer_of(self._model)
        self._prompt = self._model.get_prompt(self._tokenizer, self._tokenizer.encode(PROMPT), without_timestamps=True)
        self._workers = workers if self._on_cpu else 1
        self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix="whisper")

    @cached_property
    def facts(self) -> TranscriberFacts:
        with (self._model_dir / "model.bin").open("rb") as weights:
            sha256 = hashlib.file_digest(weights, "sha256").hexdigest()
        options = {
            "device": self._model.model.device,
            "compute_type": self._model.model.compute_type,
            "prompt": PROMPT,
            "beams": ",".join(str(manner.beam) for manner in (FIRST, *AGAIN)),
        }
        return TranscriberFacts("whisper", self._model_dir.name, sha256, options)

    def transcribe(self, windows: Sequence[Window]) -> list[Heard]:
        """One Heard per window, in order; doubtful text is kept and flagged."""
        heard = [Heard(window) for window in windows]
        for outcome in self._settled(lay_end_to_end(windows)):
            for at, words in _shared_out(outcome.strip, outcome.words).items():
                heard[at] = Heard(windows[at], words, outcome.flags if words else ())
        return heard

    def _settled(self, strips: Sequence[Strip]) -> list[_Outcome]:
        """Outcomes for all windows: strips that left no doubt, and the best that was made of the others' windows."""
        first = self._decoded(strips, FIRST)
        settled = [outcome for outcome in first if not outcome.flags]
        doubtful = [single for outcome in first if outcome.flags for single in outcome.strip.apart()]
        best = {_only(one.strip): one for one in first if one.flags and len(one.strip.places) == 1}
        for manner in AGAIN:
            for outcome in self._decoded(doubtful, manner):
                at = _only(outcome.strip)
                best[at] = min(best.get(at, outcome), outcome, key=lambda one: one.doubtfulness)
            doubtful = [strip for strip in doubtful if best[_only(strip)].flags]
        return settled + list(best.values())

    def _decoded(self, strips: Sequence[Strip], manner: Manner) -> list[_Outcome]:
        work = self._pool.map(
            lambda batch: self._decode(batch, manner), batches(strips, self._batch_size, self._workers)
        )
        return [outcome for outcomes in work for outcome in outcomes]

    def _decode(self, batch: Sequence[Strip], manner: Manner) -> list[_Outcome]:
        """One batch. A strip's outcome does not depend on the company it is decoded in."""
        states = self._states(batch, whole=manner.whole or not self._on_cpu)
        most = [min(MOST_TOKENS, round(strip.seconds * TOKENS_A_SECOND) + SPARE_TOKENS) for strip in batch]
        results = self._model.model.generate(
            _storage(states),
            [self._prompt] * len(batch),
            beam_size=manner.beam,
            max_length=len(self._prompt) + max(most),
            no_repeat_ngram_size=manner.no_repeat,
            suppress_tokens=self._suppressed,
            return_scores=True,
            return_no_speech_prob=True,
        )
        written = [
            [token for token in one.sequences_ids[0][:cap] if token < self._tokenizer.eot]
            for one, cap in zip(results, most, strict=True)
        ]
        words = self._aligned(batch, states, written)
        return [
            self._judged(strip, words[i], written[i], results[i], capped=len(results[i].sequences_ids[0]) >= most[i])
            for i, strip in enumerate(batch)
        ]

    def _judged(
        self, strip: Strip, words: tuple[Word, ...], tokens: Sequence[int], result: Any, *, capped: bool
    ) -> _Outcome:
        log_probability = float(result.scores[0]) * len(tokens) / (len(tokens) + 1)
        text = tidy_text(self._tokenizer.decode(list(tokens)))
        flags = doubts(Attempt(text, log_probability, result.no_speech_prob, capped, strip.seconds), PROMPT)
        shared = _shared_out(strip, words)
        if any(_is_stock(said) for said in shared.values()):
            flags = tuple(sorted({*flags, STOCK_PHRASE}))
        if (tokens or result.no_speech_prob < NO_SPEECH_PROBABILITY) and any(
            unheard(shared[place.at], place.window.start, place.window.end) for place in strip.places
        ):
            flags = tuple(sorted({*flags, UNHEARD}))
        return _Outcome(strip, words, flags, log_probability)

    def _states(self, batch: Sequence[Strip], *, whole: bool) -> Samples:
        """What the decoder attends to, [strips, states, width]: whole 30 s, or as long as each is and silence behind.

        One strip is encoded at a time: on a CPU a batch of encoders falls out of the cache and takes 1.7 times as long.
        """
        if whole:
            return np.concatenate([self._encoded(strip.samples(WHOLE_SECONDS)) for strip in batch])
        return np.concatenate([self._with_silence(self._encoded(strip.samples(_filled(strip)))) for strip in batch])

    def _encoded(self, samples: Samples) -> Samples:
        """Encoder states [1, states, width] of mono sound."""
        frames = len(samples) * FRAMES_A_SECOND // self._model.feature_extractor.sampling_rate
        features = self._model.feature_extractor(samples)[None, :, :frames]
        return np.asarray(self._model.model.encode(_storage(features.astype(np.float32)), to_cpu=True), np.float32)

    def _with_silence(self, states: Samples) -> Samples:
        """The states as if silence had been encoded behind them, up to HEARD_STATES."""
        return np.concatenate([states, self._silence[:, states.shape[1] : HEARD_STATES]], axis=1)

    @cached_property
    def _silence(self) -> Samples:
        return self._encoded(np.zeros(round(WHOLE_SECONDS * self._model.feature_extractor.sampling_rate), np.float32))

    @cached_property
    def _suppressed(self) -> list[int]:
        from faster_whisper.transcribe import get_suppressed_tokens  # noqa: PLC0415 - as in _load

        return list(get_suppressed_tokens(self._tokenizer, [-1]))

    def _aligned(
        self, batch: Sequence[Strip], states: Samples, written: Sequence[Sequence[int]]
    ) -> list[tuple[Word, ...]]:
        """Words with strip times, by cross-attention and dynamic time warping (faster-whisper's)."""
        words: list[tuple[Word, ...]] = [()] * len(batch)
        said = [i for i, tokens in enumerate(written) if tokens]
        if said:
            found = self._model.find_alignment(
                self._tokenizer,
                [list(written[i]) for i in said],
                _storage(states[said]),
                [round(batch[i].seconds * FRAMES_A_SECOND) for i in said],
            )
            for i, timings in zip(said, found, strict=True):
                words[i] = _words(timings)
        return words


def download(model: str, cache_dir: Path) -> Path:
    """A named size from the hub (or its mirror, by HF_ENDPOINT), kept in `cache_dir`.

    Raises:
        BadSetting: no such size.
        MissingPart: faster-whisper is not installed, or the hub cannot be reached.
    """
    try:
        from faster_whisper.utils import available_models, download_model  # noqa: PLC0415 - as in _load
    except ImportError as error:
        raise MissingPart("asr.no_faster_whisper") from error
    if "/" not in model and model not in available_models():
        raise BadSetting("asr.unknown_model", model=model, known=", ".join(available_models()))
    try:
        return Path(download_model(model, cache_dir=str(cache_dir)))
    except (OSError, ValueError) as error:
        raise MissingPart("asr.no_download", model=model) from error


def _load(model_dir: Path, device: str, compute_type: str, workers: int) -> "WhisperModel":
    try:
        # Imported when first needed: they are an extra that may be missing, and slow to load.
        import ctranslate2  # noqa: PLC0415
        from faster_whisper import WhisperModel  # noqa: PLC0415
    except ImportError as error:
        raise MissingPart("asr.no_faster_whisper") from error
    if device == "auto":
        device = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
    if device == "cpu" and compute_type == "default":
        compute_type = "int8"
    try:
        return WhisperModel(
            str(model_dir), device=device, compute_type=compute_type, cpu_threads=1, num_workers=workers
        )
    except (RuntimeError, ValueError) as error:
        raise BadSetting("asr.model_unusable", folder=str(model_dir), what=str(error)) from error


def _tokenizer_of(model: "WhisperModel") -> "Tokenizer":
    from faster_whisper.tokenizer import Tokenizer  # noqa: PLC0415 - as in _load

    return Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language="zh")


def _storage(values: Samples) -> Any:
    import ctranslate2  # noqa: PLC0415 - as in _load

    return ctranslate2.StorageView.from_array(np.ascontiguousarray(values))


def _words(timings: Iterable[dict[str, Any]]) -> tuple[Word, ...]:
    """Whisper's words; a mark joins the word before it, whose end stays where the voice ended."""
    words: list[Word] = []
    for timing in timings:
        text = str(timing["word"])
        if words and text.strip() and all(character in APPENDED for character in text.strip()):
            words[-1] = replace(words[-1], text=words[-1].text + text)
        elif text:
            words.append(Word(text, float(timing["start"]), float(timing["end"]), float(timing["probability"])))
    return tuple(words)


def _shared_out(strip: Strip, words: Sequence[Word]) -> dict[int, tuple[Word, ...]]:
    """The strip's words per window, with times of the recording."""
    shared: dict[int, list[Word]] = {place.at: [] for place in strip.places}
    for word in words:
        place = strip.place_of((word.start + word.end) / 2)
        window = place.window
        shift = window.start - place.offset
        start = min(max(word.start + shift, window.start), window.end)
        end = min(max(word.end + shift, start), window.end)
        confidence = round(min(max(word.confidence, 0.0), 1.0), 4)
        shared[place.at].append(Word(word.text, round(start, 3), round(end, 3), confidence))
    return {at: tuple(said) for at, said in shared.items()}


def _is_stock(words: Sequence[Word]) -> bool:
    spoken = spoken_characters(tidy_text("".join(word.text for word in words)))
    return bool(spoken) and is_stock(spoken)


def _filled(strip: Strip) -> float:
    """Seconds a strip is encoded for: whole states, and a little silence of its own before that which is borrowed."""
    return float(np.ceil((strip.seconds + OWN_SILENCE) * STATES_A_SECOND) / STATES_A_SECOND)


def _only(strip: Strip) -> int:
    """The number of the window of a strip that has one."""
    return strip.places[0].at
