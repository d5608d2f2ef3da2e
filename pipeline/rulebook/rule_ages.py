"""Since when a pack's rules are as they are now: rules that are new have to prove themselves first."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy.orm import Session

from pipeline.rulebook.in_use import versions
from pipeline.rulebook.version import read_pack
from scoring.doubt.new_rule import NEW
from scoring.pack import Pack
from scoring.rule import Rule


def new_rules(session: Session, pack: Pack, now: datetime) -> dict[str, datetime]:
    """Rules that came into use, or were changed, by a version somebody published within NEW days.

    Others are not named, nor are those of a version that only ships or that is a file: nobody says since when. A
    rule's cases are part of it: whoever changes them is about to change what it finds.
    """
    published = [version for version in versions(session, "pack", pack.name) if version.version <= pack.version]
    found: dict[str, datetime] = {}
    as_now = _rules(pack)
    newer = pack
    for version, before in pairwise([*published, None]):
        if version is None or version.published_at is None or now - version.published_at > timedelta(days=NEW):
            break
        older = None if before is None else read_pack(before.text, before.name)
        known = {} if older is None else _rules(older)
        for name, rule in _rules(newer).items():
            if known.get(name) != rule == as_now.get(name):
                found.setdefault(name, version.published_at)
        if older is None:
            break
        newer = older
    return found


def ages(since: Mapping[str, datetime], now: datetime) -> dict[str, float]:
    """In days."""
    return {rule: max((now - moment) / timedelta(days=1), 0.0) for rule, moment in since.items()}


def _rules(pack: Pack) -> Mapping[str, Rule]:
    return {rule.id: rule for rule in pack.rules}
