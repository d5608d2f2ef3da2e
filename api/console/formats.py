"""How pages write times, lengths and numbers."""

from datetime import datetime

from api.console.wording import Wording
from models.clock import CHINA_TIME

GRADE_CLASSES = {"优秀": "excellent", "良好": "good", "合格": "pass", "不合格": "fail"}
"""The shipped scorecards' grades; a centre's own grade names are coloured by the total."""


def clock(seconds: float | None) -> str:
    """`3:07`, `1:02:09`; a dash where unknown."""
    if seconds is None:
        return "–"
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def tenths(seconds: float) -> str:
    return f"{seconds:.1f}"


def moment(time: datetime | None) -> str:
    """China's time, to the minute."""
    return "–" if time is None else f"{time.astimezone(CHINA_TIME):%Y-%m-%d %H:%M}"


def number(value: float | None) -> str:
    """`86`, `86.5`, `89.96` (which is not yet 90); a dash where there is none."""
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def signed(points: float) -> str:
    """`−20`, `+3`, `0`."""
    return f"{'+' if points > 0 else '−' if points < 0 else ''}{number(abs(points))}"


def percent(share: float) -> str:
    return f"{share:.0%}"


def classifier_name(lineage: str, t: Wording) -> str:
    """Of a score's lineage: `3/1f0a9c27` is v3, `starter-efb3298f/1f0a9c27` the starter."""
    version = lineage.split("/", maxsplit=1)[0]
    return t("classifier_version", n=version) if version.isdigit() else t("classifier_starter")


def grade_class(grade: str | None, total: float | None) -> str:
    """Which of the style sheet's grade colours to use; a total without a grade has none."""
    if grade in GRADE_CLASSES:
        return GRADE_CLASSES[grade]
    if grade is None or total is None:
        return "none"
    return "excellent" if total >= 90 else "good" if total >= 80 else "pass" if total >= 60 else "fail"
