"""All windows that were fixed, whatever they showed: what worked is not told without what did not."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import Forbidden
from models.person import Viewer
from pipeline.actions.scope import team_asked
from pipeline.effects.windows import READERS, Effect, seen_in
from storage.actions import effects

COUNTED = 60
"""Windows whose outcomes are counted, the newest: each is measured anew."""


@dataclass(frozen=True, slots=True)
class EffectPage:
    """`fixed` windows there are in all; `outcomes` of the newest `counted` of them. `next`: as of other lists."""

    effects: tuple[Effect, ...]
    fixed: int
    counted: int
    outcomes: Mapping[str, int]
    next: int | None


def listed(
    session: Session,
    viewer: Viewer,
    now: datetime,
    *,
    team: str | None = None,
    source: str | None = None,
    after: int | None = None,
    limit: int,
) -> EffectPage:
    """The newest first; a team lead's are their team's.

    Raises:
        NotFound: the team is not the viewer's.
        Forbidden: effects are not for them.
    """
    if not any(viewer.may(right) for right in READERS):
        raise Forbidden("api.forbidden")
    team = team_asked(viewer, team)
    newest = effects.listed(session, team=team, source=source, after=None, limit=COUNTED)
    rows = effects.listed(session, team=team, source=source, after=after, limit=limit + 1)
    wanted = {row.id: row for row in [*newest, *rows[:limit]]}
    seen = {id_: seen_in(session, row, now) for id_, row in wanted.items()}
    return EffectPage(
        effects=tuple(seen[row.id] for row in rows[:limit]),
        fixed=effects.count(session, team=team, source=source),
        counted=len(newest),
        outcomes=Counter(seen[row.id].outcome for row in newest),
        next=rows[limit - 1].id if len(rows) > limit else None,
    )
