"""`callqa rules replay`."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from sqlalchemy.orm import Session

from batch.commands.calls_asked import (
    Agent,
    CallType,
    Direction,
    Grade,
    Limit,
    Rule,
    Since,
    Team,
    Until,
    bar,
    began,
)
from batch.commands.options import AsJson, Home, Lang, Scorecard
from batch.exits import Exit
from batch.fitting_card import find_card
from batch.interrupt import stop_on_signal
from batch.named_pack import MEANINGS, stored_pack
from batch.reading import open_reading
from batch.replay_report import print_replay, replay_json
from batch.settings import read_settings
from batch.wording import say
from models.errors import BadDefinition
from models.reason import Language
from models.settings import Settings
from pipeline.learning.in_use import cases_model, deciding_machine
from pipeline.processing.stored_calls import read_calls
from pipeline.rulebook.definitions import load_in_use, versions
from pipeline.rulebook.replay import Against, Limits, StoredCall, gate, replay
from pipeline.rulebook.replayed import Replay
from pipeline.rulebook.rule_marks import stored_verdicts
from pipeline.rulebook.verdicts import read_verdicts
from scoring import scorecard as cards
from scoring.pack import Pack
from storage.calls.call_filter import CallFilter
from storage.calls.calls import find_call_ids


@dataclass(frozen=True, slots=True)
class Asked:
    """Which draft is replayed, with which card, beside what, on which calls. As the options of the command."""

    pack: str
    scorecard: str | None
    against: str | None
    verdicts: Path | None
    wanted: CallFilter
    limit: int | None


def replay_pack(
    pack: Annotated[str, typer.Argument(metavar="PACK", help=MEANINGS)],
    *,
    scorecard: Scorecard = None,
    against: Annotated[
        str | None,
        typer.Option(help="Compare with another version (a number) or PACK; else with the scores in force."),
    ] = None,
    verdicts: Annotated[
        Path | None, typer.Option(help="CSV of people's verdicts: call, sha256 or file; rule; hit.")
    ] = None,
    limit: Limit = None,
    agent: Agent = None,
    team: Team = None,
    call_type: CallType = None,
    direction: Direction = None,
    grade: Grade = None,
    rule: Rule = None,
    since: Since = None,
    until: Until = None,
    precision: Annotated[float | None, typer.Option(min=0, max=1, help="See CALLQA_GATE_PRECISION.")] = None,
    enough_verdicts: Annotated[int | None, typer.Option(min=1, help="See CALLQA_GATE_VERDICTS.")] = None,
    newly_hit: Annotated[float | None, typer.Option(min=0, max=1, help="See CALLQA_GATE_NEWLY_HIT.")] = None,
    grades_changed: Annotated[float | None, typer.Option(min=0, max=1, help="See CALLQA_GATE_GRADES_CHANGED.")] = None,
    enough_calls: Annotated[int | None, typer.Option(min=1, help="See CALLQA_GATE_CALLS.")] = None,
    home: Home = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """What a draft would change in the stored calls, and whether it may be published. Nothing is stored.

    Exit codes: 0 nothing speaks against it; 2 wrong use; 3 the pack, scorecard or verdicts are wrong; 6 the database
    failed; 8 something speaks against it; 130 interrupted.
    """
    settings = read_settings(
        home=home,
        language=lang,
        gate_precision=precision,
        gate_verdicts=enough_verdicts,
        gate_newly_hit=newly_hit,
        gate_grades_changed=grades_changed,
        gate_calls=enough_calls,
    )
    wanted = replace(
        began(since, until), agent_id=agent, team=team, call_type=call_type, direction=direction, grade=grade, rule=rule
    )
    stop = threading.Event()
    with open_reading(settings) as session, stop_on_signal(stop):
        found = _replayed(session, settings, stop, Asked(pack, scorecard, against, verdicts, wanted, limit))
    if stop.is_set():
        Console(stderr=True).print(escape(say(settings.language, "replay_interrupted", calls=found.calls)))
        raise typer.Exit(Exit.INTERRUPTED)
    answer = gate(found, Limits(*settings.gate))
    if as_json:
        typer.echo(json.dumps(replay_json(found, answer, settings.language), ensure_ascii=False))
    else:
        print_replay(Console(), found, answer, settings.language)
    raise typer.Exit(Exit.DONE if answer.passed else Exit.GATE)


def _replayed(session: Session, settings: Settings, stop: threading.Event, asked: Asked) -> Replay:
    draft = stored_pack(session, asked.pack).pack
    card = find_card(draft, settings, asked.scorecard, partial(_card, session)) or _older_card(session, draft)
    ids = find_call_ids(session, asked.wanted, limit=asked.limit)
    calls = _shown(session, ids, settings.language, stop)
    given = read_verdicts(session, asked.verdicts) if asked.verdicts else ()
    known = (*given, *stored_verdicts(session, ids, draft.rule_ids, but=given))
    before = _against(session, draft, asked.against, card)
    packs = [draft] if before is None else [draft, before.pack]
    return replay(
        calls,
        draft,
        card,
        verdicts=known,
        against=before,
        low_score=settings.low_score,
        machine=deciding_machine(session, card, settings.cache_dir, *packs),
        model=cases_model(draft, settings.cache_dir),
    )


def _card(session: Session, source: str) -> cards.Scorecard:
    return load_in_use(session, "scorecard", Path(source) if Path(source).is_file() else source)


def _older_card(session: Session, draft: Pack) -> cards.Scorecard | None:
    """The newest card of the draft's name that fits it: a draft may be based on an older version than is in use."""
    for version in versions(session, "scorecard", draft.name):
        card = cards.parse_scorecard(version.text, f"{draft.name}@{version.version}")
        try:
            cards.check_against(card, draft)
        except BadDefinition:
            continue
        return card
    return None


def _against(session: Session, draft: Pack, source: str | None, card: cards.Scorecard | None) -> Against | None:
    """Another version of the draft's pack, or a file; with the same card where that fits."""
    if source is None:
        return None
    pack = stored_pack(session, f"{draft.name}@{source}" if source.isdecimal() else source).pack
    if card is not None:
        try:
            cards.check_against(card, pack)
        except BadDefinition:
            return Against(pack)
    return Against(pack, card)


def _shown(
    session: Session, call_ids: tuple[int, ...], language: Language, stop: threading.Event
) -> Iterator[StoredCall]:
    """The calls, with a bar on stderr for those who wait; until `stop`."""
    with bar() as shown:
        task = shown.add_task(say(language, "replaying"), total=len(call_ids))
        for call in read_calls(session, call_ids):
            if stop.is_set():
                return
            yield call
            shown.advance(task)
