"""A call's facts from what is stored of it, as rows."""

from collections.abc import Iterator, Mapping
from typing import Any

from models.facts import critical_bits
from models.transcript import Role
from storage.reports.fact_sources import FactSource


def facts_of(source: FactSource) -> dict[str, Any]:
    """A `CallFactRow`."""
    voice, pre_score, final = source.voice or {}, source.pre_score or {}, source.final_body
    agent = (voice.get("roles") or {}).get(Role.AGENT.value) or {}
    return {
        "call_id": source.call_id,
        "day": source.day,
        "agent_id": source.agent_id or "",
        "team": source.team or "",
        "call_type": source.call_type or "",
        "direction": source.direction or "",
        "stage": source.agent_stage or "",
        "seconds": source.seconds,
        "card": pre_score.get("card") or "",
        "total": source.total,
        "grade": source.grade,
        "fatal": source.fatal,
        "critical": critical_bits(pre_score.get("critical") or ()),
        "coverage": source.coverage,
        "satisfaction": source.satisfaction,
        "transferred": source.transferred,
        "silence": _silence(voice),
        "overlap": _seconds(voice.get("overlaps")),
        "rate": agent.get("rate"),
        "response": agent.get("response"),
        "final_card": None if final is None else final.get("card") or "",
        "final_total": source.final_total,
        "final_grade": source.final_grade,
        "final_fatal": source.final_fatal,
        "final_critical": None if final is None else critical_bits(final.get("critical") or ()),
    }


def errors_of(source: FactSource) -> Iterator[dict[str, Any]]:
    """Its `ErrorFactRow`s: the items that cost points or were fatal, by the machine and by people."""
    for by_people, score in ((False, source.pre_score), (True, source.final_body)):
        if score is None:
            continue
        for item, lost, is_fatal in errors_in(score):
            yield {
                "call_id": source.call_id,
                "by_people": by_people,
                "day": source.day,
                "agent_id": source.agent_id or "",
                "team": source.team or "",
                "card": score.get("card") or "",
                "item": item["id"],
                "name": item["name"],
                "item_class": item["item_class"],
                "lost": lost,
                "fatal": is_fatal,
            }


def errors_in(score: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], float, bool]]:
    """Of a stored `PreScore` the items that cost points or were fatal: the item, the points, whether it was fatal."""
    fatal = frozenset(score.get("fatal") or ())
    for item in (item for section in score.get("sections") or () for item in section["items"]):
        lost = _cost(item)
        if lost > 0 or item["id"] in fatal:
            yield item, lost, item["id"] in fatal


def _cost(item: Mapping[str, Any]) -> float:
    """As `models.score.ItemScore.cost` has it, without reading the whole score into its nouns."""
    if item.get("got") is None or item.get("moves") or item.get("opinion"):
        return float(item.get("lost") or 0.0)
    return max(float(item["points"]) - float(item["got"]), 0.0)


def _silence(voice: Mapping[str, Any]) -> float | None:
    silences = voice.get("silences") or ()
    measured = voice.get("speech_seconds") is not None or bool(silences)
    return _seconds(silences) if measured else None


def _seconds(stretches: Any) -> float | None:
    """All together; None where nobody measured."""
    if stretches is None:
        return None
    return float(sum(float(one["end"]) - float(one["start"]) for one in stretches))
