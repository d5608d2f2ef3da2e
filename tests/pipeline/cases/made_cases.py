"""Published cases of real sample calls."""

from dataclasses import replace

from models.case import CaseKind
from models.person import Viewer
from models.routing import Routing
from pipeline.cases.making import MakeCase, make_case
from pipeline.cases.publishing import publish_case
from tests.api.conftest import NOW, SHIRKING_CALL, Centre, plain_score

TEACHING = "先安抚再查单，不要把客户推给售后。"


def published(centre: Centre, trainer: Viewer, **more: object) -> int:
    """A published case of the call in which the agent would not help."""
    call_id = centre.shirked_call()
    asked = MakeCase(call_id, CaseKind.FAILING, "推诿客户", TEACHING, items=("no-shirking",), tags=("投诉",))
    with centre.make.begin() as session:
        row = make_case(session, trainer, replace(asked, **more), NOW)  # type: ignore[arg-type]
        return publish_case(session, trainer, row.id, NOW, revision=row.revision).id


def another(centre: Centre, trainer: Viewer) -> int:
    """A published case of another agent's call, which was good."""
    call_id = centre.receive("telecom-bill-query.wav", replace(SHIRKING_CALL, agent_id="3026", agent_name="许婷"))
    transcript_id, _ = centre.listen(call_id)
    centre.judge(call_id, transcript_id, plain_score(95.0, "优秀"), Routing(False, (), 0.05))  # noqa: FBT003
    with centre.make.begin() as session:
        row = make_case(session, trainer, MakeCase(call_id, CaseKind.EXCELLENT, "查账单", "说清楚每一项。"), NOW)
        return publish_case(session, trainer, row.id, NOW, revision=row.revision).id
