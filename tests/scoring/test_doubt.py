"""Nobody is accused of what may have been said, nor of what was not heard well."""

from dataclasses import replace

import pytest

from models.finding import Answer
from models.transcript import Role, Transcript
from scoring.speakers import ROLE_DOUBT, SPEAKER_DOUBT
from tests.scoring.made_call import ask, badly_heard, call, unknown, with_turn

GREETING = "{phrase: [您好], need: none, role: agent, seconds: {first: 10}}"
FORBIDDEN = "{phrase: [不归我们管], role: agent}"
RUDE = call("agent: 您好，请讲。", "customer: 坏了怎么办？", "agent: 这个不归我们管。", "customer: 什么意思？")
NO_GREETING = call("agent: 什么事？", "customer: 我要查话费。", "agent: 三十块。")


def code(when: str, transcript: Transcript) -> str:
    result = ask(when, transcript)
    assert result.answer is Answer.CANNOT_JUDGE
    assert result.reason is not None
    return result.reason.code


def test_well_heard_calls_are_judged() -> None:
    assert ask(GREETING, NO_GREETING).answer is Answer.HIT
    assert ask(GREETING, RUDE).answer is Answer.CLEAN
    assert ask(FORBIDDEN, RUDE).answer is Answer.HIT


def test_a_greeting_missing_from_a_badly_heard_opening_is_no_violation() -> None:
    assert code(GREETING, badly_heard(NO_GREETING, 0)) == "scoring.badly_heard"


def test_what_is_badly_heard_outside_the_window_does_not_matter() -> None:
    late = call("agent: 什么事？", "customer: 我要查话费。", {"agent": "三十块。", "pause": 20})
    assert ask(GREETING, badly_heard(late, 2)).answer is Answer.HIT


def test_a_flagged_turn_may_be_anything() -> None:
    looped = with_turn(NO_GREETING, 0, flags=("repetition",))
    assert code(GREETING, looped) == "scoring.badly_heard"


def test_forbidden_words_not_heard_are_not_said_even_if_one_turn_was_unclear() -> None:
    quiet = call("agent: 您好，请讲，我来帮您查一下。", "agent: 嗯。", "customer: 好的。")
    assert ask(FORBIDDEN, badly_heard(quiet, 1)).answer is Answer.CLEAN


def test_when_most_was_unclear_nothing_is_certified() -> None:
    assert code(FORBIDDEN, badly_heard(badly_heard(NO_GREETING, 0), 2)) == "scoring.mostly_badly_heard"


def test_forbidden_words_in_an_unclear_turn_need_an_ear() -> None:
    unclear = badly_heard(RUDE, 2)
    result = ask(FORBIDDEN, unclear)
    assert code(FORBIDDEN, unclear) == "scoring.badly_heard_words"
    assert result.evidence[0].quote == "不归我们管"
    assert result.reason is not None
    assert result.reason.facts["quote"] == "不归我们管"


def test_forbidden_words_of_an_unknown_speaker_need_an_ear() -> None:
    result = ask(FORBIDDEN, unknown(RUDE))
    assert code(FORBIDDEN, unknown(RUDE)) == "scoring.speaker_unknown"
    assert [evidence.role for evidence in result.evidence] == [Role.UNKNOWN]


def test_words_that_nobody_said_are_missing_whoever_the_speakers_were() -> None:
    assert ask(GREETING, unknown(NO_GREETING)).answer is Answer.HIT
    assert ask(FORBIDDEN, unknown(NO_GREETING)).answer is Answer.CLEAN


def test_a_greeting_by_an_unknown_speaker_may_be_the_agents() -> None:
    assert code(GREETING, unknown(RUDE)) == "scoring.speaker_unknown"


def test_a_doubted_channel_counts_as_unknown() -> None:
    doubted = replace(RUDE, turns=tuple(replace(turn, flags=(ROLE_DOUBT,)) for turn in RUDE.turns))
    assert code(FORBIDDEN, doubted) == "scoring.speaker_unknown"
    assert code("{overlap: {at_least: 0.5}}", _with_overlap(doubted)) == "scoring.who_cut_in"


def _with_overlap(transcript: Transcript) -> Transcript:
    cut = call("customer: 我想问一下今年怎么涨了", {"agent": "都涨了都涨了", "pause": -1})
    return replace(transcript, voice=replace(transcript.voice, overlaps=cut.voice.overlaps))


def doubted_voice(transcript: Transcript, index: int) -> Transcript:
    """A turn in one channel that either may have said, as the transcriber gives it."""
    return with_turn(transcript, index, role=Role.UNKNOWN, flags=(SPEAKER_DOUBT,))


def test_words_of_a_doubted_voice_are_heard_well_but_nobodys() -> None:
    doubted = doubted_voice(RUDE, 2)
    assert code(FORBIDDEN, doubted) == "scoring.speaker_unknown"
    assert ask("{phrase: [不归我们管]}", doubted).answer is Answer.HIT, "whoever said it"
    assert code(GREETING, doubted_voice(RUDE, 0)) == "scoring.speaker_unknown"
    assert ask(GREETING, doubted_voice(NO_GREETING, 0)).answer is Answer.HIT, "no voice greets"
    assert code(GREETING, with_turn(NO_GREETING, 0, role=Role.UNKNOWN, flags=(SPEAKER_DOUBT, "repetition")))


WAITED = call("customer: 您帮我查一下吧，谢谢你了，我真的很着急。", {"agent": "三十块。", "pause": 9})
SILENT = "{silence: {at_least: 5}, role: agent}"


def test_after_a_doubted_voice_nobody_knows_who_was_waited_for() -> None:
    assert ask(SILENT, WAITED).answer is Answer.HIT
    assert code(SILENT, doubted_voice(WAITED, 0)) == "scoring.who_was_waited_for"
    assert ask(SILENT, doubted_voice(WAITED, 1)).answer is Answer.HIT, "the doubt is about what comes after"


def test_a_voices_rate_is_not_judged_when_much_of_it_may_be_the_others() -> None:
    fast = "{speech_rate: {at_least: 200}, role: agent}"
    assert ask(fast, doubted_voice(WAITED, 1)).answer is Answer.HIT
    assert code(fast, doubted_voice(WAITED, 0)) == "scoring.no_agent_rate"


@pytest.mark.parametrize("when", [GREETING, FORBIDDEN, "{regex: 不归, role: agent}"])
def test_an_agent_who_is_not_on_the_recording_cannot_be_judged(when: str) -> None:
    assert code(when, call("customer: 喂？", "customer: 有人吗？")) == "scoring.agent_not_heard"


def test_a_customer_who_said_nothing_has_threatened_nobody() -> None:
    silent = call("agent: 您好，您的电话没有声音。")
    assert ask("{phrase: [投诉], role: customer}", silent).answer is Answer.CLEAN
    assert code("{phrase: [谢谢], need: none, role: customer}", silent) == "scoring.customer_not_heard"


def test_a_recording_without_words_cannot_be_judged() -> None:
    nothing = replace(NO_GREETING, turns=())
    assert code(GREETING, nothing) == "scoring.no_speech"
    assert code(FORBIDDEN, nothing) == "scoring.no_speech"
