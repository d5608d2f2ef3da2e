"""A transcript as files that other programs read."""

from typing import Literal

from models.reason import Language
from models.transcript import TRANSCRIPT_JSON, Role, Transcript, Turn

Format = Literal["json", "srt", "vtt", "txt"]

ROLE_NAMES: dict[Language, dict[Role, str]] = {
    "zh": {Role.AGENT: "座席", Role.CUSTOMER: "客户", Role.UNKNOWN: "说话人"},
    "en": {Role.AGENT: "Agent", Role.CUSTOMER: "Customer", Role.UNKNOWN: "Speaker"},
}


def render(transcript: Transcript, format: Format, language: Language = "zh") -> str:  # noqa: A002 - the field's word
    """The whole file's text. JSON is the stable form of design.md; the others are for people and players."""
    match format:
        case "json":
            return TRANSCRIPT_JSON.dump_json(transcript, indent=2).decode() + "\n"
        case "srt":
            return "\n".join(_srt_cue(i, turn, language) for i, turn in enumerate(transcript.turns, 1))
        case "vtt":
            return "\n".join(["WEBVTT\n", *(_vtt_cue(turn, language) for turn in transcript.turns)])
        case "txt":
            return "".join(_txt_line(turn, language) for turn in transcript.turns)


def _srt_cue(number: int, turn: Turn, language: Language) -> str:
    times = f"{_clock(turn.start, ',')} --> {_clock(turn.end, ',')}"
    return f"{number}\n{times}\n{ROLE_NAMES[language][turn.role]}：{turn.text}\n"


def _vtt_cue(turn: Turn, language: Language) -> str:
    text = turn.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    times = f"{_clock(turn.start, '.')} --> {_clock(turn.end, '.')}"
    return f"{times}\n<v {ROLE_NAMES[language][turn.role]}>{text}\n"


def _txt_line(turn: Turn, language: Language) -> str:
    doubts = f"  [{' '.join(turn.flags)}]" if turn.flags else ""
    return f"[{_clock(turn.start, '.')}] {ROLE_NAMES[language][turn.role]}：{turn.text}{doubts}\n"


def _clock(seconds: float, point: str) -> str:
    """As in `00:01:02.345`."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}{point}{rest % 1000:03}"
