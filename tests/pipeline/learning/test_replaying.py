"""A draft replayed where the classifier decides: it is asked before and after, so that only the draft makes changes."""

from pathlib import Path

import pytest

from models.call import Metadata
from models.learning import Level
from pipeline.learning.in_use import Machine, starter
from pipeline.processing.scoring_call import score_call
from pipeline.processing.stored_calls import StoredCall
from pipeline.rulebook.replay import replay
from scoring.case import read_case
from scoring.pack import parse_pack
from scoring.scorecard import parse_scorecard
from tests.starter_kept import keep_starter

PACK = parse_pack("""\
pack: desk
version: 1
rules:
  - {id: shirking, name: 推诿, why: 客户会投诉, effect: violation, when: {phrase: [不归我们管], role: agent}}
""")
CARD = parse_scorecard("""\
scorecard: desk
version: 1
sections:
  - id: manner
    name: 服务态度
    items:
      - {id: shirks, name: 不推诿, points: 50, rules: [{rule: shirking, deduct: 20}]}
      - {id: tone, name: 语气, points: 50, judge: classifier, signs: [impatient, confronting, mocking]}
""")
RUDE = [
    "customer: 我上次打电话也没说清楚啊",
    "agent: 我刚才不是说过了吗，您到底听没听，您自己不看短信怪谁？",
    "customer: 你怎么这样说话",
    "agent: 我说得还不够清楚吗，您还要我说几遍？",
]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    keep_starter(tmp_path)
    return Machine(starter(tmp_path / "cache"), {"tone": Level.DECIDES})


def test_the_same_pack_changes_nothing(machine: Machine) -> None:
    transcript = read_case(RUDE).transcript()
    scored, _ = score_call(PACK, CARD, transcript, Metadata(), classifier=machine.classifier, levels=machine.levels)
    assert scored.pre_score.sections[0].items[1].by_classifier
    call = StoredCall(1, "1.wav", "8001", transcript, Metadata(), scored)
    same = replay([call], PACK, CARD, machine=machine)
    assert same.scores is not None
    assert (same.scores.raised, same.scores.lowered) == (0, 0)
    rules_alone = replay([call], PACK, CARD)
    assert rules_alone.scores is not None
    assert (rules_alone.scores.mean_before, rules_alone.scores.mean_after) == (scored.pre_score.total, 100.0)
