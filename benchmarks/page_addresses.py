"""What benchmarks/pages.py asks for: each page and its JSON with the filters people use, of other values each time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from models.clock import CHINA_TIME
from models.person import UserRole

ADMIN, LEAD, INSPECTOR, TEAM_LEAD, AGENT = (
    UserRole.ADMIN,
    UserRole.LEAD,
    UserRole.INSPECTOR,
    UserRole.TEAM_LEAD,
    UserRole.AGENT,
)


LIST_BAR, REPORT_BAR = 0.1, 1.0
"""Seconds within which 95 of 100 pages are to be answered."""

REPORT_TABS = (
    *("errors", "trends", "people", "kinds", "voice", "customers", "complaints", "calibration", "work", "health"),
)


@dataclass(frozen=True)
class Asked:
    """`values` are taken in turn, each a query. `route` is the path as the router has it, where that is another."""

    name: str
    role: UserRole
    path: str
    values: tuple[str, ...] = ("",)
    route: str = ""
    bar: float = LIST_BAR

    def address(self, time: int) -> str:
        value = self.values[time % len(self.values)]
        return f"{self.path}?{value}" if value else self.path


def addresses(calls: int) -> list[Asked]:
    filters = dict(_filters(calls))
    asked = [Asked(f"list: {name}", LEAD, "/", values) for name, values in filters.items()]
    asked += [Asked(f"/v1/calls: {name}", LEAD, "/v1/calls", values) for name, values in _for_json(filters)]
    asked += [
        Asked("list as inspector", INSPECTOR, "/"),
        Asked("list as team lead", TEAM_LEAD, "/"),
        Asked("list as team lead, low first", TEAM_LEAD, "/", ("sort=lowest",)),
        Asked("home", LEAD, "/home"),
        Asked("/v1/home", LEAD, "/v1/home"),
        Asked("team", TEAM_LEAD, "/team"),
        Asked("/v1/team", TEAM_LEAD, "/v1/team"),
        Asked("queue", LEAD, "/queue"),
        Asked("queue as inspector", INSPECTOR, "/queue"),
        Asked("/v1/queue", LEAD, "/v1/queue"),
        Asked("quarantine", LEAD, "/quarantine"),
        Asked("/v1/quarantine", LEAD, "/v1/quarantine"),
        Asked("desk", INSPECTOR, "/desk"),
        Asked("assignments", LEAD, "/assignments"),
        Asked("/v1/assignments", LEAD, "/v1/assignments"),
        Asked("/v1/reviews", LEAD, "/v1/reviews"),
        Asked("sampling", LEAD, "/sampling"),
        Asked("audit", ADMIN, "/audit"),
        Asked("/v1/audit", ADMIN, "/v1/audit"),
        Asked("users", ADMIN, "/users"),
        Asked("agents", ADMIN, "/agents"),
        Asked("mine", AGENT, "/mine"),
        Asked("/v1/mine", AGENT, "/v1/mine"),
        Asked("/v1/mine/overview", AGENT, "/v1/mine/overview"),
        Asked("publishing", LEAD, "/publishing"),
        Asked("/v1/publishing", LEAD, "/v1/publishing"),
        Asked("appeals", LEAD, "/appeals"),
        Asked("/v1/appeals", LEAD, "/v1/appeals"),
        Asked("/v1/appeals/rates", LEAD, "/v1/appeals/rates"),
        Asked("feedback", LEAD, "/feedback"),
        Asked("/v1/feedback", LEAD, "/v1/feedback"),
        Asked("rules", LEAD, "/rules"),
    ]
    return asked + list(_reports())


def _reports() -> Iterator[Asked]:
    """Of the centre by week, 30 and 90 days; of teams and agents."""
    spans = ("{last_week}", "{last_30}", "{last_90}")
    teams = ("team=服务1组&{last_90}", "team=外呼3组&{last_90}", "agent=6033&{last_90}")
    for who, values in (("centre", spans), ("team, agent", teams)):
        yield Asked(f"reports: {who}", LEAD, "/reports", values, bar=REPORT_BAR)
        for tab in REPORT_TABS[: 10 if who == "centre" else 7]:
            yield Asked(f"reports: {tab}, {who}", LEAD, f"/reports/{tab}", values, "/reports/{name}", REPORT_BAR)
        for what in ("all", "fatal", "reviewed", "type:投诉"):
            asked = tuple(f"{value}&{urlencode({'what': what})}" for value in values)
            yield Asked(f"reports: calls {what}, {who}", LEAD, "/reports/calls", asked, bar=REPORT_BAR)
    yield Asked("reports: as team lead", TEAM_LEAD, "/reports", spans, bar=REPORT_BAR)
    yield Asked("reports: to print", LEAD, "/reports/print", spans, bar=REPORT_BAR)
    yield Asked("reports: assessments", LEAD, "/assessments", bar=REPORT_BAR)


def _filters(calls: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """`calls` says which files there are."""
    yield "all", ("",)
    for sort in ("received", "lowest", "highest"):
        yield f"sort {sort}", (urlencode({"sort": sort}),)
    yield "team", _each("team", "服务1组", "服务2组", "外呼3组")
    yield "team, low first", tuple(one + "&sort=lowest" for one in _each("team", "服务1组", "服务2组"))
    yield "agent", _each("agent_id", "6001", "6033", "6070")
    yield "agent, low first", tuple(one + "&sort=lowest" for one in _each("agent_id", "6001", "6033"))
    yield "nobody's", _each("agent_id", "9999")
    yield "call type", _each("call_type", "查询", "投诉", "退改")
    yield "direction", _each("direction", "inbound", "outbound")
    yield "grade", _each("grade", "优秀", "合格", "不合格")
    yield "rule", _each("rule", "complaint-threat", "shirking")
    yield "rule nobody broke", _each("rule", "no-such-rule")
    yield "state received", _each("state", "received")
    yield "state quarantined", _each("state", "quarantined")
    yield "queued", _each("queued", "true", "false")
    yield "score 0-30", ("min_total=0&max_total=30",)
    yield "score 85-86", ("min_total=85&max_total=86",)
    yield "fatal", _each("fatal", "true")
    yield "review waiting", _each("review", "waiting")
    yield "review published", _each("review", "published")
    yield "review appealed", _each("review", "appealed")
    yield "overdue", _each("overdue", "true")
    yield "waiting, by reason", tuple(f"review=waiting&reason={code}" for code in REASONS)
    yield "a day", ("{day}",)
    yield "a month ago", ("{month}",)
    for of in ("received", "scored", "queued", "submitted", "published"):
        yield f"{of} today", (f"{{today}}&day_of={of}",)
        yield f"{of} last week", (f"{{week}}&day_of={of}",)
    yield "text: everything", _each("text", "wav")
    yield "text: a number", _each("text", f"{calls // 2:07}", f"{calls // 3:07}")
    yield "text: four digits", _each("text", "8823", "1907")
    yield "text: nothing", _each("text", "没有这样的名字", "zzzz")
    yield "text: two letters nobody has", _each("text", "qx")


REASONS = ("scoring.routed_fatal", "scoring.routed_random", "scoring.routed_disputed")


def _each(name: str, *values: str) -> tuple[str, ...]:
    return tuple(urlencode({name: value}) for value in values)


def _for_json(filters: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Days are asked for by other names there; the rest is the same."""
    return ((name, values) for name, values in filters.items() if not any("{" in value for value in values))


def with_days(asked: Asked, now: datetime) -> Asked:
    today = now.astimezone(CHINA_TIME).date()
    spans = {"today": (0, 0), "day": (3, 3), "month": (30, 30), "week": (7, 5)}
    days = {
        name: urlencode({"from_day": today - timedelta(days=a), "to_day": today - timedelta(days=b)})
        for name, (a, b) in spans.items()
    }
    for name, length in (("last_week", 7), ("last_30", 30), ("last_90", 90)):
        days[name] = urlencode({"from": today - timedelta(days=length - 1), "to": today})
    return replace(asked, values=tuple(value.format(**days) for value in asked.values))
