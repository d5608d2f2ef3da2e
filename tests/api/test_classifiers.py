"""The classifier's page and `/v1/classifiers`: what there is to learn from, versions, and putting one in use."""

from dataclasses import replace
from hashlib import sha256

import pytest
from fastapi.testclient import TestClient

from models.person import UserRole
from models.reason import Reason
from models.tables import AuditRow, ClassifierRow
from pipeline.learning.data import DATA_JSON
from pipeline.learning.examples import learnable
from pipeline.learning.in_use import starter
from pipeline.learning.report import REPORT_JSON, ItemReport, Report
from scoring.classifier.archive import to_bytes
from scoring.classifier.metrics import Bin, ItemMetrics, Measure
from storage.reason import stored
from tests.api.conftest import Centre, SignInAs
from tests.pipeline.learning.taught import NOW, PAIR, PATIENCE, Taught
from tests.starter_kept import keep_starter

FEW = Measure(None, None, None, Reason("scoring.few_to_measure", {"n": 3, "needed": 8}))
WORSE = Reason(
    "pipeline.classifier_worse",
    {"calls": 40, "new": 0.21, "current": 0.12, "more": 0.09, "low": 0.03, "high": 0.15},
)


@pytest.fixture
def taught(centre: Centre) -> Taught:
    """Judged calls, with a version that may be used and one that was refused."""
    keep_starter(centre.settings.home)
    taught = Taught(centre.make)
    taught.judged(12)
    keep(taught, centre, 1, None)
    keep(taught, centre, 2, WORSE)
    return taught


def keep(taught: Taught, centre: Centre, version: int, refused: Reason | None) -> None:
    body = to_bytes(replace(starter(centre.settings.cache_dir), version=str(version)))
    with taught.make.begin() as session:
        data = DATA_JSON.dump_python(learnable(session, PAIR), mode="json")
        session.add(
            ClassifierRow(
                version=version,
                sha256=sha256(body).hexdigest(),
                data=data | {"compared_with": None, "trained": [["inbound-service", PATIENCE]], "corpus": ""},
                report=REPORT_JSON.dump_python(report(worse=refused is not None), mode="json"),
                refused=None if refused is None else stored(refused),
                body=body,
                made_by="周主管",
                made_at=NOW,
            )
        )


def report(*, worse: bool) -> Report:
    brier, sign = Measure(0.12, 0.08, 0.17), 1 if worse else -1
    difference = Measure(sign * 0.09, min(sign * 0.03, sign * 0.15), max(sign * 0.03, sign * 0.15))
    bins = (Bin(0.0, 0.1, 20, 0.05, 0.1), Bin(0.1, 0.2, 0, 0.0, 0.0), Bin(0.8, 0.9, 10, 0.84, 0.9))
    metrics = ItemMetrics("inbound-service", PATIENCE, 40, 12, brier, brier, brier, brier, FEW, brier, brier, bins)
    item = ItemReport("inbound-service", PATIENCE, "耐心", metrics, metrics, difference, None)
    return Report(5, 40, None, "worse" if worse else "better", brier, brier, difference, (item,))


def test_json_says_what_is_missing_and_who_may_judge(taught: Taught, client_as: SignInAs) -> None:
    lead = client_as(UserRole.LEAD)
    told = lead.get("/v1/classifiers").json()
    assert (told["in_use"], told["broken"], told["data"]["is_enough"]) == (None, None, False)
    (patience,) = (item for item in told["data"]["items"] if item["item"] == PATIENCE)
    assert patience["lacks"]["facts"] == {"calls": 12, "needed": 30}
    assert [(one["version"], one["refused"] is None) for one in told["versions"]] == [(2, False), (1, True)]

    assert lead.post("/v1/classifiers/use", json={"version": 1, "why": "试用"}).json()["version"] == 1
    again = lead.post("/v1/classifiers/use", json={"version": 1, "why": "再试"})
    assert (again.status_code, again.json()["code"]) == (409, "pipeline.classifier_in_use")
    refused = lead.post("/v1/classifiers/use", json={"version": 2, "why": "我觉得好"})
    assert refused.status_code == 409
    assert "0.0900" in refused.json()["mistakes"][0]["detail"]
    assert lead.post("/v1/classifiers/use", json={"version": 9, "why": "没有"}).status_code == 404
    assert lead.post("/v1/classifiers/use", json={"version": 1}).status_code == 422
    assert lead.post("/v1/classifiers/use", json={"version": None, "why": "退回"}).json()["version"] is None
    assert [use["version"] for use in lead.get("/v1/classifiers").json()["history"]] == [None, 1]
    with taught.make() as session:
        actions = [row.action for row in session.query(AuditRow) if row.action.startswith("classifier.")]
    assert actions == ["classifier.used", "classifier.used"]

    whole = lead.get("/v1/classifiers/1").json()
    (item,) = whole["report"]["items"]
    assert (item["verdict"], item["new"]["pr_auc"]["value"]) == ("better", None)
    assert item["new"]["pr_auc"]["insufficient"]["code"] == "scoring.few_to_measure"
    assert lead.get("/v1/classifiers/7").status_code == 404


def test_training_happens_elsewhere_and_too_few_verdicts_are_a_conflict(taught: Taught, client: TestClient) -> None:
    answer = client.post("/v1/classifiers", json={})
    assert answer.status_code == 409
    assert answer.json()["code"] == "pipeline.learning_nothing"
    assert any("耐心" in mistake["detail"] for mistake in answer.json()["mistakes"])


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_page_shows_data_diagram_refusal_and_history(taught: Taught, client_as: SignInAs) -> None:
    lead = client_as(UserRole.LEAD)
    lead.post("/v1/classifiers/use", json={"version": 1, "why": "学会了自己的话"})
    page = lead.get("/classifier?lang=zh").text
    assert "没有通过，不能启用：" in page, "the newest is shown, and it was refused"
    assert "还不够：30 通里有 12 通" in page
    assert "学会了自己的话" in page
    assert 'data-version="2"' not in page
    first = lead.get("/classifier?version=1").text
    assert first.count("<circle") == 2, "a dot for each bin with calls"
    assert "数据不足" in first
    assert "better than" in lead.get("/classifier?version=1&lang=en").text
    assert lead.get("/classifier?version=77").status_code == 404


@pytest.mark.parametrize("backend", ["sqlite"])
def test_only_who_teaches_sees_it(centre: Centre, client_as: SignInAs) -> None:
    inspector = client_as(UserRole.INSPECTOR)
    assert inspector.get("/classifier").status_code == 403
    assert inspector.post("/v1/classifiers", json={}).status_code == 403
    empty = client_as(UserRole.LEAD).get("/classifier?lang=zh")
    assert (empty.status_code, "还没有判定" in empty.text) == (200, True)
