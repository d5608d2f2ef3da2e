"""Which phrases are listened for again, and what counts as said when the sound has spoken."""

from dataclasses import replace

import pytest

from models.finding import Answer, Evidence
from models.listening import Doubt, Listened
from models.transcript import Role, Transcript
from scoring.listening import doubts
from tests.scoring.made_call import ask, badly_heard, call, pack_of, unknown, with_turn

CHILDREN = "{phrase: [带着孩子折腾], role: agent}"
SAID = call("agent: 您好", "agent: 您这样带着孩子周村也不是办法", "customer: 是啊")


def unsurely(transcript: Transcript, index: int, at: int) -> Transcript:
    """Whisper was not sure of a character of a turn, as it mostly is where it misheard."""
    words = list(transcript.turns[index].words)
    words[at] = replace(words[at], confidence=0.3)
    return with_turn(transcript, index, words=tuple(words))


HEARD = unsurely(SAID, 1, 8)


def open_for(when: str, transcript: Transcript) -> list[tuple[str, str]]:
    """Phrases, and the words they may have been."""
    return [
        (one.phrase, transcript.turns[one.turn].text[slice(*one.span)]) for one in doubts(pack_of(when), transcript)
    ]


def told(transcript: Transcript, gain: float, when: str = CHILDREN) -> Transcript:
    """As if the sound had said the same to every doubt."""
    heard = tuple(
        Listened(one.phrase, one.turn, one.span, one.likeness, gain) for one in doubts(pack_of(when), transcript)
    )
    assert heard
    return replace(transcript, listened=heard)


def evidence_of(when: str, transcript: Transcript) -> Evidence:
    (evidence,) = ask(when, transcript).evidence
    return evidence


def test_what_sounds_remotely_alike_is_in_doubt() -> None:
    (doubt,) = doubts(pack_of(CHILDREN), HEARD)
    assert doubt == Doubt("带着孩子折腾", 1, (3, 9), doubt.likeness)
    assert 0.75 <= doubt.likeness < 1
    assert ask(CHILDREN, HEARD).answer is Answer.CLEAN, "a doubt is no finding"


@pytest.mark.parametrize(
    "when",
    [
        "{phrase: [带着孩子折腾], role: customer}",
        "{phrase: [带着孩子折腾], exact: true}",
        "{phrase: [带着孩子周村]}",
        "{phrase: [孩子]}",
        "{phrase: [请您稍等片刻]}",
    ],
    ids=["another's", "in these very words", "said as it is", "too short", "nothing like it"],
)
def test_what_is_not_in_doubt(when: str) -> None:
    assert open_for(when, HEARD) == []


def test_what_the_matcher_finds_anyway_is_not_in_doubt() -> None:
    heard = call("agent: 我帮您办理退宝手续")
    assert ask("{phrase: [办理退保手续]}", heard).answer is Answer.HIT
    assert open_for("{phrase: [办理退保手续]}", heard) == []


def test_of_unknown_speakers_either_may_have_said_it() -> None:
    assert open_for(CHILDREN, unknown(HEARD)) == [("带着孩子折腾", "带着孩子周村")]


def test_without_words_there_is_no_place_to_listen_to() -> None:
    assert open_for(CHILDREN, with_turn(HEARD, 1, words=())) == []


def test_what_stands_over_two_turns_cannot_be_listened_to() -> None:
    heard = call("agent: 您这样带着孩", {"agent": "子周村也不是办法", "pause": 0.1})
    assert open_for(CHILDREN, heard) == []


@pytest.mark.parametrize(
    ("phrase", "written"),
    [
        ("今天先还一千行吗", "那我今天先还一前行嘛"),
        ("就指着这辆车吃饭", "全家就指着这两车吃饭"),
        ("填的时候别写", "填的时候憋写"),
    ],
)
def test_numbers_and_negations_may_be_where_they_sound_the_same(phrase: str, written: str) -> None:
    ((_, words),) = open_for(f"{{phrase: [{phrase}]}}", call(f"agent: {written}"))
    assert len(words) == len(phrase)


@pytest.mark.parametrize(
    ("phrase", "written"),
    [
        ("今天先还四百块钱", "今天先还三百块钱"),
        ("今天先还十块钱", "今天先还四块钱"),
        ("这个是能退款的", "这个是不能退款的"),
        ("这个是不能退款的", "这个是能退款的"),
        ("今天先还一千", "今天先还一前六百"),
        ("尾号是八八一七", "尾号是八八一六"),
    ],
)
def test_but_never_another_number_or_the_opposite(phrase: str, written: str) -> None:
    assert open_for(f"{{phrase: [{phrase}]}}", call(f"agent: {written}")) == []


