"""A Whisper model of CTranslate2 as functions: sound to states, states to tokens, tokens to words with times.

With asr/speech.py the only door to faster_whisper. Not fork-safe: use threads, or start processes by spawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from asr.audio import WHISPER_RATE, Samples
from asr.mandarin import mandarin_files
from models.errors import BadSetting, MissingPart

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

WHOLE_SECONDS = 30.0
WHOLE_STATES = 1500
STATES_A_SECOND = 50
FRAMES_A_STATE = 2
TEXTS_AT_ONCE = 8
LEAST_PROBABILITY = 1e-12
"""Of a token; below, single precision has nothing to say."""


@dataclass(frozen=True, slots=True)
class Written:
    """Tokens of text, without the end mark; `log_probability` is the mean over tokens."""

    tokens: tuple[int, ...]
    log_probability: float
    no_speech: float
    capped: bool


class SpeechModel:
    """May be used by many threads at once: `copies` of them run side by side, each on `threads` cores."""

    def __init__(
        self, model_dir: Path, *, device: str, compute_type: str, copies: int, threads: int, prompt: str
    ) -> None:
        """`device` "auto" is the GPU if there is one; `compute_type` "default" is int8 on a CPU, as stored on a GPU.

        Raises:
            MissingPart: faster-whisper is not installed.
            BadSetting: CTranslate2 cannot load the folder, or not in that way on this machine.
        """
        device = device if device != "auto" else best_device()
        self.on_cpu = device == "cpu"
        if self.on_cpu and compute_type == "default":
            compute_type = "int8"
        self._model = _load(model_dir, device, compute_type, copies, threads)
        self._tokenizer = _tokenizer_of(self._model)
        self.prompt = self.prompt_of(prompt)

    def prompt_of(self, text: str) -> list[int]:
        """What the decoder is given to begin with, as if it had written the text before."""
        return list(self._model.get_prompt(self._tokenizer, self._tokenizer.encode(text), without_timestamps=True))

    @property
    def device(self) -> str:
        return str(self._model.model.device)

    @property
    def compute_type(self) -> str:
        return str(self._model.model.compute_type)

    @property
    def tokens(self) -> int:
        """Tokens the model can write."""
        return int(self._model.hf_tokenizer.get_vocab_size())

    def encode(self, sounds: Sequence[Samples]) -> Samples:
        """Encoder states [sounds, states, width] of mono sounds of one length, at most WHOLE_SECONDS each."""
        features = np.stack([self._features(sound) for sound in sounds])
        states = self._model.model.encode(_storage(features), to_cpu=True)
        return np.asarray(states, np.float32)

    def _features(self, sound: Samples) -> Samples:
        frames = len(sound) * STATES_A_SECOND * FRAMES_A_STATE // WHISPER_RATE
        return np.asarray(self._model.feature_extractor(sound)[:, :frames], np.float32)

    @cached_property
    def silence(self) -> Samples:
        """States [WHOLE_STATES, width] of digital silence."""
        (states,) = self.encode([np.zeros(round(WHOLE_SECONDS * WHISPER_RATE), np.float32)])
        return np.asarray(states)

    def write(
        self, states: Samples, *, beam: int, most: int, no_repeat: int = 0, endless: bool = False
    ) -> list[Written]:
        """What the decoder makes of states [strips, states, width], in at most `most` tokens each.

        `endless` is for measuring: no end is allowed before `most`, so that every strip costs the same.
        """
        results = self._model.model.generate(
            _storage(states),
            [self.prompt] * len(states),
            beam_size=beam,
            max_length=len(self.prompt) + most,
            no_repeat_ngram_size=no_repeat,
            suppress_tokens=[*self._suppressed, self._tokenizer.eot] if endless else self._suppressed,
            return_scores=True,
            return_no_speech_prob=True,
        )
        return [self._written(result, most) for result in results]

    def _written(self, result: Any, most: int) -> Written:
        sequence = result.sequences_ids[0]
        tokens = tuple(token for token in sequence if token < self._tokenizer.eot)
        # CTranslate2 divides by the length without the end mark, whose probability is in the sum.
        log_probability = float(result.scores[0]) * len(tokens) / (len(tokens) + 1)
        return Written(tokens, log_probability, float(result.no_speech_prob), capped=len(sequence) >= most)

    @cached_property
    def _suppressed(self) -> list[int]:
        from faster_whisper.transcribe import get_suppressed_tokens  # noqa: PLC0415 - as in _load

        return list(get_suppressed_tokens(self._tokenizer, [-1]))

    def text(self, tokens: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(tokens)))

    def likelihoods(self, states: Samples, texts: Sequence[str], seconds: float) -> list[float]:
        """Of each text the sum of its tokens' log-probabilities, given those before, for states [1, states, width].

        Some texts at a time: each is decoded with a copy of the states' keys and values.
        """
        frames = round(seconds * STATES_A_SECOND * FRAMES_A_STATE)
        found: list[float] = []
        for some in (texts[at : at + TEXTS_AT_ONCE] for at in range(0, len(texts), TEXTS_AT_ONCE)):
            tokens = [list(self._tokenizer.encode(text)) for text in some]
            aligned = self._model.model.align(_storage(states.repeat(len(some), axis=0)), self.prompt, tokens, frames)
            found += [float(np.log(np.maximum(one.text_token_probs, LEAST_PROBABILITY)).sum()) for one in aligned]
        return found

    def align(
        self, states: Samples, tokens: Sequence[Sequence[int]], seconds: Sequence[float]
    ) -> list[list[dict[str, Any]]]:
        """Words with times by cross-attention and dynamic time warping (faster-whisper's). Each strip has tokens."""
        frames = [round(one * STATES_A_SECOND * FRAMES_A_STATE) for one in seconds]
        written = [list(one) for one in tokens]
        return list(self._model.find_alignment(self._tokenizer, written, _storage(states), frames))


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


def best_device() -> str:
    """What `device` "auto" means here.

    Raises:
        MissingPart: faster-whisper is not installed.
    """
    return "cuda" if _ctranslate2().get_cuda_device_count() else "cpu"


def cpu_compute_types() -> set[str]:
    """What CTranslate2 can calculate in on this CPU.

    Raises:
        MissingPart: faster-whisper is not installed.
    """
    return set(_ctranslate2().get_supported_compute_types("cpu"))


def library_version() -> str:
    """CTranslate2's.

    Raises:
        MissingPart: faster-whisper is not installed.
    """
    return str(_ctranslate2().__version__)


def _ctranslate2() -> Any:
    try:
        import ctranslate2  # noqa: PLC0415 - as in _load
    except ImportError as error:
        raise MissingPart("asr.no_faster_whisper") from error
    return ctranslate2


def _load(model_dir: Path, device: str, compute_type: str, copies: int, threads: int) -> "WhisperModel":
    try:
        # Imported when first needed: it is an extra that may be missing, and slow to load.
        from faster_whisper import WhisperModel  # noqa: PLC0415
    except ImportError as error:
        raise MissingPart("asr.no_faster_whisper") from error
    try:
        return WhisperModel(
            str(model_dir),
            device=device,
            compute_type=compute_type,
            cpu_threads=threads,
            num_workers=copies,
            # A GPU does not feel the size of the vocabulary.
            files=mandarin_files(model_dir) if device == "cpu" else None,
        )
    except (RuntimeError, ValueError) as error:
        raise BadSetting("asr.model_unusable", folder=str(model_dir), what=str(error)) from error


def _tokenizer_of(model: "WhisperModel") -> "Tokenizer":
    from faster_whisper.tokenizer import Tokenizer  # noqa: PLC0415 - as in _load

    return Tokenizer(model.hf_tokenizer, multilingual=True, task="transcribe", language="zh")


def _storage(values: Samples) -> Any:
    return _ctranslate2().StorageView.from_array(np.ascontiguousarray(values))
