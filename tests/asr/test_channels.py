import numpy as np

from asr.audio import WHISPER_RATE, Audio, Samples
from asr.channels import lay_out, leaked, looks_swapped
from asr.speech import speech_in, without
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
    bled = customer + 0.15 * delayed

    said, bled_speech = speech_in(customer), speech_in(bled)
    kept = without(bled_speech, leaked(agent, bled, bled_speech))

    assert sum(span.seconds for span in bled_speech) > 2 * sum(span.seconds for span in said), "the leak is loud"
    assert abs(sum(span.seconds for span in kept) - sum(span.seconds for span in said)) < 2.0
    for span in said:
        assert sum(max(0.0, min(span.end, k.end) - max(span.start, k.start)) for k in kept) > 0.7 * span.seconds


def test_a_soft_customer_who_speaks_over_a_loud_agent_is_kept(call: Audio) -> None:
    agent = call.heard_by_whisper(0)
    soft = 0.1 * np.roll(agent, 7 * WHISPER_RATE)  # other words at the same time, 20 dB below

    assert leaked(agent, soft, speech_in(soft)) == ()


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