def test_what_was_listened_for_is_in_doubt_no_more() -> None:
    assert doubts(pack_of(CHILDREN), told(HEARD, -30.0)) == ()


def test_what_the_sound_confirms_was_said() -> None:
    evidence = evidence_of(CHILDREN, told(HEARD, -2.0))
    assert (evidence.quote, evidence.meant, evidence.listened) == ("带着孩子周村", "带着孩子折腾", True)
    assert (evidence.role, evidence.turn, evidence.span) == (Role.AGENT, 1, (3, 9))


def test_what_the_sound_does_not_rule_out_cannot_be_judged() -> None:
    answers = [ask(CHILDREN, told(HEARD, gain)).answer for gain in (-4.0, -7.0, -11.0, -15.0)]
    assert answers == [Answer.HIT, Answer.HIT, Answer.CANNOT_JUDGE, Answer.CLEAN]
    (maybe,) = ask(CHILDREN, told(HEARD, -11.0)).evidence
    assert (maybe.meant, maybe.listened) == ("带着孩子折腾", False), "it only sounds like it"


def test_nothing_else_was_said_where_whisper_was_sure_of_every_word() -> None:
    assert [ask(CHILDREN, told(one, -5.0)).answer for one in (HEARD, SAID)] == [Answer.HIT, Answer.CLEAN]


def test_what_the_sound_denies_was_not() -> None:
    assert ask(CHILDREN, told(HEARD, -20.0)).answer is Answer.CLEAN


def test_the_further_it_sounds_the_more_the_sound_must_say() -> None:
    near, far = ((*told(HEARD, -6.0).listened,)[0], 0.99), ((*told(HEARD, -6.0).listened,)[0], 0.75)
    answers = [
        ask(CHILDREN, replace(HEARD, listened=(replace(one, likeness=likeness),))).answer
        for one, likeness in (near, far)
    ]
    assert answers == [Answer.HIT, Answer.CANNOT_JUDGE]


def test_its_confidence_is_not_that_of_the_words_whisper_wrote() -> None:
    heard = told(HEARD, 0.0)
    words = tuple(replace(word, confidence=0.1) for word in heard.turns[1].words)
    result = ask(CHILDREN, with_turn(heard, 1, words=words))
    assert result.answer is Answer.HIT
    assert result.evidence[0].confidence == heard.listened[0].likeness


def test_in_a_turn_that_was_badly_heard_it_cannot_be_judged() -> None:
    result = ask(CHILDREN, badly_heard(told(HEARD, 0.0), 1))
    assert result.answer is Answer.CANNOT_JUDGE
    assert result.reason is not None
    assert result.reason.facts["quote"] == "带着孩子折腾", "what may have been said, not what was written"


def test_an_excuse_counts_as_ever() -> None:
    when = "{phrase: [带着孩子折腾], unless: [折腾也不是办法]}"
    assert ask(when, told(HEARD, 0.0, when)).answer is Answer.CLEAN


def test_a_pair_of_which_one_was_listened_for_says_so() -> None:
    when = "{near: {first: [您这样], second: [带着孩子折腾], within: 5}}"
    evidence = evidence_of(when, told(HEARD, 0.0, when))
    assert (evidence.listened, evidence.meant) == (True, "您这样…带着孩子折腾")


def test_a_pair_of_which_one_was_maybe_said_cannot_be_judged() -> None:
    when = "{near: {first: [您这样], second: [带着孩子折腾], within: 5}}"
    result = ask(when, told(HEARD, -11.0, when))
    assert result.answer is Answer.CANNOT_JUDGE
    assert not any(one.listened for one in result.evidence), "it only sounds like it"


def test_where_all_sounds_are_the_same_it_is_told_all_the_same_what_was_meant() -> None:
    heard = call("agent: 那我今天先还一前行嘛")
    when = "{phrase: [今天先还一千行嘛]}"
    evidence = evidence_of(when, told(heard, -1.0, when))
    assert (evidence.quote, evidence.meant) == ("今天先还一前行嘛", "今天先还一千行嘛")


@pytest.mark.parametrize(
    "changed",
    [{"turn": 7}, {"phrase": "没人问的话"}, {"span": (40, 44)}],
    ids=["no such turn", "not asked for", "no such words"],
)
def test_what_fits_nothing_says_nothing(changed: dict[str, object]) -> None:
    (one,) = told(HEARD, 0.0).listened
    assert ask(CHILDREN, replace(HEARD, listened=(replace(one, **changed),))).answer is Answer.CLEAN
