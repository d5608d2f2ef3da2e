"""The database and the data folder, opened for as long as a command lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session, sessionmaker

from asr.batching import cores
from asr.measure import Fit, fitted
from asr.scripted import ScriptedTranscriber
from asr.transcriber import Transcriber
from asr.weights import find_model
from asr.whisper import WhisperTranscriber
from models.errors import BadSetting
from models.settings import Settings
from pipeline.learning.in_use import Choice, Machine, machine_of
from pipeline.processing.process import Processing, Workbench, remember_definitions
from pipeline.rulebook.definitions import load_in_use
from pipeline.rulebook.rule_ages import new_rules
from scoring.pack import Pack
from scoring.routing import RoutingPlan
from scoring.scorecard import Scorecard, check_against
from storage.database import open_database, sessions
from storage.migrate import upgrade

RECORDINGS_A_THREAD = 4
"""In hand for each of Whisper's threads."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """`reading` are sessions that lock nothing and wait for nobody."""

    settings: Settings
    sessions: sessionmaker[Session]
    reading: sessionmaker[Session]


@contextmanager
def open_workplace(settings: Settings) -> Iterator[Workplace]:
    """The folder made, the database brought up to date."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting("batch.home_unusable", path=str(settings.home), what=error.strerror or "") from error
    engine = open_database(settings.database)
    try:
        upgrade(engine)
        yield Workplace(settings, sessions(engine), sessions(engine, reading=True))
    finally:
        engine.dispose()


def now() -> datetime:
    return datetime.now(UTC)


def open_transcriber(settings: Settings) -> Transcriber:
    """The transcriber the settings ask for.

    Raises:
        MissingPart: Whisper or its weights are not installed.
        BadSetting: Whisper's weights cannot be used here, or not in the way that is set; or the scripted
            transcriber has no scripts.
    """
    if settings.transcriber == "scripted":
        if settings.script_dir is None:
            raise BadSetting("batch.no_scripts")
        return ScriptedTranscriber.from_truth_dir(settings.script_dir)
    model_dir = find_model(settings.model, settings.cache_dir / "models")
    wish = Fit(settings.compute_type, settings.threads, settings.batch_size)
    fit = fitted(model_dir, settings.cache_dir, device=settings.device, wish=wish)
    return WhisperTranscriber(
        model_dir,
        device=settings.device,
        compute_type=fit.compute_type,
        threads=fit.threads,
        batch_size=fit.batch_size,
    )


def recordings_at_once(settings: Settings) -> int:
    """How many recordings to have in hand: as many as are set, or as keep Whisper's batches full."""
    return settings.workers or RECORDINGS_A_THREAD * (settings.threads or cores())


def open_processing(workplace: Workplace, transcriber: Transcriber | None = None) -> Processing:
    """Everything that decides scores: as the settings say, with the pack and the scorecard in use now.

    Raises:
        BadDefinition: the pack or the scorecard is wrong, or they do not fit.
        Conflict: all versions of one of them are retired.
        NotFound: there is none of that name.
    """
    settings = workplace.settings
    pack, card = in_use(workplace)
    machine = open_machine(workplace, pack, card)
    with workplace.reading() as session:
        rules_since = new_rules(session, pack, now())
    return Processing(
        transcriber=transcriber or open_transcriber(settings),
        agent_channel=settings.agent_channel,
        pack=pack,
        card=card,
        plan=routing_plan(settings),
        audio_dir=settings.audio_dir,
        max_seconds=settings.max_hours * 3600,
        listen_again=settings.listen_again,
        classifier=machine.classifier,
        levels=machine.levels,
        classifier_since=machine.since,
        rules_since=rules_since,
    )


def open_machine(workplace: Workplace, pack: Pack, card: Scorecard, choice: Choice = None) -> Machine:
    """The classifier that judges these calls, or the one chosen, and what it may decide; trained at first need.

    Raises:
        NotFound, Conflict: there is no such version, or it cannot be read.
    """
    with workplace.reading() as session:
        return machine_of(session, card, workplace.settings.cache_dir, choice, packs=[pack])


def in_use(workplace: Workplace) -> tuple[Pack, Scorecard]:
    """The pack and the scorecard that score calls now, which fit each other.

    Raises:
        BadDefinition, Conflict, NotFound: as `open_processing`.
    """
    with workplace.reading() as session:
        pack = load_in_use(session, "pack", workplace.settings.pack)
        card = load_in_use(session, "scorecard", workplace.settings.scorecard)
    check_against(card, pack)
    return pack, card


def routing_plan(settings: Settings) -> RoutingPlan:
    return RoutingPlan(*settings.routing)


def open_bench(workplace: Workplace, processing: Processing, owner: str) -> Workbench:
    """What `owner` works with, its pack and scorecard written down.

    Raises:
        Conflict: the pack's or the scorecard's version was used before with another content.
    """
    with workplace.sessions.begin() as session:
        definitions = remember_definitions(session, processing, now())
    return Workbench(workplace.sessions, owner, processing, definitions, now)
