"""A draft tried on stored calls: what changes for whom, held against people's verdicts, and the gate."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.call import Metadata
from models.errors import BadManifest
from models.routing import Routing
from models.score import Scored
from models.tables import CallRow
from models.transcript import TRANSCRIPT_JSON
from pipeline.rulebook.replay import (
    Against,
    Limits,
    Replay,
    RuleReplay,
    StoredCall,
    Verdict,
    gate,
    replay,
    stored_calls,
)
from pipeline.rulebook.verdicts import read_verdicts
from scoring.case import read_case
from scoring.evaluate import evaluate
from scoring.pack import Pack, parse_pack
from scoring.prescore import pre_score
from scoring.scorecard import parse_scorecard
from storage.calls import ledger, results
from storage.calls.call_filter import CallFilter
from storage.calls.metadata import put_metadata
from storage.rulebook.definitions import remember

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)

PACK = """\
pack: service
version: {version}
rules:
  - {{id: shirking, name: 推诿, why: 客户会投诉, effect: violation, when: {{phrase: [{shirking}], role: agent}},
      fires: ["agent: 这个不归我们管"]}}
  - {{id: threat, name: 威胁, why: 违法, effect: violation, when: {{phrase: [{threat}], role: agent}}}}
"""

CARD = parse_scorecard("""\
scorecard: card
version: 4
sections:
  - id: attitude
    name: 态度
    items:
      - {id: no-shirking, name: 不推诿, points: 90, rules: [{rule: shirking, deduct: 30}]}
      - {id: no-threat, name: 不威胁, points: 10, class: compliance_critical, fatal: call,
         rules: [{rule: threat, deduct: 10}]}
