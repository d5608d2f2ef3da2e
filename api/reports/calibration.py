"""Whether people read the standard alike, and what agents and customers objected to."""

from collections.abc import Sequence

from api.console.wording import Wording
from api.reports.cells import share_cell
from api.reports.shown import Cell, Column, Section, Table, Tile
from models.feedback import FeedbackKind, FeedbackState
from pipeline.reports.events import Appeals, Calibration, Feedback


def calibration_section(found: Sequence[Calibration], t: Wording) -> Section:
    columns = [
        Column(t("report_calibration")),
        Column(t("column_kind")),
        Column(t("report_closed_at"), "moment"),
        Column(t("report_members"), "whole"),
        Column(t("report_calls"), "whole"),
        Column(t("report_agreed"), "whole"),
        Column(t("report_within"), "share"),
        Column(t("report_apart"), "points"),
    ]
    rows = [
        [
            Cell(one.title, f"/calibrations/{one.id}"),
            Cell(one.call_type or t("unknown")),
            Cell(one.closed_at),
            Cell(one.members),
            Cell(one.calls),
            Cell(one.agreed),
            share_cell(one.within),
            Cell(one.apart),
        ]
        for one in found
    ]
    title = t("report_calibrations")
    return Section(
        "calibration",
        t("report_tab_calibration"),
        intro=t("report_calibration_intro"),
        parts=[Table(title, columns, rows, empty=t("report_calibrations_none"))],
    )


def complaints_section(appeals: Appeals, feedback: Feedback, t: Wording) -> Section:
    columns = [
        Column(t("report_feedback_kind")),
        Column(t("report_entered"), "whole"),
        *(Column(t(f"feedback_state_{state}"), "whole") for state in FeedbackState),
    ]
    rows = [
        [
            Cell(t(f"feedback_{kind}"), "/feedback"),
            Cell(feedback.of(kind)),
            *(Cell(feedback.of(kind, state)) for state in FeedbackState),
        ]
        for kind in FeedbackKind
    ]
    return Section(
        "complaints",
        t("report_tab_complaints"),
        intro=t("report_complaints_intro"),
        tiles=[
            Tile(t("report_appeals_opened"), Cell(appeals.opened, "/appeals")),
            Tile(t("report_appeals_decided"), Cell(appeals.decided)),
            Tile(t("report_appeals_overturned"), share_cell(appeals.overturned), "share"),
            Tile(t("report_appeal_items"), share_cell(appeals.items), "share"),
            Tile(t("report_appeals_withdrawn"), Cell(appeals.withdrawn)),
        ],
        parts=[Table(t("report_feedback"), columns, rows)],
    )
