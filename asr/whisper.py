"""Whisper on windows of any number of calls: what is encoded, what is decoded together, what is decoded again.

How it is fast on a CPU without losing words:

* Windows are laid end to end into strips (asr/strips.py), and a strip is encoded only as long as it is and a second
  more: encoding all of 30 s costs six times what 12 s do.
* A decoder that sees no silence behind the speech loops, and one that sees it for a few seconds only hears worse. So
  states of silence, encoded once, are put behind: some that follow at once, and some spread over the
  rest of the 30 s. A hundred of them do what the thousand they stand for do, and each token reads as much less.
* Strips with equally many states are decoded together, whichever calls they come from (asr/batching.py). Nothing is
  padded, so that company changes no word, and nothing is sampled: the same sound gives the same text.
* Mandarin's part of the vocabulary is used (asr/mandarin.py).
* Only doubtful strips (asr/gates.py) are decoded again: their windows apart, then with the whole 30 s encoded, then
  with loops forbidden.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from asr.audio import Samples
from asr.batching import Batching, cores
from asr.gates import (
    HARM,
    LOW_CONFIDENCE,
    NO_SPEECH,
    NO_SPEECH_PROBABILITY,
    REPETITION,
    STOCK_PHRASE,
    UNHEARD,
    Attempt,
    doubled,
    doubts,
    is_stock,
    spoken_characters,
    unheard,
)
from asr.speech_model import STATES_A_SECOND, WHOLE_SECONDS, WHOLE_STATES, SpeechModel, Written
from asr.strips import Strip, lay_end_to_end
from asr.text import tidy_text
from asr.transcriber import Heard, Option, Readings, TranscriberFacts, Window
from models.transcript import Word

PROMPT = "以下是普通话的句子，有标点符号。"
"""Makes Whisper write simplified characters and punctuation; words of the trade in it would be heard in noise."""

OWN_SILENCE = 1.0
"""Seconds of silence encoded behind a strip."""

SIZE_STEP = 200
"""States the decoder reads come in multiples of this, so that strips of like length can be decoded together."""

FEWEST_BORROWED = 60
"""States of silence put behind those of a strip, at least; up to SIZE_STEP more to make the size round."""

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


FIRST = Manner(beam=2)
"""A beam of 5 takes 9 to 29 % more time, and 0.3 to 0.9 characters in a hundred fewer are wrong (docs/asr.md)."""

AGAIN: tuple[tuple[Manner, frozenset[str]], ...] = (
    (Manner(beam=5), frozenset(HARM)),
    (Manner(beam=5, whole=True), frozenset(HARM) - {LOW_CONFIDENCE, NO_SPEECH}),
    (Manner(beam=5, whole=True, no_repeat=6), frozenset({REPETITION})),
)
"""For doubtful windows, each by itself: the manner, and the doubts it has been seen to help with. What is hard to
understand is not understood better with 30 s encoded, which costs as much as some 25 s of other calls."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A strip to be decoded in a manner; `size` is the number of states to be read."""

    strip: Strip
    manner: Manner
    size: int


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
    """A CTranslate2 Whisper model. One instance may be used by many threads at once, and is best so used."""

    def __init__(
        self,
        model_dir: Path,
        *,
        device: Literal["auto", "cpu", "cuda"] = "auto",
        compute_type: str = "default",
        threads: int = 0,
        batch_size: int = 4,
    ) -> None:
        """`threads` 0 takes all cores; `compute_type` "default" is int8 on a CPU, the stored type on a GPU.

        Raises:
            MissingPart: faster-whisper is not installed.
            BadSetting: CTranslate2 cannot load the folder, or not in that way on this machine.
        """
        self._model_dir = model_dir
        threads = threads or cores()
        self._model = SpeechModel(
            model_dir, device=device, compute_type=compute_type, copies=threads, threads=1, prompt=PROMPT
        )
        self._batching: Batching[_Job, _Outcome] = Batching(
            self._decode,
            lambda job: (job.manner, job.size),
            size=batch_size,
            threads=threads if self._model.on_cpu else 1,
        )

    @cached_property
    def facts(self) -> TranscriberFacts:
        with (self._model_dir / "model.bin").open("rb") as weights:
            sha256 = hashlib.file_digest(weights, "sha256").hexdigest()
        options: dict[str, Option] = {
            "device": self._model.device,
            "compute_type": self._model.compute_type,
            "prompt": PROMPT,
            "beams": ",".join(str(manner.beam) for manner in (FIRST, *(manner for manner, _ in AGAIN))),
            "vocabulary": self._model.tokens,
        }
        return TranscriberFacts("whisper", self._model_dir.name, sha256, options)

    def transcribe(self, windows: Sequence[Window]) -> list[Heard]:
        """One Heard per window, in order; doubtful text is kept and flagged."""
        heard = [Heard(window) for window in windows]
        for outcome in self._settled(lay_end_to_end(windows)):
            for at, words in _shared_out(outcome.strip, outcome.words).items():
                if _spoken(words):
                    heard[at] = Heard(windows[at], words, outcome.flags)
        return heard

    def likelihoods(self, readings: Sequence[Readings]) -> list[list[float]]:
        """As `asr.transcriber.Listener` says, with the states that the window is decoded from at first."""
        found = []
        for reading in readings:
            (strip,) = lay_end_to_end([reading.window])
            states = self._states([strip], self._size(strip, FIRST))
            found.append(self._model.likelihoods(states, reading.texts, strip.seconds))
        return found

    def _settled(self, strips: Sequence[Strip]) -> list[_Outcome]:
        """Outcomes for all windows: strips that left no doubt, and the best that was made of the others' windows."""
        first = self._decoded(strips, FIRST)
        settled = [outcome for outcome in first if not outcome.flags]
        doubtful = [single for outcome in first if outcome.flags for single in outcome.strip.apart()]
        best = {_only(one.strip): one for one in first if one.flags and len(one.strip.places) == 1}
        for manner, helps in AGAIN:
            for outcome in self._decoded([one for one in doubtful if _hopeful(best.get(_only(one)), helps)], manner):
                at = _only(outcome.strip)
                best[at] = min(best.get(at, outcome), outcome, key=lambda one: one.doubtfulness)
        return settled + list(best.values())

    def _decoded(self, strips: Sequence[Strip], manner: Manner) -> list[_Outcome]:
        return self._batching.done([_Job(strip, manner, self._size(strip, manner)) for strip in strips])

    def _size(self, strip: Strip, manner: Manner) -> int:
        """States to be read: all there can be, or the strip's own and silence behind."""
        least = _own_states(strip) + FEWEST_BORROWED
        rounded = -(-least // SIZE_STEP) * SIZE_STEP
        return WHOLE_STATES if manner.whole or not self._model.on_cpu else min(rounded, WHOLE_STATES)

    def _decode(self, jobs: Sequence[_Job]) -> list[_Outcome]:
        """Jobs of one manner and size. A strip's outcome does not depend on the company it is decoded in."""
        strips, manner, size = [job.strip for job in jobs], jobs[0].manner, jobs[0].size
        states = self._states(strips, size)
        most = min(MOST_TOKENS, round(size / STATES_A_SECOND * TOKENS_A_SECOND) + SPARE_TOKENS)
        written = self._model.write(states, beam=manner.beam, most=most, no_repeat=manner.no_repeat)
        words = self._aligned(strips, states, written)
        return [self._judged(*one) for one in zip(strips, words, written, strict=True)]

    def _judged(self, strip: Strip, words: tuple[Word, ...], written: Written) -> _Outcome:
        text = tidy_text(self._model.text(written.tokens))
        attempt = Attempt(text, written.log_probability, written.no_speech, written.capped, strip.seconds)
        flags = set(doubts(attempt, PROMPT))
        shared = _shared_out(strip, words)
        if any(is_stock(_spoken(said)) for said in shared.values() if _spoken(said)):
            flags.add(STOCK_PHRASE)
        if any(doubled(_spoken(shared[place.at]), place.window.seconds) for place in strip.places):
            flags.add(REPETITION)
        if (written.tokens or written.no_speech < NO_SPEECH_PROBABILITY) and any(
            unheard(shared[place.at], place.window.start, place.window.end) for place in strip.places
        ):
            flags.add(UNHEARD)
        return _Outcome(strip, words, tuple(sorted(flags)), written.log_probability)

    def _states(self, strips: Sequence[Strip], size: int) -> Samples:
        """What the decoder reads, [strips, size, width]: of whole 30 s, or as long as each is and silence behind.

        A CPU encodes one strip at a time: a batch falls out of its cache and takes 1.7 times as long.
        """
        if not self._model.on_cpu:
            return self._model.encode([strip.samples(WHOLE_SECONDS) for strip in strips])
        return np.concatenate([self._encoded(strip, size) for strip in strips])

    def _encoded(self, strip: Strip, size: int) -> Samples:
        if size == WHOLE_STATES:
            return self._model.encode([strip.samples(WHOLE_SECONDS)])
        own = self._model.encode([strip.samples(_own_states(strip) / STATES_A_SECOND)])
        borrowed = self._model.silence[_borrowed(own.shape[1], size)]
        return np.concatenate([own, borrowed[None]], axis=1)

    def _aligned(self, strips: Sequence[Strip], states: Samples, written: Sequence[Written]) -> list[tuple[Word, ...]]:
        """Words with strip times."""
        words: list[tuple[Word, ...]] = [()] * len(strips)
        said = [i for i, one in enumerate(written) if one.tokens]
        if said:
            tokens, seconds = [written[i].tokens for i in said], [strips[i].seconds for i in said]
            for i, timings in zip(said, self._model.align(states[said], tokens, seconds), strict=True):
                words[i] = _words(timings)
        return words


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
        place = strip.place_of(word.end)
        window = place.window
        shift = window.start - place.offset
        start = min(max(word.start + shift, window.start), window.end)
        end = min(max(word.end + shift, start), window.end)
        confidence = round(min(max(word.confidence, 0.0), 1.0), 4)
        shared[place.at].append(Word(word.text, round(start, 3), round(end, 3), confidence))
    return {at: tuple(said) for at, said in shared.items()}


def _spoken(words: Sequence[Word]) -> str:
    return spoken_characters(tidy_text("".join(word.text for word in words)))


def _hopeful(so_far: _Outcome | None, helps: frozenset[str]) -> bool:
    """Whether to decode a window again, given the best that was made of it alone, and what that may help with."""
    return so_far is None or not helps.isdisjoint(so_far.flags)


def _own_states(strip: Strip) -> int:
    """States a strip is encoded to, with a little silence of its own before that which is borrowed."""
    return min(int(np.ceil((strip.seconds + OWN_SILENCE) * STATES_A_SECOND)), WHOLE_STATES)


def _borrowed(own: int, size: int) -> npt.NDArray[np.intp]:
    """Which of silence's states follow: half of them at once, half spread evenly over what is left of the 30 s."""
    count = size - own
    at_once = count // 2
    spread = np.linspace(own + at_once, WHOLE_STATES - 1, count - at_once).round()
    return np.concatenate([np.arange(own, own + at_once), spread]).astype(np.intp)


def _only(strip: Strip) -> int:
    """The number of the window of a strip that has one."""
    return strip.places[0].at
