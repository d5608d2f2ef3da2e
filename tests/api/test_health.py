from pathlib import Path

from fastapi.testclient import TestClient

from api.app import create_app
from models.settings import Settings
from tests.api.conftest import Centre


def test_health_counts_the_work(centre: Centre, client: TestClient) -> None:
    centre.note()
    centre.note(total=90)
    health = client.get("/v1/health")
    assert health.status_code == 200
    assert health.json()["status"] == "ok"
    assert health.json()["recordings"] == {"received": 1, "transcribed": 0, "scored": 1, "quarantined": 0}


def test_a_database_that_cannot_be_used_is_said_with_503(tmp_path: Path, unmigrated_url: str) -> None:
    with TestClient(create_app(Settings(home=tmp_path, database_url=unmigrated_url))) as client:
        answer = client.get("/v1/health")
        assert (answer.status_code, answer.json()["code"]) == (503, "api.database_away")
        page = client.get("/", headers={"Accept": "text/html"})
        assert page.status_code == 503
        assert "callqa db upgrade" in page.text
