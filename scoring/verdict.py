"""What one condition answers about a call, before it becomes a rule's result."""

from typing import NamedTuple

from models.finding import Answer, Evidence
from models.reason import Reason


class Verdict(NamedTuple):
    """`evidence` supports the answer, whichever it is: what was said, or the stretch where it was looked for.

    `reason` says why it cannot be judged. On a clean verdict it is a doubt: nothing was heard, but not all could be
    heard well. A doubtful clean is still clean where something forbidden was looked for (nobody is accused of what was
    not heard), and becomes *cannot judge* when it is negated (nobody is accused of not saying what may have been said).
    """

    answer: Answer
    evidence: tuple[Evidence, ...] = ()
    reason: Reason | None = None


def hit(*evidence: Evidence) -> Verdict:
    return Verdict(Answer.HIT, evidence)


def clean(*evidence: Evidence, doubt: Reason | None = None) -> Verdict:
    return Verdict(Answer.CLEAN, evidence, doubt)


def cannot_judge(reason: Reason, *evidence: Evidence) -> Verdict:
    return Verdict(Answer.CANNOT_JUDGE, evidence, reason)


NOT_APPLICABLE = Verdict(Answer.NOT_APPLICABLE)
