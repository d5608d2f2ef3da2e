"""Two at once: sittings begun and handed in twice, plans approved and gates decided twice. On both databases."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

from fastapi.testclient import TestClient

from models.call import AgentStage
from models.person import UserRole
from models.tables import LedgerRow, SittingRow, StageChangeRow
from models.training import PlanKind
from pipeline.training import approving, plans
from pipeline.training.plans import EntryDetails
from tests.api.conftest import Centre, SignInAs
from tests.pipeline.training.taught import TEAM, School


def together(*asking: Callable[[], Any]) -> Counter[int]:
    """How many were answered with what."""
    with ThreadPoolExecutor(len(asking)) as pool:
        return Counter(one.result().status_code for one in [pool.submit(ask) for ask in asking])


def agent_of(client_as: SignInAs) -> TestClient:
    return client_as(UserRole.AGENT, agent_id="6610", team=TEAM)


def test_begun_and_handed_in_twice_is_once(centre: Centre, client_as: SignInAs) -> None:
    with centre.make.begin() as session:
        exam = School(session, datetime.now(UTC)).exam()
    agent = agent_of(client_as)
    path = f"/v1/exams/{exam}/sittings"
    assert together(*[lambda: agent.post(path)] * 4) == {201: 4}
    with centre.make() as session:
        sitting = session.query(SittingRow).one().id
    assert together(*[lambda: agent.post(f"/v1/sittings/{sitting}/submit", json={})] * 4) == {200: 4}
    with centre.make() as session:
        assert [one.points for one in session.query(LedgerRow)] == [-3]


def test_a_plan_is_decided_once(centre: Centre, client_as: SignInAs) -> None:
    now = datetime.now(UTC)
    with centre.make.begin() as session:
        school = School(session, now)
        plan = plans.make(session, school.trainer, PlanKind.MONTH, date(2027, 1, 1), team=TEAM, goal="", now=now)
        day = date(2027, 1, 20)
        plans.add_entry(
            session, school.trainer, plan.id, EntryDetails("演练", planned_on=day), revision=plan.revision, now=now
        )
        approving.submit(session, school.trainer, plan.id, revision=plan.revision, now=now)
        path, revision = f"/v1/training-plans/{plan.id}/decision", plan.revision
    leads = [client_as(UserRole.LEAD) for _ in range(2)]
    headers = {"If-Match": f'"{revision}"'}
    yes, no = {"approved": True}, {"approved": False, "answer": "再改"}
    found = together(
        lambda: leads[0].post(path, json=yes, headers=headers), lambda: leads[1].post(path, json=no, headers=headers)
    )
    assert found == {200: 1, 412: 1}


def test_a_gate_is_passed_once(centre: Centre, client_as: SignInAs) -> None:
    with centre.make.begin() as session:
        School(session, datetime.now(UTC)).agent("6609", stage=AgentStage.TRAINEE)
    leads = [client_as(UserRole.LEAD) for _ in range(2)]
    asked = {"agent_id": "6609", "passed": True, "why": "表现好"}
    headers = {"If-Match": '"1"'}
    found = together(*[lambda one=one: one.post("/v1/stage-changes", json=asked, headers=headers) for one in leads])
    assert found == {201: 1, 412: 1}
    with centre.make() as session:
        assert session.query(StageChangeRow).count() == 1
