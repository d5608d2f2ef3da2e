"""How the nouns are stored. Importing this package registers every table on `Base.metadata`."""

from models.tables import page_indexes as page_indexes
from models.tables.action import (
    ActionMoveRow,
    ActionRow,
    ActionStepRow,
    EffectRow,
    LadderRow,
    LedgerRow,
    MeetingPointRow,
    MeetingRow,
)
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
from models.tables.case import CaseItemRow, CaseRow
from models.tables.definition import DefinitionRow, DraftRow
from models.tables.exchange import AnsweredRow, DeliveryRow, WebhookRow
from models.tables.facts import CallFactRow, DayCountRow, DayErrorRow, DaySumRow, ErrorFactRow, StaleDayRow
from models.tables.learning import ClassifierRow, ClassifierUseRow, ItemLevelRow
from models.tables.person import AbsenceRow, AgentRow, AuditRow, LoginFailureRow, LoginRow, TokenRow, UserRow
from models.tables.recording import RecordingRow
from models.tables.report import AssessmentRow, CentreMarkRow, ReportRow
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
from models.tables.training import (
    AttendanceRow,
    CertificateRow,
    CourseRow,
    ExamRow,
    PlanEntryRow,
    QuestionRow,
    SittingRow,
    StageChangeRow,
    TrainingPlanRow,
    TrainingSessionRow,
)
from models.tables.transcript import TranscriptRow

__all__ = [
    "AbsenceRow",
    "ActionMoveRow",
    "ActionRow",
    "ActionStepRow",
    "AgentRow",
    "AnsweredRow",
    "AppealRow",
    "AssessmentRow",
    "AssignmentRow",
    "AttendanceRow",
    "AuditRow",
    "Base",
    "CalibrationCallRow",
    "CalibrationMemberRow",
    "CalibrationNoteRow",
    "CalibrationRow",
    "CallFactRow",
    "CallRow",
    "CaseItemRow",
    "CaseRow",
    "CentreMarkRow",
    "CertificateRow",
    "ClassifierRow",
    "ClassifierUseRow",
    "CorrectionRow",
    "CourseRow",
    "DayCountRow",
    "DayErrorRow",
    "DaySumRow",
    "DeductionRow",
    "DefinitionRow",
    "DeliveryRow",
    "DraftRow",
    "DrawRow",
    "EffectRow",
    "ErrorFactRow",
    "ExamRow",
    "FeedbackRow",
    "FinalScoreRow",
    "FindingRow",
    "ItemLevelRow",
    "LadderRow",
    "LedgerRow",
    "LoginFailureRow",
    "LoginRow",
    "MeetingPointRow",
    "MeetingRow",
    "MoveRow",
    "PlanEntryRow",
    "PlanRow",
    "QuestionRow",
    "RecordingRow",
    "ReportRow",
    "ReviewRow",
    "RoutingRow",
    "RuleMarkRow",
    "ScoreRow",
    "SelectionRow",
    "SittingRow",
    "SourceRow",
    "StageChangeRow",
    "StaleDayRow",
    "StandardChangeRow",
    "TokenRow",
    "TrainingPlanRow",
    "TrainingSessionRow",
    "TranscriptRow",
    "UserRow",
    "VerdictDraftRow",
    "VerdictRow",
    "WebhookRow",
]
