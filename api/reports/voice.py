"""How calls spread over what was measured in them, and what customers said and went through."""

from api.console.wording import Wording
from api.reports.cells import share_cell, was
from api.reports.drawn import distribution_chart, share_trend
from api.reports.figures import Live
from api.reports.queries import Asked
from api.reports.shown import Cell, Column, Section, Table, Tile


def voice_section(figures: Live, asked: Asked, t: Wording) -> Section:
    found = figures.distributions
    return Section(
        "voice",
        t("report_tab_voice"),
        intro=t("report_voice_intro"),
        parts=[
            distribution_chart(found["silence"], asked, t),
            distribution_chart(found["overlap"], asked, t, "violet"),
            distribution_chart(found["rate"], asked, t, "green"),
            distribution_chart(found["response"], asked, t, "amber"),
            distribution_chart(found["total"], asked, t),
            distribution_chart(found["final_total"], asked, t, "violet"),
        ],
    )


def customers_section(figures: Live, asked: Asked, t: Wording) -> Section:
    now, before, points = figures.totals, figures.before, figures.trend()
    rated = now.satisfied.of
    stars = t("report_rated", n=rated, mean=f"{now.satisfaction:.2f}") if now.satisfaction is not None else ""
    return Section(
        "customers",
        t("report_tab_customers"),
        intro=t("report_customers_intro"),
        tiles=[
            Tile(
                t("report_satisfied"),
                Cell(
                    now.satisfied.share,
                    asked.calls("satisfied") if rated else "",
                    now.satisfied.low if rated else None,
                    now.satisfied.high if rated else None,
                    note=stars,
                ),
                "share",
                was(before.satisfied.share, now.satisfied.share, "share", t),
            ),
            Tile(
                t("report_transferred"),
                share_cell(now.transferred, asked.calls("transferred")),
                "share",
                was(before.transferred.share, now.transferred.share, "share", t),
            ),
            Tile(t("report_mean_length"), Cell(now.minutes_a_call), "points"),
        ],
        parts=[
            share_trend(
                points, lambda one: one.satisfied, "satisfied", asked, t, title=t("report_satisfied"), tone="green"
            ),
            share_trend(
                points,
                lambda one: one.transferred,
                "transferred",
                asked,
                t,
                title=t("report_transferred"),
                tone="amber",
            ),
            Table(
                t("report_ratings"),
                [Column(t("report_rating")), Column(t("report_calls"), "whole"), Column(t("report_share"), "share")],
                [
                    [
                        Cell(t("report_stars", n=part.name), asked.calls(f"satisfaction:{part.name}")),
                        Cell(part.share.hits, asked.calls(f"satisfaction:{part.name}")),
                        share_cell(part.share),
                    ]
                    for part in figures.ratings
                ],
                note=t("report_ratings_note"),
                empty=t("report_ratings_none"),
            ),
        ],
    )
