"""Drafts become versions, and versions are retired: what is checked before, and what is written down.

No function here commits.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from models.errors import BadDefinition, Conflict, NotFound
from models.reason import Reason
from pipeline.learning.in_use import cases_model
from pipeline.rulebook.drafts import grounds, person, read_draft
from pipeline.rulebook.in_use import cards_of, listeners, newest_in_use, pack_of, rules_of, versions
from pipeline.rulebook.version import Draft, Pair, Version, meaning, read_card, read_pack, renumbered, stored_version
from scoring.cases import CaseFailure, check_cases
from scoring.pack import Pack, parse_pack
from scoring.scorecard import Scorecard, check_against, parse_scorecard
from storage.rulebook import definitions as stored
from storage.rulebook.definitions import Kind
from storage.rulebook.drafts import remove_draft

if TYPE_CHECKING:
    from scoring.classifier.turn_model import TurnModel

SAID_AT_MOST = 60
"""Characters of a failed case's lines."""


def mistakes(kind: Kind, text: str, *, pack: Pack | None = None, file: str = "-") -> tuple[Reason, ...]:
    """What is wrong with a text, all of it, in the order of its lines; with `pack`, also rules a card misses in it."""
    try:
        definition = parse_pack(text, file) if kind == "pack" else parse_scorecard(text, file)
        if pack is not None and isinstance(definition, Scorecard):
            check_against(definition, pack)
    except BadDefinition as error:
        return error.details or (error.reason,)
    return ()


def partner(session: Session, card_text: str, pair: Pair | None = None) -> Pack | None:
    """The pack in use that a scorecard's rules are looked for in, to be given to `mistakes`.

    It is the one set beside it in `pair`, else that of the card's name, else the one with most of its rules; None where
    no pack has any, or where the text is wrong.
    """
    try:
        return pack_of(session, parse_scorecard(card_text), pair)
    except BadDefinition:
        return None


def publish(
    session: Session,
    draft_id: int,
    *,
    revision: int,
    by: str,
    why: str,
    gate: dict[str, Any] | None,
    now: datetime,
    pair: Pair | None = None,
    cache: Path | None = None,
) -> Version:
    """The draft as the version after all there are, whatever number it says; the draft is gone.

    `pair` are the pack and the scorecard of the settings: those two must go on fitting each other, whatever they are
    called. `gate` is kept with the version. `cache` is the folder of caches, for a pack with rules that ask the
    classifier: without it their cases fail.

    Raises:
        Conflict: the draft was saved meanwhile, somebody published another version since it was begun, it means the
            same as what is in use, or scorecards in use listen to rules it has no more.
        BadDefinition: the text is wrong or has another name, a rule's own cases fail, a scorecard listens to rules that
            its pack lacks, or nobody or no grounds are given.
        NotFound: there is no such draft.
    """
    who, grounds_ = person(by), grounds(why)
    stored.publishing(session)
    draft = read_draft(session, draft_id)
    if draft.revision != revision:
        saved = draft.revision
        raise Conflict(
            "storage.draft_saved_meanwhile", name=draft.name, by=draft.updated_by, revision=revision, stored=saved
        )
    found = versions(session, draft.kind, draft.name)
    before = newest_in_use(found)
    _check_base(draft, before)
    definition = _sound(draft, before)
    if isinstance(definition, Pack):
        _check_own_cases(definition, None if cache is None else cases_model(definition, cache))
        _check_listeners(session, definition.name, before, definition.rule_ids, pair)
    else:
        _check_heard(session, definition, pair)
    number = max((version.version for version in found), default=0) + 1
    file = f"{draft.name} v{number}"
    text = renumbered(draft.text, number, file)
    sha256 = (read_pack(text, file) if draft.kind == "pack" else read_card(text, file)).sha256
    row = stored.add_version(
        session, draft.kind, draft.name, number, sha256=sha256, body=text, by=who, why=grounds_, gate=gate, now=now
    )
    remove_draft(session, draft_id, revision=revision)
    return stored_version(row)


