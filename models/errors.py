"""What can go wrong, as one tree.

CallqaError                 carries a Reason; str() is its English sentence
├── BadRecording            this recording cannot be used: quarantine it, go on with the rest
├── BadManifest             the manifest's text is wrong: says line and column
├── BadDefinition           a pack or scorecard is wrong: says file, line and field
├── BadInput                what a person entered cannot be taken: too short, unknown, contradictory
├── BadSetting              a setting cannot be used
├── MissingPart             something that must be installed is not there (weights, an extra, a database)
├── NotFound                no such call, recording, pack...
├── Conflict                what was asked contradicts what is stored
├── Stale                   what was to be changed was changed by somebody else since it was read
├── NotSignedIn             nobody is signed in, or the password, token or session is not good
├── Forbidden               who asks may not do that
└── TooMany                 too many tries; ask again later
"""

from collections.abc import Sequence

from models.reason import Fact, Language, Reason


class CallqaError(Exception):
    """The root. Edges map its kinds to HTTP (api/problems.py) and to exit codes (batch/exits.py)."""

    def __init__(self, code: str, *, details: Sequence[Reason] = (), **facts: Fact) -> None:
        """`details` are the single mistakes where one error stands for many."""
        self.reason = Reason(code, facts)
        self.details = tuple(details)
        super().__init__(code, facts)

    def say(self, language: Language = "zh") -> str:
        return self.reason.say(language)

    def __str__(self) -> str:
        return self.say("en")


class BadRecording(CallqaError):
    pass


class BadManifest(CallqaError):
    pass


class BadDefinition(CallqaError):
    pass


class BadInput(CallqaError):
    pass


class BadSetting(CallqaError):
    pass


class MissingPart(CallqaError):
    pass


class NotFound(CallqaError):
    pass


class Conflict(CallqaError):
    pass


class Stale(CallqaError):
    pass


class NotSignedIn(CallqaError):
    pass


class Forbidden(CallqaError):
    pass


class TooMany(CallqaError):
    """`seconds` after which asking again makes sense."""

    def __init__(self, code: str, *, seconds: int) -> None:
        super().__init__(code, seconds=seconds)
        self.seconds = seconds
