"""What was said, by whom and when. Times are seconds from the start of the recording."""

import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from pydantic import Field, TypeAdapter

from models.listening import Listened

ANNOUNCEMENT = "announcement"
"""Flag of a turn that is a recorded voice's before anybody is on the line: well heard, and nobody's words."""

CONNECTED_SLACK = 1.0
"""Seconds before a recorded voice ends in which somebody may be on the line already."""


class Role(StrEnum):
    AGENT = "agent"
    CUSTOMER = "customer"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Word:
    """A word as Whisper cut it (in Mandarin often one character). `confidence` is 0–1."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's utterance.

    `text` is simplified Chinese and is exactly the words' texts joined, where there are words; `raw_text` is what
    Whisper wrote.
    `flags` name doubts about the text, such as `repetition` or `stock_phrase`, or about whose it is, and ANNOUNCEMENT;
    flagged text is kept.
    """

    role: Role
    channel: int
    start: float
    end: float
    text: str
    confidence: float
    flags: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    raw_text: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody speaks. `waited_for` should have spoken: the one who did not speak last."""

    start: float
    end: float
    waited_for: Role

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Overlap:
    """Both speak. `by` cut in: the one who began while the other was speaking."""

    start: float
    end: float
    by: Role

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class RoleVoice:
    """Measures of one role, from speech detection; None where there is nothing to measure.

    `rate` is characters a minute without punctuation; `loudness` is dBFS over speech;
    `response` is the median seconds from the other's last word to this role's first.
    """

    talk_seconds: float
    rate: float | None = None
    loudness: float | None = None
    response: float | None = None


@dataclass(frozen=True, slots=True)
class VoiceMeasures:
    """`roles` has an entry for each role heard. Overlaps of a one-channel call cannot be heard: None.

    Another program's transcript may come without any measures: then `speech_seconds` is None.
    """

    speech_seconds: float | None = None
    roles: Mapping[Role, RoleVoice] = field(default_factory=dict)
    silences: tuple[Silence, ...] = ()
    overlaps: tuple[Overlap, ...] | None = None

    @property
    def silences_measured(self) -> bool:
        """Whether no `silences` means that nobody was silent, rather than that nobody looked."""
        return self.speech_seconds is not None or bool(self.silences)


@dataclass(frozen=True, slots=True)
class Recording:
    """Facts about the sound file. `seconds` is its decoded length; `sample_rate` is in Hz where it is known."""

    file: str
    sha256: str
    seconds: float
    channels: int
    codec: str
    sample_rate: int | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What made this transcript: enough to make it again, where callqa made it. `channel_map` is a role per channel."""

    transcriber: str = ""
    model: str = ""
    model_sha256: str = ""
    options: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    channel_map: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """Turns are in order of start; turns of two channels may overlap.

    `listened` is what listening again for the phrases of packs has told; the text stays what Whisper wrote. JSON has it
    only where there is any.
    """

    recording: Recording
    turns: tuple[Turn, ...]
    voice: VoiceMeasures = field(default_factory=VoiceMeasures)
    origin: Origin = field(default_factory=Origin)
    listened: Annotated[tuple[Listened, ...], Field(exclude_if=operator.not_)] = ()


def connected(turns: Sequence[Turn]) -> float:
    """When the first person speaks after recorded voices, if there were any; infinite where nobody does.

    Who speaks while a menu goes on (喂？) is not connected yet.
    """
    recorded = max((turn.end for turn in turns if ANNOUNCEMENT in turn.flags), default=-math.inf)
    people = (turn for turn in turns if ANNOUNCEMENT not in turn.flags)
    return min((turn.start for turn in people if turn.end > recorded - CONNECTED_SLACK), default=math.inf)


TRANSCRIPT_JSON = TypeAdapter(Transcript)
"""The stable JSON of a transcript (design.md, section 5), both ways. Other programs' transcripts are read with the keys
that are documented there; keys that are not known are passed over."""
