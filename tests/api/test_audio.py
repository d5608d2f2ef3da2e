import io
import wave

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from models.reason import Reason
from sample_audio import CALLS
from tests.api.conftest import Centre


@pytest.fixture
def backend() -> str:
    """Sound comes from files: one database is enough."""
    return "sqlite"


@pytest.fixture
def sound(centre: Centre) -> str:
    return f"/v1/calls/{centre.receive('shop-refund-shirking.wav')}/audio"


def test_a_call_is_played_as_wav_whatever_it_came_as(centre: Centre, client: TestClient) -> None:
    for sample in ("shop-refund-shirking.wav", "bank-card-frozen.mp3", "shop-return-patient.m4a"):
        answer = client.get(f"/v1/calls/{centre.receive(sample)}/audio")
        assert answer.headers["content-type"] == "audio/wav"
        with wave.open(io.BytesIO(answer.content)) as sound:
            assert (sound.getnchannels(), sound.getsampwidth()) == (2, 2)
            assert sound.getnframes() / sound.getframerate() > 60


def test_a_range_gives_just_those_bytes(client: TestClient, sound: str) -> None:
    whole = client.get(sound)
    assert whole.headers["accept-ranges"] == "bytes"
    size = len(whole.content)
    for asked, begin, end in [
        ("0-99", 0, 100),
        ("1000-", 1000, size),
        ("-50", size - 50, size),
        (f"5-{size * 2}", 5, size),
    ]:
        part = client.get(sound, headers={"Range": f"bytes={asked}"})
        assert part.status_code == 206
        assert part.headers["content-range"] == f"bytes {begin}-{end - 1}/{size}"
        assert part.content == whole.content[begin:end]


def test_a_range_outside_the_sound_is_refused(client: TestClient, sound: str) -> None:
    size = len(client.get(sound).content)
    answer = client.get(sound, headers={"Range": f"bytes={size}-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{size}"


def test_a_range_of_a_sound_that_changed_gives_the_whole(client: TestClient, sound: str) -> None:
    etag = client.head(sound).headers["etag"]
    headers = {"Range": "bytes=0-9"}
    assert client.get(sound, headers={**headers, "If-Range": etag}).status_code == 206
    assert client.get(sound, headers={**headers, "If-Range": '"another"'}).status_code == 200


def test_a_head_tells_the_size_without_the_sound(client: TestClient, sound: str) -> None:
    head = client.head(sound)
    assert head.status_code == 200
    assert head.content == b""
    assert int(head.headers["content-length"]) == len(client.get(sound).content)


def test_a_sound_the_browser_has_is_not_sent_again(client: TestClient, sound: str) -> None:
    etag = client.get(sound).headers["etag"]
    again = client.get(sound, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert client.get(sound + "?original=true").headers["etag"] != etag


def test_the_original_is_what_came_in(centre: Centre, client: TestClient) -> None:
    call_id = centre.receive("bank-card-frozen.mp3", name="13812341234_来电.mp3")
    answer = client.get(f"/v1/calls/{call_id}/audio?original=true")
    assert answer.content == (CALLS / "bank-card-frozen.mp3").read_bytes()
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=utf-8''138%2A%2A%2A%2A1234_")


def test_a_file_that_calls_itself_a_page_is_not_served_as_one(centre: Centre, client: TestClient) -> None:
    call_id = centre.receive("broken.wav", name="nice.html")
    answer = client.get(f"/v1/calls/{call_id}/audio?original=true")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_sound_that_cannot_be_decoded_says_why(centre: Centre, client: TestClient) -> None:
    call_id = centre.set_aside("broken.wav", Reason("asr.broken", {"file": "broken.wav"}))
    answer = client.get(f"/v1/calls/{call_id}/audio")
    assert answer.status_code == 422
    assert answer.json()["code"].startswith("asr.")
    assert not [path for path in centre.settings.cache_dir.rglob("*") if path.is_file()]


def test_a_sound_that_was_taken_away_is_not_found(centre: Centre, client: TestClient, sound: str) -> None:
    for path in centre.settings.audio_dir.rglob("*.wav"):
        path.unlink()
    answer = client.get(sound)
    assert (answer.status_code, answer.json()["code"]) == (404, "api.no_audio")


def test_the_waveform_has_a_lane_per_channel(centre: Centre, client: TestClient, engine: Engine) -> None:
    del engine
    waveform = client.get(f"/v1/calls/{centre.shirked_call()}/peaks").json()
    agent, customer = waveform["channels"]
    assert len(agent) == len(customer) == pytest.approx(waveform["seconds"] * waveform["per_second"], abs=2)
    assert all(0 <= peak <= 1 for peak in agent + customer)
    at = 3 * waveform["per_second"]  # the agent greets, the customer listens
    assert max(agent[at : at + 50]) > 4 * max(customer[at : at + 50])


def test_the_waveform_of_one_channel_has_one_lane(centre: Centre, client: TestClient) -> None:
    waveform = client.get(f"/v1/calls/{centre.receive('collections-plan.amr')}/peaks").json()
    assert len(waveform["channels"]) == 1
    assert waveform["seconds"] > 60
