"""How the nouns are stored. Importing this package registers every table on `Base.metadata`."""

from models.tables import page_indexes as page_indexes
from models.tables.appeal import AppealRow, FeedbackRow
from models.tables.base import Base
from models.tables.calibration import (
    CalibrationCallRow,
    CalibrationMemberRow,
    CalibrationNoteRow,
    CalibrationRow,
    StandardChangeRow,
)
from models.tables.call import CallRow, SourceRow
from models.tables.definition import DefinitionRow, DraftRow
from models.tables.exchange import AnsweredRow, DeliveryRow, WebhookRow
from models.tables.learning import ClassifierRow, ClassifierUseRow, ItemLevelRow
from models.tables.person import AbsenceRow, AgentRow, AuditRow, LoginFailureRow, LoginRow, TokenRow, UserRow
from models.tables.recording import RecordingRow
from models.tables.review import (
    AssignmentRow,
    CorrectionRow,
    DeductionRow,
    FinalScoreRow,
    MoveRow,
    ReviewRow,
    RuleMarkRow,
    VerdictDraftRow,
    VerdictRow,
)
from models.tables.sampling import DrawRow, PlanRow, SelectionRow
from models.tables.score import FindingRow, RoutingRow, ScoreRow
from models.tables.transcript import TranscriptRow

__all__ = [
    "AbsenceRow",
    "AgentRow",
    "AnsweredRow",
    "AppealRow",
    "AssignmentRow",
    "AuditRow",
    "Base",
    "CalibrationCallRow",
    "CalibrationMemberRow",
    "CalibrationNoteRow",
    "CalibrationRow",
    "CallRow",
    "ClassifierRow",
    "ClassifierUseRow",
    "CorrectionRow",
    "DeductionRow",
    "DefinitionRow",
    "DeliveryRow",
    "DraftRow",
    "DrawRow",
    "FeedbackRow",
    "FinalScoreRow",
    "FindingRow",
    "ItemLevelRow",
    "LoginFailureRow",
    "LoginRow",
    "MoveRow",
    "PlanRow",
    "RecordingRow",
    "ReviewRow",
    "RoutingRow",
    "RuleMarkRow",
    "ScoreRow",
    "SelectionRow",
    "SourceRow",
    "StandardChangeRow",
    "TokenRow",
    "TranscriptRow",
    "UserRow",
    "VerdictDraftRow",
    "VerdictRow",
    "WebhookRow",
]
