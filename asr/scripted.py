"""A transcriber that reads what was said from a script: the in-memory twin of Whisper, for tests and demos.

Decoding, speech detection, channels, turns and voice measures run as ever; only the words come from the script.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from asr.transcriber import Heard, TranscriberFacts, Window
from models.errors import BadSetting
from models.transcript import Role, Word

SCRIPTED_CONFIDENCE = 1.0


@dataclass(frozen=True, slots=True)
class ScriptedLine:
    """One line of a script; `channel` is 0 where both speakers share one. `role` is for readers: the map decides."""

    channel: int
    text: str
    start: float
    end: float
    role: Role = Role.UNKNOWN


class ScriptedTranscriber:
    """`scripts` has the lines of each recording under the stem of its file name; others hear nothing."""

    def __init__(self, scripts: Mapping[str, Sequence[ScriptedLine]]) -> None:
        self._scripts = {stem: tuple(lines) for stem, lines in scripts.items()}
        told = json.dumps(
            {stem: [asdict(line) for line in lines] for stem, lines in self._scripts.items()},
            ensure_ascii=False,
            sort_keys=True,
        )
        self._facts = TranscriberFacts("scripted", "script", hashlib.sha256(told.encode()).hexdigest(), {})

    @classmethod
    def from_truth_dir(cls, path: Path) -> "ScriptedTranscriber":
        """Scripts from a folder of `<stem>.json` truth files, as sample_audio/truth has them.

        Raises:
            BadSetting: the folder is not there, or a file in it is not such a truth file.
        """
        if not path.is_dir():
            raise BadSetting("asr.no_scripts", folder=str(path))
        return cls({file.stem: _lines(file) for file in sorted(path.glob("*.json"))})

    @property
    def facts(self) -> TranscriberFacts:
        return self._facts

    def transcribe(self, windows: Sequence[Window]) -> list[Heard]:
        """A character goes to the window it falls into, or to the nearest of those its line reaches into.

        All windows of a recording should come in one call, since only then the nearest is known.
        """
        said: dict[int, list[Word]] = {at: [] for at in range(len(windows))}
        channels = {(window.recording, window.file, window.channel) for window in windows}
        for recording, file, channel in sorted(channels):
            mine = [
                at
                for at, one in enumerate(windows)
                if (one.recording, one.file, one.channel) == (recording, file, channel)
            ]
            for line in self._scripts.get(Path(file).stem, ()):
                if line.channel == channel:
                    _share_out(line, mine, windows, said)
        return [Heard(window, tuple(said[at])) for at, window in enumerate(windows)]


def _lines(file: Path) -> tuple[ScriptedLine, ...]:
    try:
        truth = json.loads(file.read_text("utf8"))
        one_channel = truth["layout"] != "stereo"
        return tuple(
            ScriptedLine(
                channel=0 if one_channel else int(line["channel"]),
                text=line["text"],
                start=float(line["start"]),
                end=float(line["end"]),
                role=Role(line["role"]),
            )
            for line in truth["lines"]
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BadSetting("asr.bad_script", file=str(file)) from error


def _share_out(line: ScriptedLine, mine: Sequence[int], windows: Sequence[Window], said: dict[int, list[Word]]) -> None:
    reached = [at for at in mine if windows[at].start < line.end and windows[at].end > line.start]
    if not reached or not line.text:
        return
    step = (line.end - line.start) / len(line.text)
    for i, character in enumerate(line.text):
        start = line.start + i * step
        at = min(reached, key=lambda at: _distance(windows[at], start + step / 2))
        said[at].append(Word(character, round(start, 3), round(start + step, 3), SCRIPTED_CONFIDENCE))


def _distance(window: Window, moment: float) -> float:
    return max(window.start - moment, moment - window.end, 0.0)
