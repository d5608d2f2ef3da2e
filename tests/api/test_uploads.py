from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from sample_audio import CALLS
from tests.api.conftest import Centre

SAMPLE = CALLS / "shop-refund-shirking.wav"


def leftovers(centre: Centre) -> list[str]:
    return [path.name for path in (centre.settings.home / "uploads").iterdir()]


def test_a_recording_is_taken_in_with_what_is_known_of_the_call(centre: Centre, client: TestClient) -> None:
    answer = client.post(
        "/v1/calls",
        files={"file": ("来电.wav", SAMPLE.read_bytes(), "audio/wav")},
        data={"agent_id": "8001", "direction": "inbound", "started_at": "2026-11-20 09:30", "team": "", "工单": "T-1"},
    )
    assert answer.status_code == 202
    assert answer.json()["is_new"]
    call = client.get(f"/v1/calls/{answer.json()['call_id']}").json()
    assert (call["file"], call["state"], call["agent_id"], call["direction"]) == (
        "来电.wav",
        "received",
        "8001",
        "inbound",
    )
    assert call["started_at"] == "2026-11-20T01:30:00Z"  # no zone: China's
    assert (call["team"], call["extra"]) == (None, {"工单": "T-1"})
    sound = client.get(f"/v1/calls/{call['id']}/audio?original=true")
    assert sound.content == SAMPLE.read_bytes()
    assert leftovers(centre) == []


def test_the_same_content_again_answers_with_the_call_it_has(client: TestClient) -> None:
    first = client.post("/v1/calls", files={"file": ("a.wav", SAMPLE.read_bytes())})
    again = client.post("/v1/calls", files={"file": ("b.wav", SAMPLE.read_bytes())})
    assert (again.status_code, again.json()["is_new"]) == (200, False)
    assert again.json()["call_id"] == first.json()["call_id"]
    assert client.get(f"/v1/calls/{first.json()['call_id']}").json()["recording"]["sources"] == ["a.wav", "b.wav"]
    assert len(client.get("/v1/calls").json()["calls"]) == 1


def test_a_file_over_the_limit_is_refused(centre: Centre, client: TestClient) -> None:
    answer = client.post("/v1/calls", files={"file": ("long.wav", bytes(2_000_001))})
    assert (answer.status_code, answer.json()["code"]) == (413, "api.too_large")
    assert client.get("/v1/calls").json()["calls"] == []
    assert leftovers(centre) == []


def test_a_body_that_hides_its_length_is_stopped_at_the_limit(centre: Centre, client: TestClient) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
        for _ in range(50):
            sent += 1
            yield bytes(100_000)

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post("/v1/calls", content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "api.too_large")
    assert leftovers(centre) == []


@pytest.mark.parametrize(
    ("files", "data", "code"),
    [
        ({"file": ("empty.wav", b"")}, {}, "api.empty_upload"),
        ({"sound": ("a.wav", b"x")}, {}, "api.one_file"),
        ({"file": (None, b"x")}, {}, "api.one_file"),
        ({"file": ("a.wav", b"x")}, {"direction": "sideways"}, "api.bad_metadata"),
        ({"file": ("a.wav", b"x")}, {"satisfaction": "9"}, "api.bad_metadata"),
        ({"file": ("a.wav", b"x")}, {"started_at": "yesterday"}, "api.bad_metadata"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(
    centre: Centre, client: TestClient, files: dict[str, tuple[str, bytes]], data: dict[str, str], code: str
) -> None:
    answer = client.post("/v1/calls", files=files, data=data)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    if data:
        (mistake,) = answer.json()["mistakes"]
        assert mistake["where"] == next(iter(data))
        assert next(iter(data.values())) in mistake["detail"]
    assert client.get("/v1/calls").json()["calls"] == []
    assert leftovers(centre) == []


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data", "multipart/form-data; boundary=x"])
def test_a_body_that_is_no_form_is_refused(client: TestClient, content_type: str) -> None:
    answer = client.post("/v1/calls", content=b"{}", headers={"Content-Type": content_type})
    assert answer.status_code == 422
    assert answer.json()["code"] in {"api.no_form", "api.one_file"}


def test_a_form_cut_short_is_refused(client: TestClient) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\nabc'
    answer = client.post("/v1/calls", content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 422
    assert client.get("/v1/calls").json()["calls"] == []


def test_a_name_with_a_path_keeps_only_the_name(client: TestClient) -> None:
    answer = client.post("/v1/calls", files={"file": ("../../etc\\录音 1.wav", SAMPLE.read_bytes())})
    call = client.get(f"/v1/calls/{answer.json()['call_id']}").json()
    assert call["file"] == "录音 1.wav"


def test_another_sites_page_cannot_put_recordings_in(client: TestClient) -> None:
    answer = client.post("/v1/calls", files={"file": ("a.wav", b"x")}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert client.get("/v1/calls").json()["calls"] == []
