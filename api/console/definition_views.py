"""What the pages of packs and scorecards show, typed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from api.console.rule_words import Asks, RuleWords
from api.console.wording import Wording
from models.errors import BadDefinition
from models.finding import Effect
from pipeline.rulebook import definitions
from pipeline.rulebook.definitions import Comparison, Draft, Kind, Overview, Pair, Version
from pipeline.rulebook.hits import pack_hits
from scoring.definition import Definition, parse_definition
from scoring.pack import Pack, parse_pack
from scoring.scorecard import Scorecard, Section, parse_scorecard


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """`version` is the one in use, None without one; `scores` says whether the settings score calls with it."""

    overview: Overview
    version: Version | None
    drafts: tuple[Draft, ...]
    scores: bool


@dataclass(frozen=True, slots=True)
class RulesPage:
    packs: tuple[OverviewRow, ...]
    scorecards: tuple[OverviewRow, ...]


@dataclass(frozen=True, slots=True)
class DefinitionPage:
    """Every version of one pack or scorecard, the newest first. `scoring` is the one the settings score calls with."""

    kind: Kind
    name: str
    title: str
    in_use: int | None
    versions: tuple[Version, ...]
    drafts: tuple[Draft, ...]
    scoring: str


@dataclass(frozen=True, slots=True)
class RuleCard:
    """A rule to read. `fires` and `silent` count its cases; `hits` the calls it hit lately, `share` of those looked at.

    `snippet` is its YAML, which begins at `line`.
    """

    id: str
    name: str
    why: str
    effect: Effect
    queue: bool
    asks: Asks
    fires: int
    silent: int
    hits: int
    share: float
    snippet: str
    line: int


@dataclass(frozen=True, slots=True)
class VersionPage:
    """`rules` of a pack, or `sections` of a scorecard; `calls` is how many calls the hits were counted in."""

    version: Version
    is_in_use: bool
    rules: tuple[RuleCard, ...] = ()
    calls: int = 0
    sections: tuple[Section, ...] = ()
    rule_names: Mapping[str, str] | None = None

    @property
    def item_count(self) -> int:
        return sum(len(section.items) for section in self.sections)


@dataclass(frozen=True, slots=True)
class ComparePage:
    old: Version
    new: Version
    comparison: Comparison

    @property
    def kind(self) -> Kind:
        return self.new.kind

    @property
    def name(self) -> str:
        return self.new.name

    @property
    def title(self) -> str:
        return self.new.title

    @property
    def names(self) -> dict[str, str]:
        """What the ids are called, in the newer of the two that has them."""
        return {**entry_names(self.old), **entry_names(self.new)}


def rules_page(session: Session, pair: Pair) -> RulesPage:
    """Everything there is, by kind."""
    return RulesPage(
        packs=tuple(_rows(session, "pack", pair[0])),
        scorecards=tuple(_rows(session, "scorecard", pair[1])),
    )


def version_page(session: Session, version: Version, words: Wording, *, is_in_use: bool) -> VersionPage:
    try:
        if version.kind == "scorecard":
            card = parse_scorecard(version.text)
            return VersionPage(version, is_in_use, sections=card.sections, rule_names=_rule_names(session, card))
        pack = parse_pack(version.text)
    except BadDefinition:
        return VersionPage(version, is_in_use, rule_names={})  # read by an older version of callqa
    lately = pack_hits(session, version.name)
    rules = _rule_cards(pack, RuleWords(words), lately.by_rule, lately.calls)
    return VersionPage(version, is_in_use, rules=tuple(rules), calls=lately.calls)


def entry_names(version: Version) -> dict[str, str]:
    """Id → name of the rules of a pack, or of the sections and items of a scorecard."""
    try:
        content = parse_definition(version.text, "-").content
    except BadDefinition:
        return {}
    entries = [*content.get("rules", ()), *content.get("sections", ())]
    entries += [item for section in content.get("sections", ()) for item in section.get("items", ())]
    return {str(entry.get("id")): str(entry.get("name")) for entry in entries}


def _rows(session: Session, kind: Kind, scoring: str) -> Iterator[OverviewRow]:
    drafts = definitions.drafts(session, kind)
    for one in definitions.overview(session, kind):
        version = None if one.in_use is None else definitions.read_version(session, kind, one.name, one.in_use)
        own = tuple(draft for draft in drafts if draft.name == one.name)
        yield OverviewRow(one, version, own, one.name == scoring)


def _rule_cards(pack: Pack, words: RuleWords, hits: Mapping[str, int], calls: int) -> Iterator[RuleCard]:
    definition = parse_definition(pack.text, "-")
    for index, rule in enumerate(pack.rules):
        count = hits.get(rule.id, 0)
        line, snippet = _snippet(definition, index, len(pack.rules))
        yield RuleCard(
            id=rule.id,
            name=rule.name,
            why=rule.why,
            effect=rule.effect,
            queue=rule.queue,
            asks=words.asks(_when(definition.content, index)),
            fires=len(rule.fires),
            silent=len(rule.silent),
            hits=count,
            share=count / calls if calls else 0.0,
            snippet=snippet,
            line=line,
        )


def _when(content: Any, index: int) -> Any:
    return content["rules"][index]["when"]


def _snippet(definition: Definition, index: int, rules: int) -> tuple[int, str]:
    """First line and text of a rule, without the comments that lead to the next."""
    lines: Sequence[str] = definition.text.splitlines()
    first = definition.line(("rules", index))
    last = definition.line(("rules", index + 1)) - 1 if index + 1 < rules else len(lines)
    own = list(lines[first - 1 : last])
    while own and (not own[-1].strip() or own[-1].lstrip().startswith("#")):
        own.pop()
    return first, "\n".join(own)


def names_of_rules(session: Session) -> dict[str, str]:
    """Id → name of the rules of all packs in use."""
    names: dict[str, str] = {}
    for one in definitions.overview(session, "pack"):
        if one.in_use is not None:
            names |= entry_names(definitions.read_version(session, "pack", one.name, one.in_use))
    return names


def _rule_names(session: Session, card: Scorecard) -> dict[str, str]:
    """What the rules a scorecard listens to are called, in whichever packs in use have them."""
    wanted = {move.rule for item in card.items for move in item.rules}
    names: dict[str, str] = {}
    for one in definitions.overview(session, "pack"):
        if one.in_use is not None:
            version = definitions.read_version(session, "pack", one.name, one.in_use)
            known = entry_names(version)
            names = {**known, **names} if one.name != card.name else {**names, **known}
    return {rule: names[rule] for rule in wanted & names.keys()}
