"""The classifier a command asks beside the rules, as people name it on the command line."""

from batch.reading import open_reading
from models.settings import Settings
from pipeline.learning.in_use import Choice, Machine, machine_alone, machine_of
from scoring.pack import Pack
from scoring.scorecard import Scorecard


def find_machine(card: Scorecard | None, pack: Pack, settings: Settings, choice: Choice = None) -> Machine:
    """The one in use, or the one chosen, for this card and pack; the database is only asked where there is one.

    Raises:
        NotFound, Conflict: there is no such version, or it cannot be read.
    """
    if settings.database_url or (settings.home / "callqa.db").exists():
        with open_reading(settings) as session:
            return machine_of(session, card, settings.cache_dir, choice, packs=[pack])
    return machine_alone(card, pack, settings.cache_dir, choice)
