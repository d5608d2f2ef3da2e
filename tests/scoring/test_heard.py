"""Evidence: the very words, in the very seconds."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.finding import Answer
from models.transcript import Transcript
from tests.scoring.made_call import ask, call, quoted


def test_a_phrase_is_found_through_punctuation_fillers_and_writing() -> None:
    heard = call("agent: 這個，嗯，不歸，呃，我們管！")
    result = ask("{phrase: [不归我们管], role: agent}", heard)
    (evidence,) = result.evidence
    assert evidence.quote == "不歸，呃，我們管"
    assert quoted(result, heard.turns) == [evidence.quote]
    assert (evidence.start, evidence.end) == (5 * 0.25, 13 * 0.25), "the seconds of these characters"


def test_a_sentence_cut_in_two_is_one() -> None:
    heard = call("agent: 这个不归", {"agent": "我们管的", "pause": 0.3})
    (evidence,) = ask("{phrase: [不归我们管], role: agent}", heard).evidence
    assert (evidence.turn, evidence.quote) == (0, "不归我们管")
    assert evidence.span == (2, 4), "the part in its first turn"
    assert evidence.start == pytest.approx(0.5)
    assert evidence.end == pytest.approx(4 * 0.25 + 0.3 + 3 * 0.25)


def test_a_phrase_is_said_over_a_hesitation_and_quoted_whole() -> None:
    heard = call("agent: 这个不", {"agent": "归", "pause": 1.2}, {"agent": "我们管的", "pause": 1.4})
    (evidence,) = ask("{phrase: [不归我们管]}", heard).evidence
    assert (evidence.turn, evidence.quote, evidence.span) == (0, "不归我们管", (2, 3))
    assert evidence.end == pytest.approx(3 * 0.25 + 1.2 + 0.25 + 1.4 + 3 * 0.25)


def test_nobody_speaks_in_a_hesitation() -> None:
    heard = call("agent: 这个不归", {"customer": "嗯", "pause": 0.4}, {"agent": "我们管的", "pause": 0.4})
    assert ask("{phrase: [不归我们管]}", heard).answer is Answer.CLEAN


@pytest.mark.parametrize(
    "second", [{"agent": "我们管的", "pause": 2}, {"customer": "我们管的", "pause": 0.1}], ids=["a pause", "another"]
)
def test_words_of_two_sentences_are_not_a_phrase(second: dict[str, object]) -> None:
    assert ask("{phrase: [不归我们管]}", call("agent: 这个不归", second)).answer is Answer.CLEAN


def test_a_pattern_does_not_run_into_another_speaker() -> None:
    heard = call("agent: 您好", "customer: 不行", "agent: 再见")
    assert ask("{regex: '好[^行]*见'}", heard).answer is Answer.CLEAN


def test_without_word_times_the_seconds_are_spread_evenly() -> None:
    heard = call("agent: 天地玄黄宇宙洪荒")
    bare = replace(heard, turns=tuple(replace(turn, words=()) for turn in heard.turns))
    (evidence,) = ask("{phrase: [玄黄]}", bare).evidence
    assert (evidence.start, evidence.end) == (0.5, 1.0)


def test_a_phrase_inside_a_longer_one_is_one_finding() -> None:
    result = ask("{phrase: [投诉, 投诉也没用]}", call("agent: 投诉也没用"))
    assert [evidence.quote for evidence in result.evidence] == ["投诉也没用"]


texts = st.text(alphabet="投诉也没用，。嗯您好", min_size=1, max_size=12)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["agent", "customer"]), texts), min_size=1, max_size=5))
def test_evidence_is_always_inside_its_turn(lines: list[tuple[str, str]]) -> None:
    heard: Transcript = call(*({role: text} for role, text in lines))
    result = ask("{any: [{phrase: [投诉, 没用]}, {regex: 也.用}]}", heard)
    for evidence in result.evidence:
        if evidence.turn is not None and evidence.span:
            turn = heard.turns[evidence.turn]
            own = turn.text[slice(*evidence.span)]
            assert evidence.quote.startswith(own)
            assert turn.start <= evidence.start < evidence.end
            if evidence.quote == own:
                assert evidence.end <= turn.end + 1e-9
            else:
                assert evidence.span[1] == len(turn.text), "it runs over into the next turn"
    found = any(
        word in text.replace("，", "").replace("。", "").replace("嗯", "")
        for _, text in lines
        for word in ("投诉", "没用")
    )
    assert not found or result.answer is Answer.HIT
