"""A transcript as files that other programs read."""

from typing import Literal

from asr.cues import Cue, cues_of
from asr.vcon import ROLE_NAMES, SourceFile, vcon
from models.reason import Language
from models.transcript import TRANSCRIPT_JSON, Transcript, Turn

Format = Literal["json", "srt", "vtt", "txt", "vcon"]


def render(
    transcript: Transcript,
    format: Format,  # noqa: A002 - the field's word
    language: Language = "zh",
    source: SourceFile | None = None,
) -> str:
    """The whole file's text. JSON is the stable form of design.md; the subtitles are for players, TXT for people.

    vCon travels between systems; only it needs `source`.
    """
    match format:
        case "json":
            return TRANSCRIPT_JSON.dump_json(transcript, indent=2).decode() + "\n"
        case "vcon":
            return vcon(transcript, source, language)
        case "srt":
            names = ROLE_NAMES[language]
            cues = [cue for turn in transcript.turns for cue in cues_of(turn, f"{names[turn.role]}：")]
            return "\n".join(_srt(i, cue) for i, cue in enumerate(_in_order(cues), 1))
        case "vtt":
            cues = [cue for turn in transcript.turns for cue in cues_of(turn)]
            return "\n".join(["WEBVTT\n", *(_vtt(cue, language) for cue in _in_order(cues))])
        case "txt":
            return "".join(_txt_line(turn, language) for turn in transcript.turns)


def _in_order(cues: list[Cue]) -> list[Cue]:
    """By start: a turn that is cut may go on after another has begun."""
    return sorted(cues, key=lambda cue: cue.start)


def _srt(number: int, cue: Cue) -> str:
    times = f"{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}"
    return "\n".join([str(number), times, *cue.lines, ""])


def _vtt(cue: Cue, language: Language) -> str:
    """Three characters mean something in a cue; escaping them also takes the arrow out of `-->`."""
    text = "\n".join(cue.lines).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    times = f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}"
    return f"{times}\n<v {ROLE_NAMES[language][cue.role]}>{text}\n"


def _txt_line(turn: Turn, language: Language) -> str:
    doubts = f"  [{' '.join(turn.flags)}]" if turn.flags else ""
    return f"[{_clock(turn.start, '.')}] {ROLE_NAMES[language][turn.role]}：{turn.text}{doubts}\n"


def _clock(seconds: float, point: str) -> str:
    """As in `00:01:02.345`."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}{point}{rest % 1000:03}"
