"""Inspectors' load, speed and accuracy; and how well the machine and its rules are."""

from collections.abc import Sequence

from api.console.wording import Wording
from api.reports.cells import share_cell
from api.reports.shown import Cell, Column, Section, Table, Tile
from models.review import Purpose
from pipeline.reports.health import Health
from pipeline.reports.inspectors import Inspector

MOST_RULES = 40


def work_section(found: Sequence[Inspector], t: Wording) -> Section:
    verdicts = sum(one.all for one in found)
    hours = sum(one.hours for one in found)
    late = sum(one.late for one in found)
    busy = sum(1 for one in found if one.all)
    return Section(
        "work",
        t("report_tab_work"),
        intro=t("report_work_intro"),
        tiles=[
            Tile(t("report_verdicts"), Cell(verdicts)),
            Tile(t("report_inspectors"), Cell(busy, note=t("report_inspectors_of", n=len(found)))),
            Tile(t("report_hours"), Cell(hours), "points"),
            Tile(t("report_late"), Cell(late, "/assignments", mood="warm" if late else "")),
        ],
        parts=[inspector_table(found, t)],
    )


def inspector_table(found: Sequence[Inspector], t: Wording) -> Table:
    columns = [
        Column(t("report_inspector")),
        Column(t("report_verdicts"), "whole"),
        *(Column(t(f"report_purpose_{purpose}"), "whole") for purpose in Purpose),
        Column(t("report_load_share"), "share"),
        Column(t("report_minutes_a_call"), "points"),
        Column(t("report_in_time"), "share"),
        Column(t("report_late"), "whole"),
        Column(t("report_right"), "share"),
        Column(t("report_within"), "share"),
        Column(t("report_bias"), "change"),
        Column(t("report_overturned"), "share"),
    ]
    return Table(
        t("report_inspectors_table"), columns, [_row(one, t) for one in found], empty=t("report_no_inspectors")
    )


def _row(one: Inspector, t: Wording) -> list[Cell]:
    return [
        Cell(one.name, note="" if one.active else t("report_inactive")),
        Cell(one.all),
        *(Cell(one.verdicts.get(purpose.value, 0)) for purpose in Purpose),
        Cell(one.share if one.all else None),
        Cell(one.minutes),
        share_cell(one.in_time),
        Cell(one.late, mood="warm" if one.late else ""),
        share_cell(one.right),
        share_cell(one.within),
        Cell(one.bias.value, low=one.bias.low, high=one.bias.high),
        share_cell(one.overturned),
    ]


def health_section(found: Health, t: Wording) -> Section:
    rules = [
        [
            Cell(one.name, f"/?rule={one.id}"),
            Cell(one.calls),
            Cell(one.precision.of),
            share_cell(one.precision),
        ]
        for one in found.rules[:MOST_RULES]
    ]
    return Section(
        "health",
        t("report_tab_health"),
        intro=t("report_health_intro"),
        tiles=[
            Tile(
                t("report_classifier"),
                Cell(
                    t("classifier_starter") if found.classifier is None else t("classifier_version", n=found.classifier)
                ),
                "text",
                "" if found.since is None else t("report_since", day=f"{found.since:%Y-%m-%d}"),
            ),
            *(Tile(t(f"level_{name}"), Cell(items, "/levels")) for name, items in found.levels.items()),
            Tile(t("report_set_aside"), Cell(sum(found.set_aside.values()), "/quarantine")),
        ],
        parts=[
            Table(
                t("report_rules"),
                [
                    Column(t("report_rule")),
                    Column(t("report_hit_calls"), "whole"),
                    Column(t("report_marked"), "whole"),
                    Column(t("report_precision"), "share"),
                ],
                rules,
                note=t("report_rules_note", n=MOST_RULES),
                empty=t("report_rules_none"),
            ),
            Table(
                t("report_set_aside"),
                [Column(t("column_problem")), Column(t("report_recordings"), "whole")],
                [[Cell(_why(code, t)), Cell(count)] for code, count in sorted(found.set_aside.items())],
                empty=t("report_set_aside_none"),
            ),
        ],
    )


def _why(code: str, t: Wording) -> str:
    """The reason's own short words where pages have them; else its code."""
    key = f"report_problem_{code.replace('.', '_')}"
    return t(key) if t.has(key) else code
