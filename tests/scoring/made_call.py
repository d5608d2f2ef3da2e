"""Small made-up calls for tests: what was said, and what is wrong with the recording."""

from dataclasses import replace
from typing import Any

from models.call import Metadata
from models.finding import RuleResult
from models.transcript import Role, Transcript, Turn
from scoring.case import read_case
from scoring.evaluate import evaluate
from scoring.pack import Pack, parse_pack


def call(*lines: str | dict[str, Any], **case: Any) -> Transcript:
    """`"agent: 您好"`, or `{"agent": "您好", "pause": 3}`; perfect hearing, 0.25 s a character, 0.9 s between lines."""
    return read_case({"lines": list(lines), **case}).transcript()


def with_turn(transcript: Transcript, index: int, **changes: Any) -> Transcript:
    turns = list(transcript.turns)
    turns[index] = replace(turns[index], **changes)
    return replace(transcript, turns=tuple(turns))


def badly_heard(transcript: Transcript, index: int) -> Transcript:
    turn = transcript.turns[index]
    words = tuple(replace(word, confidence=0.1) for word in turn.words)
    return with_turn(transcript, index, confidence=0.1, words=words)


def unknown(transcript: Transcript) -> Transcript:
    """A one-channel recording on which the speakers could not be told apart."""
    return replace(
        transcript,
        turns=tuple(replace(turn, role=Role.UNKNOWN) for turn in transcript.turns),
        voice=replace(
            transcript.voice,
            roles={},
            overlaps=None,
            silences=tuple(replace(one, waited_for=Role.UNKNOWN) for one in transcript.voice.silences),
        ),
    )


def pack_of(when: str, effect: str = "violation") -> Pack:
    """A pack of one rule, `asked`, whose condition is given in YAML's flow style."""
    return parse_pack(
        f"pack: test\nversion: 1\nrules:\n- {{id: asked, name: 所问, why: 测试, effect: {effect}, when: {when}}}\n"
    )


def ask(when: str, transcript: Transcript, metadata: Metadata | None = None) -> RuleResult:
    """What one condition answers about a call."""
    return evaluate(pack_of(when), transcript, metadata or Metadata())[0]


def quoted(result: RuleResult, turns: tuple[Turn, ...]) -> list[str]:
    """The words at the evidence's spans."""
    return [turns[one.turn].text[slice(*one.span)] for one in result.evidence if one.turn is not None and one.span]
