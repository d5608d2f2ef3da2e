"""Everything that can be set, by `CALLQA_*` in the environment or in `callqa.toml`. Only edges read it."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

CONFIG_VARIABLE = "CALLQA_CONFIG"


def config_file() -> Path:
    """The TOML file: `callqa.toml` in the current folder, unless `CALLQA_CONFIG` names another."""
    return Path(os.environ.get(CONFIG_VARIABLE, "callqa.toml"))


class Settings(BaseSettings):
    """Order of precedence: command line, environment, the TOML file, defaults."""

    model_config = SettingsConfigDict(env_prefix="CALLQA_", extra="forbid", frozen=True)

    home: Path = Field(Path("callqa-data"), description="The one folder for all state: database, audio, caches.")
    database_url: str | None = Field(
        None,
        description="SQLAlchemy URL; by default SQLite in the home folder. `postgresql+psycopg://…` for PostgreSQL.",
    )
    language: Literal["zh", "en"] = Field("zh", description="Language of pages, tables and reasons.")

    transcriber: Literal["whisper", "scripted"] = Field(
        "whisper",
        description="`scripted` reads what was said from `script_dir` instead of listening: for tests.",
    )
    script_dir: Path | None = Field(
        None, description="Folder of `<stem>.json` truth files for the scripted transcriber."
    )
    model: str = Field("base", description="Whisper size, or a folder with a CTranslate2 model. `base` comes with pip.")
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="Where Whisper runs.")
    compute_type: str = Field(
        "default",
        description="CTranslate2 compute type, such as `int8`, `float32`, `float16`; `default` measures what is best.",
    )
    threads: int = Field(0, ge=0, description="CPU threads for Whisper; 0 measures how many are best.")
    batch_size: int = Field(0, ge=0, description="Stretches of speech Whisper writes at a time; 0 measures how many.")
    agent_channel: Literal["left", "right"] = Field(
        "left", description="The agent's channel in two-channel recordings."
    )
    listen_again: bool = Field(
        default=True,
        description="Whether Whisper is asked again about words that sound a little like what rules look for; what it "
        "was asked before counts either way.",
    )

    pack: str = Field(
        "inbound-service",
        description="Rule pack: a name, of which the newest published version is used, or a YAML file.",
    )
    scorecard: str = Field(
        "inbound-service",
        description="Scorecard: a name, of which the newest published version is used, or a YAML file.",
    )

    low_score: float = Field(70, ge=0, le=100, description="Calls that score below this go to the queue.")
    low_coverage: float = Field(
        0.6,
        ge=0,
        le=1,
        description="Calls of which less than this share of points could be judged go to the queue.",
    )
    random_share: float = Field(0.05, ge=0, le=1, description="Share of all calls drawn at random for the queue.")
    random_seed: str = Field("callqa", description="Changes which calls the random share draws.")
    doubt_value: float = Field(
        0.5,
        ge=0,
        le=1.01,
        description="Calls whose score the machine doubts go to the queue from this value on (what is at stake times "
        "what is learnt, 0 to 1); 1.01 queues none for that.",
    )

    gate_precision: float = Field(
        0.7,
        ge=0,
        le=1,
        description="A draft is held back where a rule's precision is not surely this (its interval's lower bound).",
    )
    gate_verdicts: int = Field(
        20, ge=1, description="People's verdicts on a rule's hits from which its precision is asked for."
    )
    gate_newly_hit: float = Field(
        0.1, ge=0, le=1, description="A draft is held back where a rule would newly hit a larger share of calls."
    )
    gate_grades_changed: float = Field(
        0.2, ge=0, le=1, description="A draft is held back where it would change the grades of a larger share of calls."
    )
    gate_calls: int = Field(20, ge=1, description="Stored calls a draft is compared on at least.")

    level_suggests_kappa: float = Field(
        0.4, ge=0, le=1, description="The machine may suggest on an item from this κ with people on (lower bound)."
    )
    level_decides_kappa: float = Field(
        0.6, ge=0, le=1, description="The machine may decide an item from this κ with people on (lower bound)."
    )
    level_calls: int = Field(
        30, ge=30, description="Calls judged by machine and people before a level is raised, or lowered by itself."
    )
    level_days: int = Field(180, ge=1, description="Older verdicts say nothing about an item's level any more.")

    workers: int = Field(
        0, ge=0, description="Recordings in hand at the same time, of which most wait for Whisper; 0 is four per core."
    )
    lease_seconds: int = Field(
        300,
        ge=1,
        description="A claimed recording is given to another worker after this long without a sign of life.",
    )
    max_attempts: int = Field(3, ge=1, description="Tries before a recording that ends its worker is quarantined.")
    max_hours: float = Field(4, gt=0, description="Longer recordings are quarantined.")
    max_upload_mb: int = Field(512, ge=1, description="Larger uploads are refused.")

    requests_a_minute: int = Field(
        1200, ge=0, description="What one session or token may ask in a minute; 0 counts nobody's requests."
    )

    session_hours: float = Field(12, gt=0, le=24 * 31, description="Who signs in has to do so again after this long.")
    session_idle_minutes: float = Field(120, gt=0, description="Who does nothing for this long is signed out.")

    review_due_hours: float = Field(
        48, gt=0, description="A queued call should be reviewed within so many hours; nights and holidays count."
    )
    lease_minutes: float = Field(
        30,
        gt=0,
        description="A call somebody has begun to review goes to others after this long without a sign of life.",
    )
    blind_review: bool = Field(
        default=True, description="Whether inspectors judge before they see what the machine and others said."
    )
    double_share: float = Field(
        0.1, ge=0, le=1, description="Share of the calls routing picks that two people review independently."
    )
    comment_needed: Literal["lost", "critical", "never"] = Field(
        "lost",
        description="Where a reviewer must say why: wherever points are lost, only on critical items, or never.",
    )
    double_tolerance: float = Field(
        5,
        ge=0,
        le=100,
        description="Two verdicts on a call that differ by more points must be settled before they are published.",
    )
    draw_after_hours: float = Field(
        6,
        ge=0,
        le=720,
        description="A worker draws with the sampling plans so many hours after a period is over, when its last calls "
        "have come in; 0 leaves it to people and cron.",
    )
    publish_after_hours: float = Field(
        0, ge=0, description="Verdicts are published by themselves after so many hours; 0 leaves it to people."
    )
    appeal_days: int = Field(
        7, ge=0, le=365, description="Days in which a result may be appealed, to the end of the last one in China."
    )
    appeal_decide_days: int = Field(
        5, ge=0, le=365, description="Days in which an appeal should be decided; older ones are listed as overdue."
    )
    hide_reviewers: bool = Field(default=True, description="Whether agents are not told who judged their calls.")

    assess_right: float = Field(
        0.85, ge=0, le=1, description="Share of items an inspector judges as the reference to pass a month."
    )
    assess_overturned: float = Field(
        0.3, ge=0, le=1, description="Share of the items appealed against an inspector that may be overturned to pass."
    )
    assess_in_time: float = Field(0.8, ge=0, le=1, description="Share of hearings an inspector judges in time to pass.")
    assess_load: float = Field(
        0.6, ge=0, le=1, description="Verdicts an inspector gives to pass, in proportion to their colleagues' mean."
    )

    host: str = Field("127.0.0.1", description="Address the pages are served on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the pages are served on.")

    @property
    def gate(self) -> tuple[float, int, float, float, int]:
        """In the order of `pipeline.rulebook.gate.Limits`."""
        return (
            self.gate_precision,
            self.gate_verdicts,
            self.gate_newly_hit,
            self.gate_grades_changed,
            self.gate_calls,
        )

    @property
    def routing(self) -> tuple[float, float, float, str, timedelta, float, bool, float]:
        """In the order of `scoring.routing.RoutingPlan`."""
        due = timedelta(hours=self.review_due_hours)
        by_chance = (self.random_share, self.random_seed)
        by_hand = (due, self.double_share, self.blind_review)
        return (self.low_score, self.low_coverage, *by_chance, *by_hand, self.doubt_value)

    @property
    def level_bars(self) -> tuple[float, float, int, int]:
        """In the order of `pipeline.learning.level_bars.Bars`."""
        return (self.level_suggests_kappa, self.level_decides_kappa, self.level_calls, self.level_days)

    @property
    def assessed(self) -> tuple[float, float, float, float]:
        """In the order of `pipeline.reports.assessments.Thresholds`."""
        return (self.assess_right, self.assess_overturned, self.assess_in_time, self.assess_load)

    @property
    def lease(self) -> timedelta:
        """How long who reviews a call keeps it without a sign of life."""
        return timedelta(minutes=self.lease_minutes)

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{(self.home / 'callqa.db').absolute()}"

    @property
    def audio_dir(self) -> Path:
        return self.home / "audio"

    @property
    def locks_dir(self) -> Path:
        return self.home / "locks"

    @property
    def cache_dir(self) -> Path:
        return self.home / "cache"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file())
