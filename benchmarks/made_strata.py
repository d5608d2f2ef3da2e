"""The strata of a made-up centre's draws: which calls chance could have picked, and how, so that estimates can be made.

A made-up draw picks each call by routing's random share alone, or for a reason; agents' and types' quotas are told as
two and none, which costs estimates what real quotas cost.
"""

import json
from collections import Counter
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from models.tables import CallRow, DrawRow, RoutingRow, SelectionRow
from scoring.sampling.picks import REST

SHARE = 0.04
TAKES = 2
CHANCE = "scoring.routed_random"


def give_strata(engine: Engine) -> None:
    with Session(engine) as session:
        for draw_id in session.scalars(select(DrawRow.id)).all():
            _give(session, draw_id)
            session.commit()


def _give(session: Session, draw_id: int) -> None:
    query = (
        select(
            SelectionRow.id,
            SelectionRow.picked,
            CallRow.agent_id,
            CallRow.agent_name,
            CallRow.team,
            CallRow.call_type,
            RoutingRow.reasons,
        )
        .join(CallRow, CallRow.id == SelectionRow.call_id)
        .join(RoutingRow, RoutingRow.score_id == CallRow.score_id)
        .where(SelectionRow.draw_id == draw_id)
    )
    agents: dict[str, dict[str, Any]] = {}
    types: dict[str, dict[str, Any]] = {}
    cells: Counter[tuple[int, int, bool]] = Counter()
    picks = []
    for row in session.execute(query):
        certain = any(reason["code"] != CHANCE for reason in row.reasons)
        agent = agents.setdefault(
            row.agent_id, _stratum(len(agents), id=row.agent_id, name=row.agent_name, team=row.team)
        )
        kind = types.setdefault(row.call_type, _stratum(len(types), name=row.call_type))
        cells[agent["place"], kind["place"], certain] += 1
        if not certain:
            agent["size"] += 1
            kind["size"] += 1
        if row.picked:
            place = {"a": agent["place"], "t": kind["place"], "b": SHARE, "p": 0 if certain else REST}
            picks.append({"id": row.id, "strata": place})
    session.execute(update(SelectionRow), picks)
    places = sorted({(agent, kind) for agent, kind, _ in cells})
    strata = {
        "agents": [{**one, "takes": min(TAKES, one["size"])} for one in agents.values()],
        "types": [{**one, "takes": 0} for one in types.values()],
        "cells": [[a, t, cells[a, t, False], cells[a, t, True]] for a, t in places],
    }
    session.execute(update(DrawRow).where(DrawRow.id == draw_id).values(strata=json.loads(json.dumps(strata))))


def _stratum(place: int, **names: Any) -> dict[str, Any]:
    return {"place": place, "size": 0, **names}
