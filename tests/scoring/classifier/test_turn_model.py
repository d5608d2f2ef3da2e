import numpy as np

from models.transcript import ANNOUNCEMENT, Role, Transcript
from scoring.classifier.turn_model import label_roles
from scoring.classifier.turn_training import examples_of, near_copies
from scoring.starter.corpus import Corpus, Line
from scoring.starter.labels import label_ids
from tests.scoring.classifier.taught import small_corpus, starter
from tests.scoring.made_call import call, unknown, with_turn

CALL = call(
    "agent: 您好，请问有什么可以帮您？",
    "customer: 我家宽带坏了三天了，你们到底管不管？",
    "agent: 这个不归我们管，您自己找装维师傅去。",
    "customer: 行，我要投诉你们！",
    "agent: 我刚才不是说了吗，您听不懂是吧？",
)


def probability(turn: int, label: str, transcript: Transcript = CALL) -> float:
    return float(starter().turn.probabilities(transcript.turns)[turn, label_ids().index(label)])


def test_what_turns_do_is_told() -> None:
    assert probability(2, "shirking") > 0.6
    assert probability(4, "impatient") > 0.3
    assert probability(3, "complaint_intent") > 0.6
    assert max(probability(0, label) for label in ("shirking", "impatient", "perfunctory")) < 0.2


def test_a_label_is_only_of_its_role() -> None:
    found = starter().turn.probabilities(CALL.turns)
    agents = np.array([turn.role == "agent" for turn in CALL.turns])
    assert (found[agents][:, label_roles() == 1] == 0).all()
    assert (found[~agents][:, label_roles() == 0] == 0).all()


def test_where_nobody_knows_who_speaks_all_labels_are_possible_and_none_is_certain() -> None:
    found = starter().turn.probabilities(unknown(CALL).turns)
    assert found.max() <= 0.5
    assert found[2, label_ids().index("shirking")] > 0.25
    assert found[3, label_ids().index("complaint_intent")] > 0.25


def test_a_recorded_voice_does_nothing() -> None:
    recorded = with_turn(CALL, 2, flags=(ANNOUNCEMENT,))
    assert starter().turn.probabilities(recorded.turns)[2].max() == 0


def test_what_was_said_before_counts() -> None:
    plain = call("customer: 你好，我想问一下话费。", "agent: 好的，您的问题我已经记录了，再见。")
    angry = call("customer: 我都说了八遍了，你到底能不能给我解决！", "agent: 好的，您的问题我已经记录了，再见。")
    assert probability(1, "perfunctory", angry) > probability(1, "perfunctory", plain)


def test_no_turns_no_probabilities() -> None:
    assert starter().turn.probabilities(()).shape == (0, len(label_ids()))
    assert starter().turn.familiarity(()).shape == (0,)


def test_words_it_never_saw_are_unfamiliar() -> None:
    known, strange = starter().turn.familiarity(
        call("agent: 请问还有什么可以帮您？", "agent: 氦氖氩氪氙氡镧铈镨钕").turns
    )
    assert known > 0.9
    assert strange < 0.3


def test_near_copies_are_one_and_so_are_dialogues() -> None:
    assert near_copies(["这个不归我们管，您找别人", "今天天气不错", "这个不归我们管，您找别人吧"]) == [0, 1, 0]
    examples = examples_of(small_corpus())
    groups = [{one.group for one in examples if one.in_dialogue is kind} for kind in (True, False)]
    assert not groups[0] & groups[1]
    assert len(groups[0]) == len(small_corpus().dialogues)


def test_turns_are_learnt_as_written_and_as_heard() -> None:
    said, mute = (
        Line("您说。", Role.CUSTOMER, "不行，退钱！", frozenset()),
        Line("", Role.AGENT, "嗯。", frozenset(), "恩"),
    )
    corpus = Corpus({"x": (said, mute)}, (), "x")
    assert [(one.before, one.text, one.written) for one in examples_of(corpus)] == [
        ("您说。", "不行，退钱！", True),
        ("您说", "不行退钱", False),
        ("", "嗯。", True),
        ("", "恩", False),
    ]
