import time
from collections.abc import Sequence

import numpy as np

from asr.channels import Layout
from asr.transcriber import Heard, Window
from asr.turns import spoken_turns
from models.transcript import Role, Turn, Word

APART = Layout((0, 1), (Role.AGENT, Role.CUSTOMER))
SHARED = Layout((0,), (Role.UNKNOWN,))


def heard(channel: int, *words: tuple[str, float, float], flags: tuple[str, ...] = ()) -> Heard:
    window = Window(np.zeros(0, np.float32), channel, words[0][1], words[-1][2], "sha", "call.wav")
    return Heard(window, tuple(Word(text, start, end, 0.8) for text, start, end in words), flags)


def turns_of(heard: Sequence[Heard], layout: Layout) -> tuple[Turn, ...]:
    return tuple(spoken.turn for spoken in spoken_turns(heard, layout, None))


def test_a_pause_ends_a_turn_and_a_breath_does_not() -> None:
    turns = turns_of([heard(0, ("您", 0.0, 0.2), ("好", 0.9, 1.1), ("请", 2.0, 2.2))], SHARED)

    assert [turn.text for turn in turns] == ["您好", "请"]
    assert {turn.role for turn in turns} == {Role.UNKNOWN}


def test_turns_of_both_interleave_and_overlaps_stay() -> None:
    agent = heard(0, ("我", 0.0, 0.3), ("说", 0.3, 0.6), ("完", 0.6, 3.0))
    customer = heard(1, ("不", 2.0, 2.4), ("行", 2.4, 2.8))

    turns = turns_of([customer, agent], APART)

    assert [(turn.role, turn.text) for turn in turns] == [(Role.AGENT, "我说完"), (Role.CUSTOMER, "不行")]
    assert turns[1].start < turns[0].end


def test_the_other_speaker_coming_in_between_ends_a_turn() -> None:
    agent = heard(0, ("好", 0.0, 0.3), ("那", 0.8, 1.0))
    customer = heard(1, ("嗯", 0.4, 0.6))

    assert [turn.text for turn in turns_of([agent, customer], APART)] == ["好", "嗯", "那"]


def test_doubts_about_a_window_reach_its_turns_only() -> None:
    sure = heard(0, ("好", 0.0, 0.3))
    doubtful = heard(0, ("啊", 5.0, 5.3), flags=("low_confidence",))

    assert [turn.flags for turn in turns_of([sure, doubtful], SHARED)] == [(), ("low_confidence",)]


def test_text_is_the_words_joined_and_raw_text_what_whisper_wrote() -> None:
    (turn,) = turns_of([heard(0, ("這個", 0.0, 0.3), ("錢,", 0.3, 0.6), ("嗎?", 0.6, 0.9))], SHARED)

    assert turn.text == "这个钱，吗？" == "".join(word.text for word in turn.words)
    assert turn.raw_text == "這個錢,嗎?"
    assert (turn.start, turn.end, turn.confidence) == (0.0, 0.9, 0.8)


def test_nothing_heard_is_no_turn() -> None:
    assert turns_of([Heard(Window(np.zeros(0, np.float32), 0, 0.0, 1.0, "sha", "call.wav"))], SHARED) == ()


def test_a_menu_is_nobodys_turn_and_the_greeting_after_it_the_agents() -> None:
    menu = heard(0, ("请按", 0.0, 0.3), ("零，", 0.3, 0.6), ("您好，", 0.7, 1.0), ("请讲", 1.0, 1.3))

    turns = turns_of([menu, heard(1, ("喂", 2.0, 2.2))], APART)

    assert [(turn.role, turn.text, turn.flags) for turn in turns] == [
        (Role.UNKNOWN, "请按零，", ("announcement",)),
        (Role.AGENT, "您好，请讲", ()),
        (Role.CUSTOMER, "喂", ()),
    ]


def test_turns_of_hours_are_cut_in_a_moment() -> None:
    long = [heard(at % 2, *((str(at), at + i / 10, at + i / 10 + 0.1) for i in range(4))) for at in range(15_000)]

    began = time.process_time()
    turns = turns_of(long, APART)

    assert len(turns) == 15_000
    assert time.process_time() - began < 10, "each of the words compared to all of the other's took minutes"