def retire(
    session: Session,
    kind: Kind,
    name: str,
    version: int,
    *,
    by: str,
    why: str,
    now: datetime,
    pair: Pair | None = None,
) -> Version:
    """The version scores no more calls; the newest one left does. It stays readable, as do its scores.

    Raises:
        Conflict: it was retired before, or what would be in use after it does not fit.
        BadDefinition: nobody or no grounds are given.
        NotFound: there is no such version.
    """
    who, grounds_ = person(by), grounds(why)
    stored.publishing(session)
    found = versions(session, kind, name)
    chosen = next((one for one in found if one.version == version), None)
    if chosen is None:
        raise NotFound(f"pipeline.no_version_{kind}", name=name, version=version)
    if chosen.retired_at is not None:
        raise Conflict("pipeline.retired_before", name=name, version=version, by=chosen.retired_by or "-")
    before, after = newest_in_use(found), newest_in_use(tuple(one for one in found if one is not chosen))
    if before is chosen and after is not None:
        _check_change(session, before, after, pair)
    row = stored.remember(session, kind, name, version, chosen.sha256, chosen.text, now)
    stored.retire_version(session, row.id, by=who, why=grounds_, now=now)
    session.refresh(row)
    return stored_version(row)


def _check_base(draft: Draft, before: Version | None) -> None:
    """Whether nobody published anything since the draft was begun that is still in use."""
    if before is None or before.version <= (draft.based_on or 0):
        return
    if draft.based_on is None:
        raise Conflict(f"pipeline.name_taken_{draft.kind}", name=draft.name, newest=before.version)
    since, newest, by = draft.based_on, before.version, before.by or "-"
    raise Conflict("pipeline.newer_version", name=draft.name, based_on=since, newest=newest, by=by)


def _sound(draft: Draft, before: Version | None) -> Pack | Scorecard:
    """The draft as pack or card: right, of its own name, and something new."""
    file = f"{draft.name}.yaml"
    definition = parse_pack(draft.text, file) if draft.kind == "pack" else parse_scorecard(draft.text, file)
    if definition.name != draft.name:
        raise BadDefinition("pipeline.name_changed", name=draft.name, written=definition.name)
    if before is not None and meaning(before.text) == meaning(draft.text):
        raise Conflict("pipeline.nothing_changed", name=draft.name, version=before.version)
    return definition


def _check_own_cases(pack: Pack, model: "TurnModel | None") -> None:
    failures = check_cases(pack, model)
    if failures:
        details = [_told(failure) for failure in failures]
        raise BadDefinition("pipeline.cases_fail", details=details, name=pack.name, count=len(failures))


def _told(failure: CaseFailure) -> Reason:
    said = failure.said if len(failure.said) <= SAID_AT_MOST else failure.said[:SAID_AT_MOST] + "…"
    return Reason(f"pipeline.case_{failure.kind}", {"rule": failure.rule, "number": failure.number, "said": said})


def _check_change(session: Session, before: Version, after: Version, pair: Pair | None) -> None:
    """Whether going back from one version to another leaves packs and cards fitting."""
    if before.kind == "pack":
        _check_listeners(session, before.name, before, _rule_ids(after), pair)
        return
    try:
        card = read_card(after.text, f"{after.name} v{after.version}")
    except BadDefinition:
        return  # nothing can be scored on it as it is, and that is said when it is tried
    _check_heard(session, card, pair)


def _check_listeners(
    session: Session, name: str, before: Version | None, rules: frozenset[str], pair: Pair | None
) -> None:
    """Whether cards in use listen to rules the pack had and has no more."""
    if before is None:
        return
    gone = _rule_ids(before) - rules
    deaf = [reason for card in cards_of(session, name, pair) for reason in listeners(card, gone)] if gone else []
    if deaf:
        listened = sorted({str(reason.facts["rule"]) for reason in deaf})
        raise Conflict("pipeline.rules_listened_to", details=deaf, name=name, rules="、".join(listened))


def _rule_ids(version: Version) -> frozenset[str]:
    """None where the text, right when it was stored, is wrong for this callqa."""
    try:
        return read_pack(version.text, f"{version.name} v{version.version}").rule_ids
    except BadDefinition:
        return frozenset()


def _check_heard(session: Session, card: Scorecard, pair: Pair | None) -> None:
    """Whether one pack has all the rules the card listens to."""
    pack = pack_of(session, card, pair)
    if pack is not None:
        check_against(card, pack)
    elif rules := rules_of(card):
        raise BadDefinition("pipeline.card_without_pack", name=card.name, rules="、".join(sorted(rules)[:5]))
