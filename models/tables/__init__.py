"""How the nouns are stored. Importing this package registers every table on `Base.metadata`."""

from models.tables.base import Base
from models.tables.call import CallRow, SourceRow
from models.tables.definition import DefinitionRow, DraftRow
from models.tables.recording import RecordingRow
from models.tables.score import FindingRow, RoutingRow, ScoreRow
from models.tables.transcript import TranscriptRow

__all__ = [
    "Base",
    "CallRow",
    "DefinitionRow",
    "DraftRow",
    "FindingRow",
    "RecordingRow",
    "RoutingRow",
    "ScoreRow",
    "SourceRow",
    "TranscriptRow",
]
