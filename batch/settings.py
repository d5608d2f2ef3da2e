"""Reading the settings at the edge, and saying clearly what is wrong with them."""

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from models.errors import BadSetting
from models.reason import Reason
from models.settings import CONFIG_VARIABLE, Settings, config_file

PREFIX = "CALLQA_"
NOT_SETTINGS = {CONFIG_VARIABLE, "CALLQA_REQUIRE_BROWSER"}


def read_settings(**overrides: Any) -> Settings:
    """Settings from the command line (None is not given), the environment, the TOML file and the defaults.

    Raises:
        BadSetting: `details` names every setting that is unknown or has an unusable value.
    """
    _check_toml(config_file())
    wrong = list(_unknown_variables())
    try:
        settings = Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        for mistake in error.errors():
            name = str(mistake["loc"][0]) if mistake["loc"] else "?"
            facts = {"name": name, "value": str(mistake["input"]), "what": mistake["msg"], "near": _near(name)}
            unknown = mistake["type"] == "extra_forbidden"
            wrong.append(Reason("batch.setting_unknown" if unknown else "batch.setting_wrong", facts))
    if wrong:
        raise BadSetting("batch.settings", details=wrong, count=len(wrong))
    return settings


def _check_toml(path: Path) -> None:
    if not path.exists():
        if CONFIG_VARIABLE in os.environ:
            raise BadSetting("batch.config_missing", file=str(path))
        return
    try:
        tomllib.loads(path.read_text("utf8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadSetting("batch.config_broken", file=str(path), what=str(error)) from error


def _unknown_variables() -> list[Reason]:
    """A misspelt variable would otherwise be ignored without a word."""
    return [
        Reason("batch.setting_unknown", {"name": name, "value": value, "near": PREFIX + _near(name).upper()})
        for name, value in os.environ.items()
        if name.startswith(PREFIX)
        and name not in NOT_SETTINGS
        and name.removeprefix(PREFIX).lower() not in Settings.model_fields
    ]


def _near(name: str) -> str:
    wanted = name.removeprefix(PREFIX).lower()
    return next(iter(difflib.get_close_matches(wanted, Settings.model_fields, n=1, cutoff=0)), "")


def settings_table() -> str:
    """Every setting as a Markdown table: `docs/settings.md` is made of it."""
    lines = ["| setting | environment | default | what it is |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        lines.append(f"| `{name}` | `{PREFIX}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"
