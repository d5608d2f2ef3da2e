"""`callqa score`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from batch.commands.options import AsJson, Lang, Pack, Scorecard
from batch.settings import read_settings
from batch.wording import say
from models.call import Metadata
from models.errors import BadRecording, NotFound
from models.finding import Answer, RuleResult
from models.reason import Language
from models.score import SCORED_JSON, Scored
from models.transcript import TRANSCRIPT_JSON, Transcript
from scoring.evaluate import evaluate
from scoring.pack import load_pack
from scoring.prescore import pre_score
from scoring.scorecard import check_against, load_scorecard


def score(
    transcripts: Annotated[list[Path], typer.Argument(help="Transcripts as JSON, from `callqa transcribe`.")],
    *,
    pack: Pack = None,
    scorecard: Scorecard = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Check transcripts against a rule pack and score them on a scorecard, without storing anything."""
    settings = read_settings(pack=pack, scorecard=scorecard, language=lang)
    rules, card = load_pack(settings.pack), load_scorecard(settings.scorecard)
    check_against(card, rules)
    scored: dict[str, Any] = {}
    for path in transcripts:
        results = evaluate(rules, _read(path), Metadata())
        one = Scored(pre_score(card, results), results)
        if as_json:
            scored[str(path)] = SCORED_JSON.dump_python(one, mode="json")
        else:
            _print(Console(), path, one, settings.language)
    if as_json:
        typer.echo(json.dumps(scored, ensure_ascii=False, indent=2))


def _read(path: Path) -> Transcript:
    if not path.exists():
        raise NotFound("pipeline.path_missing", path=str(path))
    try:
        return TRANSCRIPT_JSON.validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadRecording("batch.not_a_transcript", file=str(path), where=where, what=first["msg"]) from error


def _print(console: Console, path: Path, scored: Scored, language: Language) -> None:
    total = scored.pre_score.total
    facts = {
        "file": path.name,
        "total": "—" if total is None else f"{total:.0f}",
        "grade": scored.pre_score.grade or "—",
    }
    console.print(say(language, "score_line", **facts))
    table = Table(*(say(language, f"column_{name}") for name in ("rule", "answer", "second", "quote")))
    for result in scored.results:
        if result.answer is not Answer.CLEAN:
            for row in _rows(result, language):
                table.add_row(*map(escape, row))
    console.print(table)


def _rows(result: RuleResult, language: Language) -> list[tuple[str, str, str, str]]:
    answer = say(language, f"answer_{result.answer}")
    why = result.reason.say(language) if result.reason else ""
    if not result.evidence:
        return [(result.name, answer, "", why)]
    return [(result.name, answer, f"{e.start:.1f}", e.quote or why) for e in result.evidence]
