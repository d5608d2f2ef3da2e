"""The common rules filled in as a form, and put into a pack's text as somebody would have written them there."""

import math
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.transcript import Role
from pipeline.rulebook.dialogue import WRITTEN, read_dialogues
from scoring.case import PAUSE, RATE, CaseLines, Line
from scoring.mistake import wrong
from scoring.rule import Name

Words = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(min_length=1, max_length=200)]
Times = Annotated[int, Field(ge=1, le=100)]
Seconds = Annotated[float, Field(gt=0, le=36_000, allow_inf_nan=False)]
Rate = Annotated[float, Field(gt=0, le=2_000, allow_inf_nan=False)]
Condition = dict[str, Any]


class Place(BaseModel):
    """Whose words, and where in the call; `first` and `last` are seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal["agent", "customer"] | None = Role.AGENT.value
    first: Seconds | None = Field(None, description="Only the first seconds.")
    last: Seconds | None = Field(None, description="Only the last seconds.")

    @model_validator(mode="after")
    def _one_end(self) -> "Place":
        if self.first is not None and self.last is not None:
            raise wrong("first_or_last")
        return self

    def scope(self) -> Condition:
        role = {} if self.role is None else {"role": self.role}
        seconds = {name: _plain(end) for name in ("first", "last") if (end := getattr(self, name)) is not None}
        return role | ({"seconds": seconds} if seconds else {})


class Common(Place):
    """What every rule has. Cases are dialogues with an empty line between each two."""

    id: Name
    name: Annotated[str, Field(min_length=1, max_length=60)]
    why: Annotated[str, Field(min_length=1, max_length=500)]
    effect: Literal["violation", "praise", "tag"] = "violation"
    fires: Annotated[str, Field(min_length=1, max_length=20_000, description="Dialogues the rule must hit.")]
    silent: Annotated[str, Field(min_length=1, max_length=20_000, description="Dialogues it must leave alone.")]

    def condition(self) -> Condition:
        raise NotImplementedError

    def rule(self) -> str:
        """The rule in YAML, its lines not indented.

        Raises:
            BadDefinition: a case has nothing said in it.
        """
        lines = [f"- id: {self.id}", f"  name: {_flow(self.name)}", f"  why: {_flow(self.why)}", "  when:"]
        lines += [f"    {key}: {_flow(value)}" for key, value in self.condition().items()]
        lines.append(f"  effect: {self.effect}")
        for kind, text in (("fires", self.fires), ("silent", self.silent)):
            lines.append(f"  {kind}:")
            lines += [f"    - {_flow(_case(dialogue))}" for dialogue in read_dialogues(text)]
        return "\n".join(lines)


class Forbidden(Common):
    """Words that must not be said; homophones are recognised unless `exact`."""

    kind: Literal["forbidden"]
    phrases: Words
    exact: bool = False

    def condition(self) -> Condition:
        return {"phrase": list(self.phrases), **({"exact": True} if self.exact else {}), **self.scope()}


class Required(Common):
    """Words that must be said, any of them or all."""

    kind: Literal["required"]
    phrases: Words
    need: Literal["any", "all"] = "any"

    def condition(self) -> Condition:
        if self.need == "any":
            return {"phrase": list(self.phrases), "need": "none", **self.scope()}
        return {"not": {"phrase": list(self.phrases), "need": "all", **self.scope()}}


class Script(Common):
    """A wording that must be said; `____` is left open, `(A/B)` leaves a choice."""

    kind: Literal["script"]
    text: Annotated[str, Field(min_length=4, max_length=1000)]
    at_least: Annotated[float, Field(gt=0, le=1)] = 0.8

    def condition(self) -> Condition:
        return {"not": {"script": {"text": self.text, "at_least": _plain(self.at_least)}, **self.scope()}}


class Silence(Common):
    """Nobody speaks for so long although the role should."""

    kind: Literal["silence"]
    at_least: Seconds
    times: Times = 1
    excused_by: tuple[str, ...] = ()

    def condition(self) -> Condition:
        excuse = {"excused_by": list(self.excused_by)} if self.excused_by else {}
        return {"silence": {"at_least": _plain(self.at_least), **_times(self.times), **excuse}, **self.scope()}


class Overlap(Common):
    """The role begins to speak while the other is speaking."""

    kind: Literal["overlap"]
    role: Literal["agent", "customer"] = "agent"
    at_least: Seconds
    times: Times = 1

    def condition(self) -> Condition:
        return {"overlap": {"at_least": _plain(self.at_least), **_times(self.times)}, **self.scope()}


class SpeechRate(Common):
    """The role speaks faster or slower than so many characters a minute, over the whole call."""

    kind: Literal["speech_rate"]
    role: Literal["agent", "customer"] = "agent"
    first: None = None
    last: None = None
    at_least: Rate | None = None
    at_most: Rate | None = None

    @model_validator(mode="after")
    def _bounded(self) -> "SpeechRate":
        if self.at_least is None and self.at_most is None:
            raise wrong("no_bound")
        return self

    def condition(self) -> Condition:
        bounds = {name: _plain(v) for name in ("at_least", "at_most") if (v := getattr(self, name)) is not None}
        return {"speech_rate": bounds, "role": self.role}


RuleForm = Annotated[
    Forbidden | Required | Script | Silence | Overlap | SpeechRate,
    Field(discriminator="kind"),
]


def _times(times: int) -> Condition:
    return {"times": times} if times > 1 else {}


def _plain(number: float) -> float | int:
    """`15`, not `15.0`."""
    return int(number) if number == math.floor(number) else number


def _case(dialogue: CaseLines) -> object:
    lines = [_line(line, is_first=index == 0) for index, line in enumerate(dialogue.lines)]
    if dialogue.rate != RATE:
        return {"lines": lines, "rate": _plain(dialogue.rate)}
    if len(lines) == 1:
        return lines[0]
    return lines if all(isinstance(line, str) for line in lines) else {"lines": lines}


def _line(line: Line, *, is_first: bool) -> object:
    if is_first or line.pause == PAUSE:
        return f"{WRITTEN[line.role]}: {line.text}"
    return {WRITTEN[line.role]: line.text, "pause": _plain(line.pause)}


def _flow(value: object) -> str:
    """On one line, quoted where YAML would read something else, escaped where a text has several lines."""
    for style in (None, '"'):
        text = yaml.safe_dump(
            value, allow_unicode=True, default_flow_style=True, default_style=style, sort_keys=False, width=math.inf
        )
        # Not strip(): a text may begin or end with blanks that are not YAML's.
        text = text.removesuffix("\n").removesuffix("...").removesuffix("\n")
        if len(text.splitlines()) == 1:
            return text
    raise AssertionError(text)
