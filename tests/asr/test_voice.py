import numpy as np
import pytest

from asr.audio import WHISPER_RATE
from asr.channels import Layout
from asr.speech import Span
from asr.voice import OVERLAP_AT_LEAST, ChannelSpeech, loudness, measure
from models.transcript import Overlap, Role, Silence, Turn
from tests.asr.speech_samples import tone

APART = Layout((0, 1), (Role.AGENT, Role.CUSTOMER))


def speech(*agent: tuple[float, float], customer: tuple[tuple[float, float], ...] = ()) -> dict[int, ChannelSpeech]:
    return {
        0: ChannelSpeech(Role.AGENT, tuple(Span(*span) for span in agent), -20.0),
        1: ChannelSpeech(Role.CUSTOMER, tuple(Span(*span) for span in customer), -25.0),
    }


def said(role: Role, text: str) -> Turn:
    return Turn(role, 0, 0.0, 1.0, text, 1.0)


def test_a_silence_waits_for_the_one_who_did_not_speak_last() -> None:
    voice = measure(speech((0.0, 2.0), (9.0, 10.0), customer=((2.5, 4.0),)), (), APART)

    assert voice.silences == (Silence(4.0, 9.0, Role.AGENT),)
    assert voice.speech_seconds == pytest.approx(4.5)


def test_who_spoke_last_is_who_ended_last_and_not_who_began_last() -> None:
    voice = measure(speech((0.0, 5.0), (9.0, 10.0), customer=((1.0, 2.0),)), (), APART)

    assert voice.silences == (Silence(5.0, 9.0, Role.CUSTOMER),)


def test_ringing_before_and_line_noise_after_are_no_silence() -> None:
    assert measure(speech((30.0, 31.0), customer=((31.2, 32.0),)), (), APART).silences == ()


def test_the_one_who_began_later_cut_in() -> None:
    voice = measure(speech((0.0, 3.0), (6.5, 8.0), customer=((2.0, 4.0), (6.0, 7.0))), (), APART)

    assert voice.overlaps == (Overlap(2.0, 3.0, Role.CUSTOMER), Overlap(6.5, 7.0, Role.AGENT))


def test_turns_that_touch_do_not_overlap() -> None:
    assert measure(speech((0.0, 3.0), customer=((2.8, 4.0),)), (), APART).overlaps == ()


def test_response_is_the_median_wait_without_the_times_one_cut_in() -> None:
    voice = measure(
        speech((0.0, 2.0), (5.0, 6.0), (10.0, 11.0), customer=((2.5, 4.0), (7.0, 8.0), (10.5, 12.0))), (), APART
    )

    assert voice.roles[Role.CUSTOMER].response == pytest.approx(0.75)
    assert voice.roles[Role.AGENT].response == pytest.approx(1.5)


def test_going_on_after_the_other_said_yes_is_no_response() -> None:
    voice = measure(speech((0.0, 5.0), (5.4, 8.0), customer=((1.0, 1.5), (8.7, 9.0))), (), APART)

    assert voice.roles[Role.AGENT].response is None
    assert voice.roles[Role.CUSTOMER].response == pytest.approx(0.7)


def test_overlaps_are_found_however_the_stretches_lie() -> None:
    random = np.random.default_rng(0)
    cuts = [np.cumsum(random.uniform(0.1, 3.0, 400)).reshape(-1, 2).tolist() for _ in range(2)]
    one, two = ([(start, end) for start, end in cut] for cut in cuts)

    found = measure(speech(*one, customer=tuple(two)), (), APART).overlaps

    every = [(max(a[0], b[0]), min(a[1], b[1])) for a in one for b in two]
    long = sorted((round(start, 3), round(end, 3)) for start, end in every if end - start >= OVERLAP_AT_LEAST)
    assert found is not None
    assert [(overlap.start, overlap.end) for overlap in found] == long


def test_rate_counts_characters_and_not_punctuation() -> None:
    voice = measure(speech((0.0, 3.0), customer=((4.0, 4.5),)), (said(Role.AGENT, "您好，请问，有什么？"),), APART)

    assert voice.roles[Role.AGENT].rate == pytest.approx(7 / 3 * 60, abs=0.1)
    assert voice.roles[Role.CUSTOMER].rate is None, "half a second says nothing of a rate"


def test_one_channel_has_silences_but_overlaps_cannot_be_heard() -> None:
    shared = {0: ChannelSpeech(Role.UNKNOWN, (Span(0.0, 1.0), Span(4.0, 5.0)), -20.0)}

    voice = measure(shared, (), Layout((0,), (Role.UNKNOWN,)))

    assert voice.overlaps is None
    assert voice.silences == (Silence(1.0, 4.0, Role.UNKNOWN),)
    assert set(voice.roles) == {Role.UNKNOWN}


def test_nobody_speaks() -> None:
    voice = measure(speech(), (), APART)

    assert (voice.speech_seconds, voice.roles, voice.silences, voice.overlaps) == (0, {}, (), ())


def test_loudness_is_over_speech_only() -> None:
    sound = np.concatenate([tone(1.0, rate=WHISPER_RATE, level=0.1), np.zeros(WHISPER_RATE, np.float32)])

    assert loudness(sound, [Span(0.0, 1.0)]) == pytest.approx(-23.0, abs=0.1)
    assert loudness(sound, []) is None
