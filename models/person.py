"""Who works with the system, what each role may do, and whose calls each may see (design.md, section 1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class UserRole(StrEnum):
    ADMIN = "admin"
    LEAD = "lead"
    INSPECTOR = "inspector"
    TRAINER = "trainer"
    TEAM_LEAD = "team_lead"
    AGENT = "agent"


class Right(StrEnum):
    """What may be done. Tokens of machines have some of them as their scopes."""

    READ_CALLS = "read_calls"
    """Lists of calls, a call with its transcript, sound and machine score, within one's scope."""
    UPLOAD = "upload"
    REVIEW = "review"
    """Hear calls, judge them, mark rules as wrong, correct words."""
    ASSIGN = "assign"
    """Share out work, reassign, write down absences."""
    SAMPLE = "sample"
    """Sampling plans, draws and estimates."""
    PUBLISH = "publish"
    """Publish final scores."""
    JUDGE_APPEALS = "judge_appeals"
    FEEDBACK = "feedback"
    """Enter and decide complaints and praise."""
    OWN_RESULTS = "own_results"
    """An agent's own published results: read, acknowledge, appeal."""
    TEAM_RESULTS = "team_results"
    """Published results of one's team, or of all teams where the scope is the centre."""
    READ_RULES = "read_rules"
    EDIT_RULES = "edit_rules"
    """Draft, try, replay, publish and retire packs and scorecards; re-score."""
    CALIBRATE = "calibrate"
    """Run calibration sessions; see how far people and the machine agree, and whose verdicts drift."""
    TEACH = "teach"
    """Train classifiers and put them in use; say how much the machine decides of each item."""
    OVERSEE = "oversee"
    """The lead's home: queue health, load, changes."""
    REPORTS = "reports"
    """Reports over one's scope, with the calls behind every figure."""
    ASSESS = "assess"
    """Inspectors' monthly assessments."""
    READ_CASES = "read_cases"
    EDIT_CASES = "edit_cases"
    """Make cases, publish and withdraw them."""
    TRAIN = "train"
    """Courses, plans, sessions, exams and their marks, certificates."""
    APPROVE_TRAINING = "approve_training"
    """Approve plans; let agents through the gates between stages."""
    LEARN = "learn"
    """One's own training: sign in, sit exams, say how it was."""
    CORRECT = "correct"
    """Corrective actions and review meetings, within one's scope."""
    REWARD = "reward"
    """The ladder of rewards and penalties, and entries in agents' ledgers."""
    ADMINISTER = "administer"
    """Accounts, roster, tokens, webhooks."""
    AUDIT = "audit"


_READER = {Right.READ_CALLS, Right.READ_RULES}
_OF_AGENTS = {Right.OWN_RESULTS, Right.LEARN}

RIGHTS: Mapping[UserRole, frozenset[Right]] = {
    UserRole.ADMIN: frozenset(Right) - _OF_AGENTS,
    UserRole.LEAD: frozenset(Right) - _OF_AGENTS - {Right.ADMINISTER},
    UserRole.INSPECTOR: frozenset(
        {*_READER, Right.UPLOAD, Right.REVIEW, Right.FEEDBACK, Right.READ_CASES, Right.EDIT_CASES, Right.CORRECT}
    ),
    UserRole.TRAINER: frozenset(
        {*_READER, Right.TEAM_RESULTS, Right.REPORTS, Right.READ_CASES, Right.EDIT_CASES, Right.TRAIN, Right.CORRECT}
    ),
    UserRole.TEAM_LEAD: frozenset({*_READER, Right.TEAM_RESULTS, Right.REPORTS, Right.READ_CASES, Right.CORRECT}),
    UserRole.AGENT: frozenset(_OF_AGENTS),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose calls may be seen; None asks nothing. `published`: only results that were published."""

    team: str | None = None
    agent_id: str | None = None
    published: bool = False


EVERYTHING = Scope()
NOTHING = Scope(agent_id="")
"""No call has an empty agent id."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. A machine's token has no `user_id` but a `token_id`, and the rights it was given.

    `name` is what logs, moves and pages call them. `agent_id` ties an agent's account to the calls.
    """

    user_id: int | None
    name: str
    role: UserRole | None
    rights: frozenset[Right] = field(default=frozenset())
    team: str | None = None
    agent_id: str | None = None
    token_id: int | None = None

    def may(self, right: Right) -> bool:
        return right in self.rights

    @property
    def scope(self) -> Scope:
        if self.role is UserRole.AGENT:
            return Scope(agent_id=self.agent_id, published=True) if self.agent_id else NOTHING
        if self.role is UserRole.TEAM_LEAD:
            return Scope(team=self.team) if self.team else NOTHING
        return EVERYTHING


SYSTEM = Viewer(None, "callqa", None)
"""Who did what no person asked for: the worker, the nightly draw."""
