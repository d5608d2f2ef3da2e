"""What a rule asks, said in words: for reading a pack without knowing its YAML."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.console.wording import Wording
from models.reason import Fact

MOST_SHOWN = 12
"""Phrases named in a sentence; the YAML below it has them all."""

OF_THE_WHOLE = {"speech_rate", "duration", "talk_share", "late_hangup"}
"""Operators whose value is a range."""

SIDES = ("before", "after", "around")


@dataclass(frozen=True, slots=True)
class Asks:
    """A sentence, and those it holds together."""

    text: str
    parts: tuple["Asks", ...] = ()


class RuleWords:
    def __init__(self, words: Wording) -> None:
        self.t = words

    def asks(self, when: Any) -> Asks:
        """The condition as it stands in YAML; what has no words of its own is named."""
        if not isinstance(when, Mapping):
            return Asks(str(when))
        asked = self._condition(when)
        side = next((side for side in SIDES if side in when), None)
        if side is None:
            return asked
        within = self._within(when.get("within"))
        return Asks(asked.text, (*asked.parts, Asks(self.t(f"asks_{side}", within=within), (self.asks(when[side]),))))

    def _condition(self, when: Mapping[str, Any]) -> Asks:
        if "if" in when:
            kept = Asks(self.t("asks_if"), (self.asks(when["if"]),))
            within = self._within(when.get("within"))
            where = self.t("asks_then_within", within=within) if within else self.t("asks_then_hit")
            return Asks(self.t("asks_when"), (kept, Asks(where, (self.asks(when.get("then")),))))
        for key in ("all", "any"):
            if key in when:
                return Asks(self.t(f"asks_{key}"), tuple(self.asks(part) for part in _listed(when[key])))
        if "not" in when:
            return Asks(self.t("asks_not"), (self.asks(when["not"]),))
        if "then" in when:
            sequel = when["then"]
            within = self._within(sequel.get("within"))
            following = Asks(self.t("asks_next", within=within), (self.asks(sequel.get("next")),))
            return Asks(self.t("asks_first"), (self.asks(sequel.get("first")), following))
        return Asks(self._sentence(when), tuple(Asks(text) for text in self._but(when)))

    def _but(self, when: Mapping[str, Any]) -> Iterator[str]:
        """What does not count, or must be so besides."""
        if "unless" in when:
            yield self.t("asks_unless", what=self._quoted(when["unless"]))
        value = next((value for value in when.values() if isinstance(value, Mapping)), {})
        if "excused_by" in value:
            longest = value.get("excused_for")
            limit = "" if longest is None else self.t("excused_for", n=longest)
            yield self.t("asks_excused", what=self._quoted(value["excused_by"]), limit=limit)
        if "farewell" in value:
            yield self.t("asks_farewell", who=self._who("late_hangup", when), what=self._quoted(value["farewell"]))
        if "delay" in value:
            yield self.t("asks_delay", n=value["delay"])
        if isinstance(value.get("digits"), Mapping):
            yield self.t("asks_digits", range=self._range("digits", value["digits"]))

    def _sentence(self, when: Mapping[str, Any]) -> str:
        key = next((key for key in when if f"asks_{key}" in self.t.sentences), None)
        if key is None:
            return self.t("asks_other", operator=", ".join(map(str, when)))
        value = when[key]
        facts: dict[str, Fact] = {"who": self._who(key, when), "where": self._where(when)}
        if key in OF_THE_WHOLE:
            return self.t(f"asks_{key}", **facts, range=self._range(key, value))
        return self.t(f"asks_{key}{self._manner(key, value, when)}", **facts, **self._facts(key, value, when))

    @staticmethod
    def _manner(key: str, value: Any, when: Mapping[str, Any]) -> str:
        """The end of the sentence's name where the operator asks in another way than usual."""
        if key in {"phrase", "regex"} and when.get("need") == "none":
            return "_unsaid"
        if key == "near" and isinstance(value, Mapping) and value.get("ordered"):
            return "_ordered"
        return "_median" if key == "slow_answer" and isinstance(value, Mapping) and "median" in value else ""

    def _facts(self, key: str, value: Any, when: Mapping[str, Any]) -> dict[str, Fact]:
        if key in {"phrase", "regex"}:
            return {"what": self._quoted(value), "need": self._need(when.get("need", "any"))}
        if not isinstance(value, Mapping):
            return {"what": str(value)}
        if key == "near":
            return {
                "first": self._quoted(value.get("first")),
                "second": self._quoted(value.get("second")),
                "within": str(value.get("within")),
            }
        if key == "meta":
            field, compared = str(value.get("field")), str(value.get("op", "eq"))
            named = self.t(f"meta_{field}") if self.t.has(f"meta_{field}") else field.removeprefix("extra.")
            return {"field": named, "op": self.t(f"op_{compared}"), "what": self._quoted(value.get("value"))}
        share = float(value.get("at_least", 0.8)) if key in {"script", "similar", "classifier"} else 0.0
        kinds = [
            *(self._if_named(f"entity_{kind}", kind) for kind in _listed(value.get("kind"))),
            *(self._if_named(f"turn_sign_{sign}", sign) for sign in _listed(value.get("signs"))),
        ]
        what = self._quoted(value.get("text", value.get("to"))) or self.t("separator").join(map(str, kinds))
        seconds = str(value.get("at_least", value.get("median", "")))
        return {"what": what, "share": f"{share:.0%}", "seconds": seconds, "times": str(value.get("times", 1))}

    def _if_named(self, word: str, value: Any) -> str:
        return self.t(word) if self.t.has(word) else str(value)

    def _who(self, key: str, when: Mapping[str, Any]) -> str:
        by_default = "agent" if key in {"overlap", "slow_answer", *OF_THE_WHOLE} else "any"
        role = when.get("role", by_default)
        return self.t(f"who_{role}") if role in {"agent", "customer"} else self.t("who_any")

    def _where(self, when: Mapping[str, Any]) -> str:
        seconds = when.get("seconds")
        if isinstance(seconds, Mapping) and seconds:
            end, n = next(iter(seconds.items()))
            return self.t("where_first", n=n) if end == "first" else self.t("where_last", n=n)
        for name in ("turns", "share"):
            span = when.get(name)
            if isinstance(span, Sequence) and len(span) == 2:
                return self._span(name, span)
        return ""

    def _span(self, name: str, span: Sequence[Any]) -> str:
        if name == "share":
            return self.t("where_share", low=f"{float(span[0]):.0%}", high=f"{float(span[1]):.0%}")
        low, high = (self._turn(int(at)) for at in span)
        return self.t("where_turns", low=low, high=high)

    def _turn(self, at: int) -> str:
        return self.t("turn_from_start", n=at + 1) if at >= 0 else self.t("turn_from_end", n=-at)

    def _need(self, need: Any) -> str:
        if need in {"any", "all"}:
            return self.t(f"need_{need}")
        return "" if need == "none" else self.t("need_number", n=need)

    def _range(self, key: str, value: Any) -> str:
        bounds = value if isinstance(value, Mapping) else {}
        shown = {name: self._number(key, bounds[name]) for name in ("at_least", "at_most") if name in bounds}
        if len(shown) == 2:
            return self.t("range_between", low=shown["at_least"], high=shown["at_most"])
        if "at_least" in shown:
            return self.t("range_over", low=shown["at_least"])
        return self.t("range_under", high=shown.get("at_most", "–"))

    @staticmethod
    def _number(key: str, value: Any) -> str:
        return f"{value:.0%}" if key == "talk_share" and isinstance(value, int | float) else str(value)

    def _within(self, within: Any) -> str:
        if within is None:
            return ""
        named = within if isinstance(within, Mapping) else {"seconds": within}
        if "turns" in named:
            return self.t("within_turns", n=named["turns"])
        return self.t("within_seconds", n=named.get("seconds", "–"))

    def _quoted(self, value: Any) -> str:
        texts = [str(one) for one in _listed(value)]
        shown = self.t("separator").join(self.t("quoted", text=text) for text in texts[:MOST_SHOWN])
        return shown if len(texts) <= MOST_SHOWN else self.t("and_more", texts=shown, n=len(texts))


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
