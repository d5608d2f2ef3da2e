from pathlib import Path

import pytest

from batch.settings import read_settings, settings_table
from models.errors import BadSetting

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "callqa.toml").write_text('low_score = 50\nport = 8001\npack = "a"\n')
    monkeypatch.setenv("CALLQA_PORT", "8002")
    monkeypatch.setenv("CALLQA_PACK", "b")
    settings = read_settings(pack="c", model=None)
    assert (settings.low_score, settings.port, settings.pack, settings.model) == (50, 8002, "c", "base")


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("low_scor = 3", "no setting low_scor; did you mean low_score?"),
        ("low_score = 300", "low_score cannot be 300"),
        ("low_score = = 3", "not correct TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(tmp_path: Path, toml: str, said: str) -> None:
    (tmp_path / "callqa.toml").write_text(toml)
    with pytest.raises(BadSetting) as raised:
        read_settings()
    assert said in " ".join([str(raised.value), *(detail.say("en") for detail in raised.value.details)])


def test_a_misspelt_variable_is_not_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLQA_LANGAUGE", "en")
    with pytest.raises(BadSetting) as raised:
        read_settings()
    assert "did you mean CALLQA_LANGUAGE?" in raised.value.details[0].say("en")


def test_a_named_file_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLQA_CONFIG", "nowhere.toml")
    with pytest.raises(BadSetting, match=r"nowhere\.toml"):
        read_settings()


def test_the_documented_settings_are_the_real_ones() -> None:
    written = (ROOT / "docs" / "settings.md").read_text("utf8")
    assert settings_table() in written, "run: callqa settings --markdown, and put its table into docs/settings.md"
