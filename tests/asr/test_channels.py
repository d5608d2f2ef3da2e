import numpy as np

from asr.audio import WHISPER_RATE, Audio, Samples
from asr.channels import lay_out, leaked, looks_swapped, on_both
from asr.speech import Span, speech_in, without
from models.transcript import Role, Turn


def two(left: Samples, right: Samples) -> Audio:
    return Audio(np.stack([left, right]), WHISPER_RATE, "wav/pcm_16", WHISPER_RATE)


def noise(like: Samples, level: float = 0.001, seed: int = 0) -> Samples:
    return np.random.default_rng(seed).normal(0, level, len(like)).astype(np.float32)


def test_the_declared_channel_is_the_agent(call: Audio) -> None:
    assert lay_out(call, "left").roles == (Role.AGENT, Role.CUSTOMER)
    assert lay_out(call, "right").roles == (Role.CUSTOMER, Role.AGENT)
    assert lay_out(call, "left").apart


def test_one_channel_has_two_speakers_and_nobody_can_say_who(call: Audio) -> None:
    mono = Audio(call.samples[:1], call.rate, call.codec, call.source_rate)

    assert lay_out(mono, "left").roles == (Role.UNKNOWN,)


def test_one_channel_recorded_twice_is_heard_once(call: Audio) -> None:
    left = call.samples.sum(axis=0)
    layout = lay_out(two(left, 0.7 * left + noise(left, 0.0005)), "left")

    assert layout.heard == (0,)
    assert layout.roles == (Role.UNKNOWN, Role.UNKNOWN)


def test_a_dead_channel_leaves_the_other_with_both_speakers(call: Audio) -> None:
    both, dead = call.samples.sum(axis=0), np.zeros(call.samples.shape[1], np.float32)

    assert lay_out(two(both, dead), "left").heard == (0,)
    assert lay_out(two(dead, both), "left").heard == (1,)


def test_a_leak_is_told_from_a_soft_voice(call: Audio) -> None:
    agent, customer = call.heard_by_whisper(0), call.heard_by_whisper(1)
    delayed = np.concatenate([np.zeros(WHISPER_RATE // 20, np.float32), agent])[: len(agent)]
    bled: Samples = (customer + 0.15 * delayed).astype(np.float32)

    said, bled_speech = speech_in(customer), speech_in(bled)
    kept = without(bled_speech, leaked(agent, bled, bled_speech))

    assert sum(span.seconds for span in bled_speech) > 2 * sum(span.seconds for span in said), "the leak is loud"
    assert abs(sum(span.seconds for span in kept) - sum(span.seconds for span in said)) < 2.0
    for span in said:
        assert sum(max(0.0, min(span.end, k.end) - max(span.start, k.start)) for k in kept) > 0.7 * span.seconds


def test_an_echo_outlasts_its_source(call: Audio) -> None:
    agent, customer = call.heard_by_whisper(0), call.heard_by_whisper(1)
    echo = np.concatenate([np.zeros(WHISPER_RATE // 5, np.float32), 0.18 * agent])[: len(agent)]
    bled: Samples = (customer + echo).astype(np.float32)
    spans, said = speech_in(bled), speech_in(customer)

    kept = without(spans, leaked(agent, bled, spans))

    own = sum(max(0.0, min(span.end, k.end) - max(span.start, k.start)) for k in kept for span in said)
    assert own > 0.97 * sum(span.seconds for span in said)
    assert sum(k.seconds for k in kept) - own < 3.0


def test_a_soft_customer_who_speaks_over_a_loud_agent_is_kept(call: Audio) -> None:
    agent = call.heard_by_whisper(0)
    soft = 0.1 * np.roll(agent, 7 * WHISPER_RATE)  # other words at the same time, 20 dB below

    assert leaked(agent, soft, speech_in(soft)) == ()


def test_a_side_recorded_thirty_decibels_below_the_other_may_cut_in(call: Audio) -> None:
    agent, customer = call.heard_by_whisper(0), call.heard_by_whisper(1)
    cuts_in = np.zeros_like(agent)
    sentence = customer[round(7.1 * WHISPER_RATE) : round(10.6 * WHISPER_RATE)]
    cuts_in[2 * WHISPER_RATE : 2 * WHISPER_RATE + len(sentence)] = sentence  # while the agent greets
    soft = 0.03 * (customer + cuts_in) + noise(agent, 0.0002)
    spans = speech_in(soft)
    assert any(span.start < 3.0 for span in spans)

    kept = without(spans, leaked(agent, soft, spans))

    assert sum(span.seconds for span in kept if span.end < 7.0) > 2.0


def test_an_echo_below_the_voice_of_its_channel_stays_an_echo(call: Audio) -> None:
    agent, customer = call.heard_by_whisper(0), call.heard_by_whisper(1)
    garbled = 0.02 * np.sign(agent) * np.sqrt(np.abs(agent))  # so that no correlation tells
    bled: Samples = (customer + garbled).astype(np.float32)
    spans = speech_in(bled)

    kept = without(spans, leaked(agent, bled, spans))

    assert not any(span.end < 6.5 for span in kept), "the agent's greeting"


def test_an_announcement_on_both_channels_is_found_there_and_talk_is_not(call: Audio) -> None:
    agent, customer = call.heard_by_whisper(0), call.heard_by_whisper(1)
    length = 6 * WHISPER_RATE
    played = agent[WHISPER_RATE : WHISPER_RATE + length]
    left = np.concatenate([played, agent]) + noise(np.zeros(length + len(agent), np.float32), 0.001, seed=1)
    right = np.concatenate([0.8 * np.roll(played, 200), customer]) + noise(left, 0.001, seed=2)
    spans = speech_in(right)

    alike = on_both(left, right, spans)

    assert sum(span.seconds for span in alike) > 4.0
    assert all(span.end < 6.2 for span in alike)


def test_what_a_customer_says_over_an_announcement_is_kept(call: Audio) -> None:
    agent, customer = call.heard_by_whisper(0), call.heard_by_whisper(1)
    played = agent[WHISPER_RATE : 6 * WHISPER_RATE]
    sentence = customer[round(7.1 * WHISPER_RATE) : round(8.6 * WHISPER_RATE)]
    right = 0.8 * played
    right[2 * WHISPER_RATE : 2 * WHISPER_RATE + len(sentence)] += sentence

    alike = on_both(played, right, (Span(0.0, 5.0),))

    assert sum(span.seconds for span in alike) > 2.0
    assert not any(span.start < 3.4 and span.end > 2.1 for span in alike)


def said(role: Role, *texts: str) -> list[Turn]:
    return [Turn(role, 0, float(at), at + 1.0, text, 1.0) for at, text in enumerate(texts)]


def test_an_agent_who_opens_on_the_customers_channel_is_noticed() -> None:
    opening, answer = "您好，工号3026为您服务", "喂，你好，我想问一下"

    assert looks_swapped(said(Role.CUSTOMER, opening) + said(Role.AGENT, answer))
    assert not looks_swapped(said(Role.AGENT, opening) + said(Role.CUSTOMER, answer))
    assert not looks_swapped(said(Role.AGENT, "喂，哪位？") + said(Role.CUSTOMER, answer))


def test_a_customer_who_names_the_service_is_not_taken_for_the_agent() -> None:
    customer = said(Role.CUSTOMER, "喂，是客服吗？", "你工号多少？")

    assert not looks_swapped(customer + said(Role.AGENT, "喂，哪位？"))
