from itertools import pairwise

import numpy as np
import pytest

from asr.audio import WHISPER_RATE, Audio
from asr.speech import (
    FRAME,
    FRAMES_AT_ONCE,
    PADDING,
    PAUSE_SECONDS,
    SHORTEST_SPEECH,
    SPEECH_BEGINS,
    SPEECH_ENDS,
    WINDOW_SECONDS,
    Span,
    speech_in,
    windows_over,
    without,
)


def test_speech_is_found_where_it_is(call: Audio) -> None:
    spans = speech_in(call.heard_by_whisper(0))

    assert list(spans) == sorted(spans, key=lambda span: span.start)
    assert all(before.end < after.start for before, after in pairwise(spans))
    assert all(0 <= span.start < span.end <= call.seconds for span in spans)
    assert 0.3 * call.seconds < sum(span.seconds for span in spans) < 0.9 * call.seconds


def test_noise_is_not_speech() -> None:
    assert speech_in(np.random.default_rng(0).normal(0, 0.01, 5 * WHISPER_RATE).astype(np.float32)) == ()
    assert speech_in(np.zeros(0, np.float32)) == ()


def test_speech_is_what_faster_whisper_finds_in_the_whole(call: Audio) -> None:
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    both = np.concatenate([call.heard_by_whisper(0), call.heard_by_whisper(1)])
    assert len(both) > 2 * FRAME * FRAMES_AT_ONCE, "more than is judged at once"
    options = VadOptions(
        threshold=SPEECH_BEGINS,
        neg_threshold=SPEECH_ENDS,
        min_silence_duration_ms=round(PAUSE_SECONDS * 1000),
        min_speech_duration_ms=round(SHORTEST_SPEECH * 1000),
        speech_pad_ms=0,
    )

    theirs = get_speech_timestamps(both, options, WHISPER_RATE)

    ours = [(round(span.start * WHISPER_RATE), round(span.end * WHISPER_RATE)) for span in speech_in(both)]
    assert ours == [(one["start"], one["end"]) for one in theirs]


def test_speech_is_found_in_parts_of_a_recording_as_in_memory(call: Audio) -> None:
    assert speech_in(call.sound(0)) == speech_in(call.heard_by_whisper(0))


def test_windows_hold_all_speech_once_and_are_short(call: Audio) -> None:
    sound = call.heard_by_whisper(0)
    spans = speech_in(sound)

    windows = windows_over(spans, sound)

    assert all(window.seconds <= WINDOW_SECONDS for window in windows)
    assert all(before.end <= after.start for before, after in pairwise(windows))
    for span in spans:
        held = sum(max(0.0, min(span.end, window.end) - max(span.start, window.start)) for window in windows)
        assert held == pytest.approx(span.seconds)


def test_speech_without_a_pause_is_cut_where_it_is_quietest() -> None:
    sound = np.random.default_rng(0).normal(0, 0.2, 40 * WHISPER_RATE).astype(np.float32)
    sound[round(11.9 * WHISPER_RATE) : round(12.1 * WHISPER_RATE)] *= 0.01

    windows = windows_over([Span(0.0, 40.0)], sound)

    assert windows[0].end == pytest.approx(12.0, abs=0.06)
    assert all(window.seconds <= WINDOW_SECONDS for window in windows)
    assert windows[0].start == 0.0
    assert windows[-1].end == 40.0


def test_padding_keeps_soft_edges_but_not_the_neighbour() -> None:
    sound = np.zeros(60 * WHISPER_RATE, np.float32)

    first, second = windows_over([Span(10.0, 20.0), Span(20.4, 30.0)], sound)

    assert first.start == pytest.approx(10.0 - PADDING)
    assert first.end == second.start == pytest.approx(20.2)


def test_what_is_taken_out_leaves_no_crumbs() -> None:
    assert without([Span(0.0, 5.0), Span(6.0, 7.0)], [Span(1.0, 2.0), Span(5.9, 6.95)]) == (
        Span(0.0, 1.0),
        Span(2.0, 5.0),
    )


def test_what_is_taken_out_may_cover_many_or_lie_inside_one() -> None:
    spans = [Span(0.0, 1.0), Span(2.0, 3.0), Span(4.0, 9.0)]

    assert without(spans, [Span(0.5, 4.5), Span(5.0, 6.0), Span(7.0, 8.0)]) == (
        Span(0.0, 0.5),
        Span(4.5, 5.0),
        Span(6.0, 7.0),
        Span(8.0, 9.0),
    )
    assert without(spans, []) == tuple(spans)
