"""The shapes of answers about words and rules that people put right."""

from datetime import datetime

from pydantic import Field

from api.answers import FromAttributes


class CorrectionAnswer(FromAttributes):
    """Words `first`..`last` of a turn, counted from 0; `before` is what the machine wrote there."""

    id: int
    turn: int
    first: int
    last: int
    before: str
    text: str
    by: str
    at: datetime


class RuleMarkAnswer(FromAttributes):
    rule: str
    hit: bool
    why: str
    at: datetime


class ShareAnswer(FromAttributes):
    """How many of how many cases, with a 95 % interval (Wilson)."""

    hits: int
    of: int
    share: float | None
    low: float
    high: float


class RulePrecisionAnswer(FromAttributes):
    """How a rule does against what people said of it in marks, appeals and verdicts."""

    rule: str
    precision: ShareAnswer
    recall: ShareAnswer
    sources: dict[str, int] = Field(description="How many calls are known by a mark, an appeal or a verdict.")
