"""A centre whose agents take calls every day, scored by the machine: what corrections are made of and verified by."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.person import UserRole, Viewer
from models.tables import AgentRow, CallFactRow, CallRow, ErrorFactRow, RecordingRow, StaleDayRow
from pipeline.people.signing_in import viewer_of
from storage.people import accounts

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
TODAY = date(2026, 11, 20)
CARD = "呼入服务"
ITEM = "greeting"
DAY = timedelta(days=1)


class Centre:
    """Agents 1001 to 1020 in two teams; what they do is said by `take_calls`."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.calls = 0
        for number in range(1, 21):
            team = "一组" if number <= 10 else "二组"
            session.add(
                AgentRow(agent_id=f"10{number:02}", name=f"座席{number}", team=team, active=True, updated_at=NOW)
            )
        session.flush()

    def person(self, role: UserRole, login: str, **facts: Any) -> Viewer:
        user = accounts.add_user(self.session, login=login, name=login, role=role, now=NOW, **facts)
        self.session.flush()
        return viewer_of(user)

    def take_calls(
        self,
        agent: str,
        first: date,
        days: int,
        *,
        each: int = 2,
        wrong: Callable[[int], bool] = lambda number: number % 5 == 0,
        by_people: bool = False,
    ) -> list[int]:
        """So many calls each day; `wrong` says of the nth whether the item went wrong. The calls' ids."""
        team = "一组" if int(agent[2:]) <= 10 else "二组"
        ids = [self.calls + number for number in range(1, days * each + 1)]
        self.calls += len(ids)
        on = {id_: first + (place // each) * DAY for place, id_ in enumerate(ids)}
        bad = [id_ for place, id_ in enumerate(ids) if wrong(place)]
        execute = self.session.execute
        execute(insert(RecordingRow), [_recording(id_) for id_ in ids])
        execute(insert(CallRow), [_call(id_, agent, team, on[id_]) for id_ in ids])
        execute(insert(CallFactRow), [_fact(id_, agent, team, on[id_], id_ in bad, by_people) for id_ in ids])
        if bad:
            execute(
                insert(ErrorFactRow),
                [_error(id_, agent, team, on[id_], people) for id_ in bad for people in {False, by_people}],
            )
        for day in set(on.values()):
            self.session.merge(StaleDayRow(day=day, changed="made"))
        self.session.flush()
        return ids

    def take_usual_calls(self, *, weeks: int = 4) -> None:
        """Everybody took calls in the weeks before today; agent 1001 went wrong in two of five, others in one."""
        for number in range(1, 21):
            agent = f"10{number:02}"
            often = 2 if number == 1 else 1
            self.take_calls(
                agent,
                TODAY - weeks * 7 * DAY,
                weeks * 7,
                wrong=lambda n, often=often: n % 5 < often,  # type: ignore[misc]
            )


def _recording(id_: int) -> dict[str, object]:
    return {
        "id": id_,
        "sha256": f"{id_:064}",
        "file": f"{id_}.wav",
        "audio": f"{id_}.wav",
        "bytes": 1,
        "state": "scored",
        "settings_key": "k",
        "attempts": 0,
        "created_at": NOW,
        "updated_at": NOW,
    }


def _call(id_: int, agent: str, team: str, day: date) -> dict[str, object]:
    at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    return {
        "id": id_,
        "recording_id": id_,
        "agent_id": agent,
        "team": team,
        "call_type": "查询",
        "started_at": at,
        "extra": {},
    }


def _fact(id_: int, agent: str, team: str, day: date, wrong: bool, by_people: bool) -> dict[str, object]:  # noqa: FBT001, PLR0917
    total = 80.0 if wrong else 96.0
    final = {"final_card": CARD, "final_total": total, "final_fatal": False, "final_critical": 0}
    return {
        "call_id": id_,
        "day": day,
        "agent_id": agent,
        "team": team,
        "call_type": "查询",
        "direction": "inbound",
        "stage": "regular",
        "card": CARD,
        "total": total,
        "grade": "良好",
        "fatal": False,
        "critical": 0,
        "coverage": 1.0,
        **(final if by_people else {}),
    }


def _error(id_: int, agent: str, team: str, day: date, by_people: bool) -> dict[str, object]:  # noqa: FBT001
    return {
        "call_id": id_,
        "by_people": by_people,
        "day": day,
        "agent_id": agent,
        "team": team,
        "card": CARD,
        "item": ITEM,
        "name": "开场白",
        "item_class": "ordinary",
        "lost": 5.0,
        "fatal": False,
    }
