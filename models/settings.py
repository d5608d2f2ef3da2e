"""Everything that can be set, by `CALLQA_*` in the environment or in `callqa.toml`. Only edges read it."""

import os
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

    host: str = Field("127.0.0.1", description="Address the pages are served on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the pages are served on.")

    @property
    def gate(self) -> tuple[float, int, float, float, int]:
        """In the order of `pipeline.gate.Limits`."""
        return (
            self.gate_precision,
            self.gate_verdicts,
            self.gate_newly_hit,
            self.gate_grades_changed,
            self.gate_calls,
        )

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
