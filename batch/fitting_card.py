"""Which scorecard belongs to a pack where nobody says so."""

from collections.abc import Callable
from functools import partial

from batch.named_pack import find_scorecard
from models.errors import BadDefinition, Conflict, NotFound
from models.settings import Settings
from scoring.pack import Pack
from scoring.scorecard import Scorecard, check_against


def find_card(
    pack: Pack, settings: Settings, asked: str | None, load: Callable[[str], Scorecard] | None = None
) -> Scorecard | None:
    """The card asked for; else one that fits: the one set by hand, the one of the pack's name, the default one.

    Raises:
        BadDefinition: the card asked for is wrong, or does not fit the pack.
        NotFound: there is no such card, or none of the name that is set.
    """
    load = load or partial(find_scorecard, settings=settings)
    if asked is not None:
        card = load(asked)
        check_against(card, pack)
        return card
    set_by_hand = "scorecard" in settings.model_fields_set
    for source in dict.fromkeys([settings.scorecard, pack.name] if set_by_hand else [pack.name, settings.scorecard]):
        try:
            card = load(source)
            check_against(card, pack)
        except (BadDefinition, Conflict):
            continue
        except NotFound:
            if source == settings.scorecard:
                raise
            continue
        return card
    return None
