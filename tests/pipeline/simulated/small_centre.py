"""What the small simulated centre of the tests is made from."""

import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from models.clock import CHINA_TIME
from models.person import UserRole
from pipeline.simulated.mark import Mark
from pipeline.simulated.reviewing import Rules
from pipeline.simulated.simulate import Asked
from scoring.pack import load_pack
from scoring.routing import RoutingPlan
from scoring.scorecard import load_scorecard
from storage.database import open_database

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=CHINA_TIME)
"""A Thursday: the running week has days in it."""

ACCOUNTS = (
    ("admin", "管理员", UserRole.ADMIN, None, None),
    ("lead", "李主管", UserRole.LEAD, None, None),
    ("inspector", "王质检", UserRole.INSPECTOR, None, None),
    ("inspector2", "陈质检", UserRole.INSPECTOR, None, None),
    ("trainer", "周培训", UserRole.TRAINER, None, None),
    ("teamlead", "刘组长", UserRole.TEAM_LEAD, "服务一组", None),
    ("agent", "邹凯", UserRole.AGENT, "服务一组", "3041"),
    ("agent2", "方敏", UserRole.AGENT, "服务二组", "6603"),
)
"""The demo's."""

SAMPLES = (
    *("bank-card-frozen.mp3", "bank-sms-code.wav", "bank-wealth-followup.wav", "collections-threat.wav"),
    *("insurance-telesales-promise.wav", "property-leak-silence.wav", "property-parking-interrupts.mp3"),
    *("shop-refund-shirking.wav", "telecom-bill-query.wav", "telecom-roaming-mediocre.wav"),
)
"""Half of the sample calls, of every type: listening to them is most of what this costs."""

ASKED = Asked(
    weeks=2,
    calls_a_day=30,
    seed="test",
    now=NOW,
    pack=load_pack("inbound-service"),
    card=load_scorecard("inbound-service"),
    routing=RoutingPlan(70, 0.6, 0.05, "callqa", timedelta(hours=48), 0.1, blind=True),
    rules=Rules(tolerance=5, appeal_days=7, decide_days=5),
)


@dataclass(frozen=True)
class Made:
    """`mark` is None before anything was simulated."""

    home: Path
    engine: Engine
    mark: Mark | None = None

    def copy(self, home: Path) -> "Made":
        shutil.copytree(self.home, home)
        return replace(self, home=home, engine=open_database(f"sqlite:///{home / 'callqa.db'}"))
