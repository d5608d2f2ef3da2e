"""What the exit code says."""

from enum import IntEnum

from models.errors import (
    BadDefinition,
    BadInput,
    BadManifest,
    BadRecording,
    BadSetting,
    CallqaError,
    Conflict,
    Forbidden,
    MissingPart,
    NotFound,
    NotSignedIn,
    Stale,
    TooMany,
)


class Exit(IntEnum):
    DONE = 0
    USAGE = 2
    INPUT = 3
    MISSING = 4
    QUARANTINED = 5  # done, but recordings were set aside
    STORAGE = 6  # the database or the disk failed
    CHECK = 7  # `rules check` found that rules do not do what they say
    GATE = 8  # `rules replay` says that a draft should not be published
    INTERRUPTED = 130


EXIT_OF: dict[type[CallqaError], Exit] = {
    BadRecording: Exit.INPUT,
    BadManifest: Exit.INPUT,
    BadDefinition: Exit.INPUT,
    BadInput: Exit.INPUT,
    BadSetting: Exit.USAGE,
    NotFound: Exit.INPUT,
    Conflict: Exit.INPUT,
    Stale: Exit.INPUT,
    NotSignedIn: Exit.INPUT,
    Forbidden: Exit.INPUT,
    TooMany: Exit.INPUT,
    MissingPart: Exit.MISSING,
}
