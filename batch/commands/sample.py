"""`callqa sample`: what a sampling plan would pick, and drawing with it."""

import json
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from batch.commands.options import AsJson, Home, Lang
from batch.due import Period, draw_period, draws_due
from batch.settings import read_settings
from batch.wording import say
from batch.workplace import Workplace, now, open_workplace
from models.errors import BadSetting, NotFound
from models.person import SYSTEM
from models.reason import Fact, Language
from pipeline.sampling import plans
from pipeline.sampling.drawing import SUMMARY_JSON, Preview, Use
from pipeline.sampling.drawing import preview as previewed
from pipeline.sampling.plans import DrawBrief, Plan
from scoring.sampling.period import Span, last_over, span
from scoring.sampling.summary import Summary

app = typer.Typer(no_args_is_help=True, help="Sampling plans: preview and draw.")

Name = Annotated[str, typer.Argument(help="The plan's name.")]
First = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, China's.")]
Last = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, included.")]

HOUR = 3600


@app.command()
def preview(
    plan: Name, *, first: First = None, last: Last = None, home: Home = None, lang: Lang = None, as_json: AsJson = False
) -> None:
    """Say what a plan would pick of its last whole period, or of the days given. Nothing is stored."""
    settings = read_settings(home=home, language=lang)
    with open_workplace(settings) as workplace, workplace.reading() as session:
        found = _plan(workplace, plan)
        use = Use(found.plan, _span(found, first, last), found.id, settings.random_seed)
        made = previewed(session, SYSTEM, use, now())
    if as_json:
        typer.echo(json.dumps(_preview_json(made, settings.language), ensure_ascii=False, indent=2))
    else:
        _print(Console(), found.name, made.span, made.summary, settings.language)


@app.command()
def draw(
    plan: Annotated[str | None, typer.Argument(help="The plan's name.")] = None,
    *,
    due: Annotated[bool, typer.Option("--due", help="Every plan in use whose last period has not been drawn.")] = False,
    first: First = None,
    last: Last = None,
    home: Home = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Pick the calls of a period and queue them. Each plan draws a period once; asking again changes nothing.

    Workers do so by themselves; for cron where none runs: `callqa sample draw --due`, every night.
    """
    if (plan is None) is not due:
        raise BadSetting("batch.sample_what")
    settings = read_settings(home=home, language=lang)
    with open_workplace(settings) as workplace:
        made = [draw_period(workplace, one) for one in _periods(workplace, plan, first, last)]
    if as_json:
        typer.echo(json.dumps([_draw_json(one.draw, new=one.is_new) for one in made], ensure_ascii=False, indent=2))
        return
    console = Console()
    for one in made:
        if not one.is_new:
            span = str(one.draw.span)
            console.print(escape(say(settings.language, "sample_drawn_before", plan=one.plan, period=span)))
        _print(console, one.plan, one.draw.span, one.draw.summary, settings.language)
    if not made:
        console.print(escape(say(settings.language, "sample_none_due")))


def _periods(workplace: Workplace, name: str | None, first: datetime | None, last: datetime | None) -> list[Period]:
    if name is None:
        return draws_due(workplace)
    plan = _plan(workplace, name)
    return [Period(plan.id, plan.name, _span(plan, first, last))]


def _plan(workplace: Workplace, name: str) -> Plan:
    with workplace.reading() as session:
        known = plans.all_plans(session, SYSTEM)
    found = next((plan for plan in known if plan.name == name), None)
    if found is None:
        raise NotFound("batch.no_sampling_plan", name=name, known="、".join(plan.name for plan in known) or "–")
    return found


def _span(plan: Plan, first: datetime | None, last: datetime | None) -> Span:
    if first is None and last is None:
        return last_over(plan.plan.period, now())
    if first is None or last is None or first > last:
        raise BadSetting("batch.sample_period")
    return span(_day(first), _day(last))


def _day(given: datetime) -> date:
    return given.date()


def _preview_json(made: Preview, language: Language) -> dict[str, Any]:
    return {
        "period": _period_json(made.span),
        "summary": SUMMARY_JSON.dump_python(made.summary, mode="json"),
        "drawn": made.drawn,
        "picks": [
            {
                "call_id": pick.call_id,
                "agent": pick.agent,
                "probability": pick.probability,
                "double": pick.double,
                "why": [reason.say(language) for reason in pick.reasons],
            }
            for pick in made.picks
        ],
    }


def _draw_json(draw: DrawBrief, *, new: bool) -> dict[str, Any]:
    summary = SUMMARY_JSON.dump_python(draw.summary, mode="json")
    return {"id": draw.id, "plan_id": draw.plan_id, "period": _period_json(draw.span), "new": new, "summary": summary}


def _period_json(period: Span) -> dict[str, str]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat()}


def _print(console: Console, name: str, period: Span, summary: Summary, language: Language) -> None:
    facts: dict[str, Fact] = {"plan": name, "period": str(period), "picked": summary.picked, "calls": summary.calls}
    hours = round(summary.seconds / HOUR, 1)
    line = say(language, "sample_summary", **facts, hours=hours, fresh=summary.fresh, inspectors=summary.inspectors)
    console.print(escape(line), soft_wrap=True)
    table = Table(*(say(language, f"sample_{column}") for column in ("stage", "agents", "calls", "picked", "chance")))
    for stage in summary.stages:
        counts = (stage.agents, stage.calls, stage.picked, stage.by_chance)
        table.add_row(say(language, f"sample_stage_{stage.name}"), *map(str, counts))
    if summary.stages:
        console.print(table)
    for warning in summary.warnings:
        console.print(f"  • {escape(warning.say(language))}", soft_wrap=True)
