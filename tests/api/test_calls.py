from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from models.call import Metadata
from models.reason import Reason
from tests.api.conftest import Centre

START = datetime(2026, 11, 20, 1, tzinfo=UTC)
TOMORROW = START + timedelta(days=1)


def read(client: TestClient, path: str) -> Any:
    answer = client.get(path, headers={"Accept-Language": "zh"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def files(client: TestClient, query: str = "") -> list[str]:
    return [call["file"] for call in read(client, f"/v1/calls?{query}")["calls"]]


def test_a_list_is_filtered_and_sorted(centre: Centre, client: TestClient) -> None:
    centre.note(
        file="低分.wav",
        total=41,
        grade="不合格",
        queued=True,
        rules=("shirking",),
        metadata=Metadata(agent_id="8001", team="一组", call_type="投诉", started_at=START),
    )
    centre.note(
        file="高分.wav", total=96.5, grade="优秀", metadata=Metadata(team="二组", started_at=START + timedelta(days=1))
    )
    centre.note(file="等待.wav", metadata=Metadata(team="二组"))
    assert files(client) == ["高分.wav", "低分.wav", "等待.wav"]
    assert files(client, "sort=lowest") == ["低分.wav", "高分.wav", "等待.wav"]
    for query, found in {
        "team=二组": ["高分.wav", "等待.wav"],
        "agent_id=8001&call_type=投诉": ["低分.wav"],
        "grade=优秀": ["高分.wav"],
        "state=received": ["等待.wav"],
        "queued=true": ["低分.wav"],
        "rule=shirking": ["低分.wav"],
        "rule=greeting": [],
        "min_total=90": ["高分.wav"],
        "max_total=90": ["低分.wav"],
        "started_from=2026-11-20T12:00:00%2B08:00": ["高分.wav"],
        "started_to=2026-11-20T12:00:00": ["低分.wav"],  # no zone: China's
        "text=低": ["低分.wav"],
    }.items():
        assert files(client, query) == found, query


def test_paging_gives_every_call_once_though_others_arrive(centre: Centre, client: TestClient) -> None:
    for number in range(7):
        centre.note(file=f"{number}.wav", metadata=Metadata(started_at=START + timedelta(minutes=number)))
    found, cursor = [], ""
    while cursor is not None:
        page = read(client, f"/v1/calls?limit=3&cursor={cursor}")
        found += [call["file"] for call in page["calls"]]
        cursor = page["next"]
        centre.note(metadata=Metadata(started_at=START + timedelta(hours=1)))
    assert found == [f"{number}.wav" for number in reversed(range(7))]


def test_one_call_has_its_facts_and_no_customers_number(centre: Centre, client: TestClient) -> None:
    call_id = centre.shirked_call()
    call = read(client, f"/v1/calls/{call_id}")
    assert call["agent_name"] == "王小北"
    assert call["customer_number"] == "138****1234"
    assert call["extra"] == {"工单号": "T-20261120-07"}
    assert call["state"] == "scored"
    assert call["score"] == {"id": call["score"]["id"], "total": 62.5, "grade": "合格", "fatal": True, "coverage": 0.83}
    assert [finding["rule"] for finding in call["findings"]] == ["shirking", "repeat-contact", "greeting"]
    assert call["started_at"] == "2026-11-20T01:12:30Z"
    assert call["recording"]["channels"] == 2
    assert 60 < call["seconds"] < 70
    assert "13812341234" not in client.get(f"/v1/calls/{call_id}").text


def test_the_transcript_is_the_stable_json(centre: Centre, client: TestClient) -> None:
    transcript = read(client, f"/v1/calls/{centre.shirked_call()}/transcript")
    assert set(transcript) == {"recording", "turns", "voice", "origin"}
    first = transcript["turns"][0]
    assert first["role"] == "agent"
    assert "悦购商城" in first["text"]
    assert "".join(word["text"] for word in first["words"]) == first["text"]


def test_findings_point_at_the_words(centre: Centre, client: TestClient) -> None:
    call_id = centre.shirked_call()
    found = read(client, f"/v1/calls/{call_id}/findings")
    turns = read(client, f"/v1/calls/{call_id}/transcript")["turns"]
    assert [finding["rule"] for finding in found["findings"]] == ["greeting", "shirking", "repeat-contact", "shirking"]
    for finding in found["findings"]:
        evidence = finding["evidence"]
        begin, end = evidence["span"]
        assert turns[evidence["turn"]]["text"][begin:end] == evidence["quote"]
        assert turns[evidence["turn"]]["start"] <= evidence["start"] < evidence["end"]
    (unheard,) = found["cannot_judge"]
    assert unheard["name"] == "规范结束语"
    assert "听不清" in unheard["reason"]["sentence"]


def test_what_listening_again_found_is_told_apart_from_what_sounds_alike(centre: Centre, client: TestClient) -> None:
    call_id = centre.call_listened_to_again()
    found = [one["evidence"] for one in read(client, f"/v1/calls/{call_id}/findings")["findings"]]
    assert [(one["quote"], one["meant"], one["listened"]) for one in found] == [
        ("带着孩子周村", "带着孩子折腾", True),
        ("不归窝们管", "不归我们管", False),
    ]
    (item,) = read(client, f"/v1/calls/{call_id}/scores")["pre_score"]["sections"][0]["items"]
    assert "座席说“带着孩子折腾”（转写为“带着孩子周村”，机器复听确认）" in item["explanations"][0]["sentence"]
    assert "座席说“不归窝们管”（音近“不归我们管”）" in item["explanations"][0]["sentence"]


def test_scores_keep_every_version(centre: Centre, client: TestClient) -> None:
    call_id = centre.shirked_call()
    centre.score_again(call_id, 88.0, "良好", version=2)
    scores = read(client, f"/v1/calls/{call_id}/scores")
    assert [(v["total"], v["pack_version"]) for v in scores["versions"]] == [(88.0, 2), (62.5, 1)]
    assert scores["shown"] == scores["versions"][0]["id"]
    assert scores["pre_score"]["total"] == 88.0
    assert read(client, "/v1/queue")["calls"] == []


def test_a_score_is_told_item_by_item(centre: Centre, client: TestClient) -> None:
    score = read(client, f"/v1/calls/{centre.shirked_call()}/scores")["pre_score"]
    assert score["fatal"] == ["no-shirking"]
    assert score["critical"] == ["customer_critical"]
    manner, handling = score["sections"]
    assert [(item["id"], item["state"], item["got"]) for item in manner["items"]] == [
        ("greeting", "judged", 10),
        ("closing", "unjudged", None),
        ("hold", "not_applicable", None),
    ]
    assert "听不清" in manner["items"][1]["reason"]["sentence"]
    assert (handling["got"], handling["points"]) == (12.5, 50)
    told = [[said["sentence"] for said in item["explanations"]] for item in (*manner["items"], *handling["items"])]
    assert all(told)
    assert told[1][1].startswith("0:58 到 1:03 听不清")
    assert "座席说“这个不归我们管”" in told[3][0]
    assert handling["items"][0]["explanations"][0]["facts"]["quote"] == "这个不归我们管"
    assert score["explanations"] == []


def test_the_queue_says_why_in_the_readers_language(centre: Centre, client: TestClient) -> None:
    call_id = centre.shirked_call()
    centre.note(total=95)
    (queued,) = read(client, "/v1/queue")["calls"]
    assert queued["id"] == call_id
    assert [reason["code"] for reason in queued["reasons"]] == ["scoring.routed_fatal", "scoring.routed_low_score"]
    assert queued["reasons"][0]["sentence"] == "触发一票否决项“不推诿”：推诿"
    english = client.get("/v1/queue", headers={"Accept-Language": "en-GB,en;q=0.9,zh;q=0.1"}).json()
    assert english["calls"][0]["reasons"][1]["sentence"] == "Pre-score 62.5, below 70"


def test_the_quarantine_says_what_is_wrong(centre: Centre, client: TestClient) -> None:
    centre.set_aside("empty.wav", Reason("asr.empty", {"file": "empty.wav"}))
    centre.note(total=95)
    (set_aside,) = read(client, "/v1/quarantine")["calls"]
    assert set_aside["problem"]["code"] == "asr.empty"
    assert "0 字节" in set_aside["problem"]["sentence"]


def test_a_call_not_transcribed_yet_has_no_transcript(centre: Centre, client: TestClient) -> None:
    call_id = centre.receive("telecom-bill-query.wav")
    answer = client.get(f"/v1/calls/{call_id}/transcript")
    assert (answer.status_code, answer.json()["code"]) == (404, "api.no_transcript")
    nothing = {"score_id": None, "hidden": False, "findings": [], "cannot_judge": []}
    assert read(client, f"/v1/calls/{call_id}/findings") == nothing
    unscored = {"shown": None, "hidden": False, "pre_score": None, "versions": []}
    assert read(client, f"/v1/calls/{call_id}/scores") == unscored
