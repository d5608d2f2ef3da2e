from asr.speech import Span
from asr.word_times import SPEECH_EDGE, held_to_speech
from models.transcript import Word


def held(start: float, end: float, *spans: tuple[float, float]) -> tuple[float, float]:
    (word,) = held_to_speech([Word("好", start, end, 0.9)], [Span(*span) for span in spans])
    return word.start, word.end


def test_a_word_timed_from_the_padding_begins_with_the_speech() -> None:
    assert held(0.8, 1.4, (1.0, 3.0)) == (1.0 - SPEECH_EDGE, 1.4)


def test_a_word_stretched_into_the_pause_ends_with_the_speech() -> None:
    assert held(2.7, 3.9, (1.0, 3.0), (4.5, 6.0)) == (2.7, 3.0 + SPEECH_EDGE)


def test_a_word_that_only_touches_the_speech_before_belongs_to_the_next() -> None:
    assert held(2.98, 4.5, (1.0, 3.0), (4.0, 6.0)) == (4.0 - SPEECH_EDGE, 4.5)


def test_a_word_across_a_breath_and_a_word_within_keep_their_times() -> None:
    assert held(2.5, 3.9, (1.0, 3.0), (3.4, 6.0)) == (2.5, 3.9)
    assert held(1.2, 1.5, (1.0, 3.0)) == (1.2, 1.5)


def test_a_word_outside_of_all_speech_keeps_its_times() -> None:
    assert held(7.0, 7.4, (1.0, 3.0), (8.0, 9.0)) == (7.0, 7.4)
    assert held(7.0, 7.4) == (7.0, 7.4)