""")


def pack(shirking: str = "不归我们管", threat: str = "打到你单位去", version: int = 1) -> Pack:
    return parse_pack(PACK.format(shirking=shirking, threat=threat, version=version))


PUBLISHED = pack()


def store(session: Session, said: str, *, agent: str = "8001", scored: bool = True, pack_: Pack = PUBLISHED) -> int:
    """One call in which the agent says this; its number."""
    name = f"{agent}/{said}.wav"
    transcript = read_case([f"agent: {said}", "customer: 好的。"]).transcript()
    content = sha256(name.encode()).hexdigest()
    row, _ = ledger.register(session, sha256=content, file=name, audio=name, size=9, settings_key="k", now=NOW)
    put_metadata(session, row.id, Metadata(agent_id=agent, customer_number="13812341234"))
    body = TRANSCRIPT_JSON.dump_python(transcript, mode="json")
    stored = results.save_transcript(session, row.id, "t", body, transcript.recording, NOW)
    if scored:
        answers = evaluate(pack_, transcript, Metadata())
        results.save_score(
            session,
            recording_id=row.id,
            transcript_id=stored.id,
            pack_id=remember(session, "pack", pack_.name, pack_.version, pack_.sha256, pack_.text, NOW).id,
            scorecard_id=remember(session, "scorecard", CARD.name, CARD.version, CARD.sha256, CARD.text, NOW).id,
            scorer=1,
            scored=Scored(pre_score(CARD, answers), answers),
            routing=Routing(queued=False, reasons=(), inclusion_probability=0.0),
            now=NOW,
        )
    session.flush()
    return session.scalars(select(CallRow.id).filter_by(recording_id=row.id)).one()


@pytest.fixture
def calls(session: Session) -> dict[str, int]:
    said = {"pushed": "这个不归我们管", "sent": "您找别的部门吧", "fine": "您好请讲", "threat": "我打到你单位去"}
    return {name: store(session, words, agent=f"80{at:02d}") for at, (name, words) in enumerate(said.items())}


def of(replayed: Replay, rule: str) -> RuleReplay:
    return next(one for one in replayed.rules if one.rule == rule)


def test_the_same_rules_change_nothing(session: Session, calls: dict[str, int]) -> None:
    same = replay(stored_calls(session), pack(version=2), CARD)
    assert (same.calls, same.compared, dict(same.against)) == (4, 4, {"service 1": 4})
    assert [(one.hits_before, one.hits_after, one.newly, one.no_longer) for one in same.rules] == [(1, 1, 0, 0)] * 2
    assert same.scores
    assert (same.scores.grades_changed, same.scores.fatal_newly, same.scores.largest) == (0, 0, ())
    assert gate(same, Limits(enough_calls=1)).passed


def test_a_wider_rule_says_whom_it_newly_hits_and_where(session: Session, calls: dict[str, int]) -> None:
    wider = replay(stored_calls(session), pack("不归我们管, 找别的部门", version=2), CARD)
    shirking = of(wider, "shirking")
    assert (shirking.hits_before, shirking.hits_after, shirking.newly, shirking.no_longer) == (1, 2, 1, 0)
    (change,) = shirking.newly_in
    assert (change.call, change.agent, change.quotes) == (calls["sent"], "8001", ("找别的部门",))
    assert change.start == pytest.approx(0.25)
    assert wider.scores
    (shift,) = wider.scores.largest
    assert (shift.call, shift.total_before, shift.total_after) == (calls["sent"], 100.0, 70.0)
    assert (shift.grade_before, shift.grade_after) == ("优秀", "合格")
    assert dict(wider.scores.grades) == {("优秀", "合格"): 1}
    assert [(one.agent, one.shift) for one in wider.scores.agents if one.shift] == [("8001", pytest.approx(-30.0))]
    assert (wider.scores.mean_before, wider.scores.mean_after) == (pytest.approx(67.5), pytest.approx(60.0))


def test_a_narrower_rule_says_whom_it_no_longer_hits(session: Session, calls: dict[str, int]) -> None:
    narrow = of(replay(stored_calls(session), pack("毫不相干的话"), CARD), "shirking")
    assert (narrow.hits_after, narrow.newly, narrow.no_longer) == (0, 0, 1)
    assert [(one.call, one.quotes) for one in narrow.no_longer_in] == [(calls["pushed"], ("不归我们管",))]


def test_rules_that_come_and_go(session: Session, calls: dict[str, int]) -> None:
    renamed = PACK.format(shirking="不归我们管", threat="打到你单位去", version=2).replace("id: threat", "id: menace")
    found = replay(stored_calls(session), parse_pack(renamed), None)
    assert (of(found, "menace").hits_before, of(found, "menace").hits_after, of(found, "menace").newly) == (None, 1, 1)
    assert (of(found, "threat").hits_before, of(found, "threat").hits_after) == (1, None)
    assert of(found, "threat").no_longer == 1
    assert found.scores is None


def test_a_pack_of_another_name_does_not_drop_what_only_the_other_one_asks(
    session: Session, calls: dict[str, int]
) -> None:
    text = PACK.format(version=1, shirking="不归我们管", threat="上门").replace("pack: service", "pack: property")
    draft = parse_pack(text.replace("id: threat", "id: visit"))
    found = replay(stored_calls(session), draft, None)
    assert [one.rule for one in found.rules] == ["shirking", "visit"]
    assert found.against == {"service 1": found.compared}
    assert found.rules[0].hits_before is not None, "asked under the same name before"
    assert found.rules[1].hits_before is None


def test_calls_without_a_score_are_heard_and_compared_with_nothing(session: Session, calls: dict[str, int]) -> None:
    store(session, "那个不归我们管的", scored=False)
    found = replay(stored_calls(session), pack(), CARD)
    assert (found.calls, found.compared) == (5, 4)
    assert (of(found, "shirking").hits_after, of(found, "shirking").newly) == (2, 0)


def test_another_version_to_compare_with(session: Session, calls: dict[str, int]) -> None:
    wide = pack("不归我们管, 找别的部门", version=2)
    found = replay(stored_calls(session), pack(version=3), CARD, against=Against(wide, CARD))
    assert dict(found.against) == {"service 2": 4}
    assert (of(found, "shirking").hits_before, of(found, "shirking").no_longer) == (2, 1)


def test_calls_are_chosen_and_read_one_after_the_other(session: Session, calls: dict[str, int]) -> None:
    chosen = list(stored_calls(session, CallFilter(agent_id="8002")))
    assert [(one.id, one.agent) for one in chosen] == [(calls["fine"], "8002")]
    assert [one.id for one in stored_calls(session, limit=2)] == [calls["threat"], calls["fine"]]
    read: list[int] = []

    def watched() -> Iterator[StoredCall]:
        for one in stored_calls(session):
            read.append(one.id)
            yield one
            assert read[-1] == one.id  # the next is not read before this one is done with

    replay(watched(), pack(), CARD)
    assert len(read) == 4


def test_numbers_of_customers_are_masked(session: Session) -> None:
    store(session, "不归我们管13812341234")
    (one,) = stored_calls(session)
    assert "138****1234" in one.file


def test_precision_and_recall_are_those_of_peoples_verdicts(session: Session, calls: dict[str, int]) -> None:
    verdicts = [
        Verdict(calls["pushed"], "shirking", hit=True),
        Verdict(calls["sent"], "shirking", hit=True),
        Verdict(calls["fine"], "shirking", hit=False),
        Verdict(999, "shirking", hit=True),
        Verdict(calls["fine"], "no-such-rule", hit=True),
    ]
    found = replay(stored_calls(session), pack("不归我们管, 请讲", version=2), CARD, verdicts=verdicts)
    assert (found.verdicts, found.unused_verdicts) == (3, 2)
    before, after = of(found, "shirking").agreement_before, of(found, "shirking").agreement_after
    assert before
    assert after
    assert (before.precision[:3], before.recall[:3]) == ((1, 1, 1.0), (1, 2, 0.5))
    assert (after.precision[:3], after.recall[:3]) == ((1, 2, 0.5), (1, 2, 0.5))
    assert 0.09 < after.precision.low < 0.1


def reasons(found: Replay, **limits: Any) -> list[str]:
    return [one.code.removeprefix("pipeline.gate_") for one in gate(found, Limits(**limits)).reasons]


def test_the_gate_holds_back_what_people_must_look_at(session: Session, calls: dict[str, int]) -> None:
    lenient = {"enough_calls": 4, "newly_hit": 1.0, "grades_changed": 1.0}
    wide = replay(stored_calls(session), pack("不归我们管, 找别的部门", version=2), CARD)
    assert reasons(wide) == ["few_calls"]
    assert reasons(wide, **lenient) == []
    assert reasons(wide, **lenient | {"newly_hit": 0.2}) == ["newly_hit"]
    assert reasons(wide, **lenient | {"grades_changed": 0.2}) == ["grades"]
    failing = replay(stored_calls(session), pack("找别的部门", version=2), CARD)
    assert reasons(failing, **lenient) == ["cases"]
    figures = gate(wide, Limits(**lenient)).figures
    assert (figures["compared"], figures["newly_hit"]) == (4, {"shirking": 1})


def test_a_fatal_item_that_newly_fires_needs_a_person(session: Session, calls: dict[str, int]) -> None:
    lenient = {"enough_calls": 4, "newly_hit": 1.0, "grades_changed": 1.0}
    draft = pack(threat="打到你单位去, 找别的部门", version=2)
    unseen = replay(stored_calls(session), draft, CARD)
    assert unseen.scores
    assert [(one.call, one.fatal, one.total_after) for one in unseen.scores.fatal_newly_in] == [
        (calls["sent"], ("no-threat",), 0.0)
    ]
    assert reasons(unseen, **lenient) == ["fatal"]
    right = [Verdict(calls["sent"], "threat", hit=True)]
    assert reasons(replay(stored_calls(session), draft, CARD, verdicts=right), **lenient) == []
    wrong = [Verdict(calls["sent"], "threat", hit=False)]
    assert reasons(replay(stored_calls(session), draft, CARD, verdicts=wrong), **lenient) == ["fatal"]


def test_the_gate_asks_for_a_precision_that_is_sure(session: Session, calls: dict[str, int]) -> None:
    lenient = {"enough_calls": 1, "newly_hit": 1.0, "grades_changed": 1.0}
    verdicts = [Verdict(call, "shirking", hit=True) for call in calls.values()]
    found = replay(stored_calls(session), pack("不归我们管, 找别的部门", version=2), CARD, verdicts=verdicts)
    # Two of two are right: that is surely more than a third of them, and not surely more than half.
    assert reasons(found, **lenient, enough_verdicts=2, precision=0.34) == []
    assert reasons(found, **lenient, enough_verdicts=2, precision=0.5) == ["precision"]
    assert reasons(found, **lenient, enough_verdicts=3, precision=0.5) == []


def written(folder: Path, text: str, encoding: str = "utf8") -> Path:
    path = folder / "verdicts.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_verdicts_name_calls_by_number_file_or_content(session: Session, calls: dict[str, int], tmp_path: Path) -> None:
    content = sha256("8002/您好请讲.wav".encode()).hexdigest()
    rows = ["call,文件,sha256,rule,hit,备注", f"{calls['pushed']},,,shirking,是,", ",这个不归我们管.wav,,threat,no,"]
    rows += [f",,{content},shirking,0,", ",8001/您找别的部门吧.wav,,shirking,命中,推给别人", "", ",,,,,"]
    expected = (
        Verdict(calls["pushed"], "shirking", hit=True),
        Verdict(calls["pushed"], "threat", hit=False),
        Verdict(calls["fine"], "shirking", hit=False),
        Verdict(calls["sent"], "shirking", hit=True),
    )
    for encoding in ("utf-8-sig", "gb18030"):
        assert read_verdicts(session, written(tmp_path, "\n".join(rows), encoding)) == expected


def test_wrong_verdicts_say_line_and_column(session: Session, calls: dict[str, int], tmp_path: Path) -> None:
    store(session, "这个不归我们管", agent="9000")
    call = calls["pushed"]
    rows = [
        "call,file,rule,hit",
        f"{call},,shirking,vielleicht",
        f"{call},,,yes",
        "12345678,,shirking,yes",
        "zwölf,,shirking,yes",
        ",nowhere.wav,shirking,yes",
        ",这个不归我们管.wav,shirking,yes",
        f"{call},,shirking",
        f"{call},,threat,yes",
        f"{call},,threat,no",
    ]
    with pytest.raises(BadManifest) as caught:
        read_verdicts(session, written(tmp_path, "\n".join(rows)))
    details = caught.value.details
    told = [(one.code.removeprefix("pipeline.verdicts_"), *list(one.facts.values())[:2]) for one in details]
    assert told == [
        ("hit", 2, 4),
        ("empty", 3, 3),
        ("unknown", 4, 1),
        ("call", 5, 1),
        ("unknown", 6, 2),
        ("many", 7, 2),
        ("cells", 8, 3),
        ("both", 10, 9),
    ]
    assert all("{" not in one.say("zh") for one in details)


@pytest.mark.parametrize("headings", ["call,rule", "rule,hit", "文件,命中"])
def test_verdicts_without_a_column_they_need(session: Session, tmp_path: Path, headings: str) -> None:
    with pytest.raises(BadManifest, match="no column"):
        read_verdicts(session, written(tmp_path, f"{headings}\n"))
