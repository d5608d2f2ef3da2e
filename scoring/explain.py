"""A pre-score in sentences: what was asked of the call, what was heard, what it cost; or why it could not be judged.

From the stored score alone: no pack or card is needed. A sentence that points into the call has its seconds as `start`
(and `start2`) beside the `at` that it shows, so that pages can play from there. Its `quote` is what the transcript has,
or the phrase that listening again found there; then `written` is what the transcript has.
"""

from collections.abc import Iterator, Mapping, Sequence

from models.clock import clock
from models.finding import Answer, Effect, Evidence, Opinion, RuleResult
from models.learning import Level
from models.reason import Fact, Reason
from models.score import ItemMove, ItemScore, ItemState, PreScore, SectionScore
from models.transcript import Role
from scoring.hundredths import hundredths, points
from scoring.prescore import HUMAN_ONLY, sum_of

SHOWN = 2
"""So many pieces of evidence are quoted; more are counted."""
ABSTAINED = {"scoring.model_heard_nobody", "scoring.withheld_unheard", "scoring.withheld_unfamiliar"}
"""Why the classifier abstains though its probability is no middling one: that is said, not “unsure, 0 %”."""


def explain(item: ItemScore, results: Mapping[str, RuleResult]) -> tuple[Reason, ...]:
    """The sentences of an item, never none; last what the classifier thinks where that moves nothing."""
    if item.state is ItemState.NOT_APPLICABLE:
        return (*_not_applicable(item, results), *_disputed(item))
    if item.state is ItemState.UNJUDGED:
        return (*_unjudged(item, results), *_aside(item))
    found = [*_found(item, results), *_model(item)]
    if not found:
        return (_nothing_found(item, results), *_disputed(item), *_aside(item))
    return (*found, *_after_caps(item), *_rest(item, results), *_disputed(item), *_aside(item))


def explain_section(section: SectionScore) -> tuple[Reason, ...]:
    """What the section's own caps and its fatal items made of what its items got; empty where that is nothing."""
    fatal = [item.name for item in section.items if item.fatal and item.moves and item.total_at_most is None]
    if fatal:
        return (Reason("scoring.explained_section_zeroed", {"items": "、".join(fatal)}),)
    said = []
    lost, won = (_sum(getattr(item, kind) for item in section.items) for kind in ("lost", "won"))
    if section.lost < lost and section.lost:
        said.append(Reason("scoring.explained_section_capped", {"raw": lost, "lost": section.lost}))
    if section.won < won and any(item.moves for item in section.items):
        code = "on_total_bonus" if section.on_total else "section_bonus" if section.lost else "bonus_unused"
        said.append(Reason(f"scoring.explained_{code}", {"raw": won, "won": section.won}))
    return tuple(said)


def explain_total(score: PreScore) -> tuple[Reason, ...]:
    """Why the total is less than what the sections got together; empty where it is not."""
    together = sum_of(score.sections)
    limiting = [i for s in score.sections for i in s.items if i.total_at_most is not None]
    if not limiting or score.total is None:
        return ()
    facts: dict[str, Fact] = {"items": "、".join(item.name for item in limiting), "total": score.total}
    if together is None or together <= score.total:
        return (Reason("scoring.explained_total_fatal", facts),)
    return (Reason("scoring.explained_total_limited", {**facts, "sum": together}),)


def _found(item: ItemScore, results: Mapping[str, RuleResult]) -> Iterator[Reason]:
    """A sentence for each rule that hit; scores stored before there were moves do not say what each one cost."""
    moves = item.moves or tuple(ItemMove(rule, Answer.HIT) for rule in item.rules)
    for move in moves:
        if move.answer is Answer.HIT:
            evidence = results[move.rule].evidence if move.rule in results else ()
            code, where = _heard(evidence)
            lost = 0 if item.fatal else move.lost  # what it costs is said once, and it is more
            facts: dict[str, Fact] = {"rule": _name(move.rule, results), "lost": lost, "won": move.won}
            facts["times"] = move.times if move.times > 1 and not item.fatal else 0
            yield Reason(f"scoring.explained_{code}", {**facts, **where})


def _heard(evidence: Sequence[Evidence]) -> tuple[str, dict[str, Fact]]:
    """Which sentence the evidence asks for, and its facts: words before stretches of time in which nothing is said."""
    quoted = [one for one in evidence if one.quote]
    shown = (quoted or list(evidence))[:SHOWN]
    if not shown:
        return "hit", {}
    facts: dict[str, Fact] = {}
    for suffix, one in zip(("", "2"), shown, strict=False):
        facts |= {f"{key}{suffix}": value for key, value in _piece(one).items()}
    code = f"{'said' if quoted else 'span'}_{len(shown)}"
    if len(evidence) == len(shown):
        return code, facts
    return f"{code}_many", {**facts, "pieces": len(evidence)}


def _piece(one: Evidence) -> dict[str, Fact]:
    place: dict[str, Fact] = {"at": clock(one.start), "start": one.start}
    if not one.quote:
        return {**place, "until": clock(one.end)}
    place["who"] = (one.role or Role.UNKNOWN).value
    if one.listened:
        return {**place, "quote": one.meant, "meant": "", "written": one.quote}
    return {**place, "quote": one.quote, "meant": one.meant, "written": ""}


def _model_heard(one: Evidence) -> Reason:
    """A whole turn, as the model reads: its own full stop would meet the one of the sentence."""
    return Reason("scoring.explained_model_heard", {**_piece(one), "quote": one.quote.rstrip("。")})


def _model(item: ItemScore) -> Iterator[Reason]:
    """What the classifier found, where it decided."""
    if not item.by_classifier or item.opinion is None:
        return
    percent = _percent(item.opinion)
    if item.opinion.answer is not Answer.HIT:
        if not item.rules:
            yield Reason("scoring.explained_model_clean", {"percent": percent})
        return
    yield Reason("scoring.explained_model_found", {"percent": percent, "lost": 0 if item.rules else item.lost})
    for one in item.opinion.evidence[:SHOWN]:
        if one.quote:
            yield _model_heard(one)


def _nothing_found(item: ItemScore, results: Mapping[str, RuleResult]) -> Reason:
    """Judged, and no rule hit."""
    clean = [move.rule for move in item.moves if move.answer is Answer.CLEAN]
    praise = [rule for rule in clean if rule in results and results[rule].effect is Effect.PRAISE]
    rules = _names([rule for rule in clean if rule not in praise], results)
    if not rules and praise and not item.points:
        return Reason("scoring.explained_no_bonus", {"rules": _names(praise, results)})
    if not rules:
        return _kept(item) if item.points else Reason("scoring.explained_nothing_found")
    if not item.points:
        return Reason("scoring.explained_nothing_moved", {"rules": rules})
    if _is_on_total(item):
        return Reason("scoring.explained_nothing_taken", {"rules": rules})
    return Reason("scoring.explained_clean", {"rules": rules, "points": item.points})


def _after_caps(item: ItemScore) -> Iterator[Reason]:
    """What caps and fatality made of it, and what the item got."""
    if item.fatal:
        yield _fatal(item)
        return
    lost, won = _sum(move.lost for move in item.moves), _sum(move.won for move in item.moves)
    if item.lost < lost:
        yield Reason("scoring.explained_capped", {"raw": lost, "lost": item.lost})
    if item.won < won:
        yield Reason("scoring.explained_bonus_capped", {"raw": won, "won": item.won})
    if item.points and not item.open and not _is_on_total(item):
        yield _kept(item)


def _kept(item: ItemScore) -> Reason:
    kept = _sum([item.got or 0.0, -item.won])
    if kept == item.points:
        return Reason("scoring.explained_full", {"points": item.points, "won": item.won})
    return Reason("scoring.explained_kept", {"points": item.points, "kept": kept, "won": item.won})


def _fatal(item: ItemScore) -> Reason:
    if item.total_at_most:
        return Reason("scoring.explained_fatal_limit", {"most": item.total_at_most})
    if item.total_at_most is not None:
        return Reason("scoring.explained_fatal_call")
    return Reason("scoring.explained_fatal_section" if item.moves else "scoring.explained_fatal")


def _rest(item: ItemScore, results: Mapping[str, RuleResult]) -> Iterator[Reason]:
    """What stays open beside what was found."""
    if item.open and item.reason is not None:
        rules = _open(item, results)
        facts: dict[str, Fact] = {"open": item.open, "points": item.points}
        if rules:
            yield Reason("scoring.explained_rest_open", {**facts, "rules": rules})
        else:
            yield Reason("scoring.explained_rest_left", facts)
        yield item.reason


def _unjudged(item: ItemScore, results: Mapping[str, RuleResult]) -> Iterator[Reason]:
    if item.reason is not None and item.reason.code == HUMAN_ONLY:
        yield Reason("scoring.explained_human")
        return
    rules = _open(item, results)
    yield Reason("scoring.explained_unjudged", {"rules": rules}) if rules else Reason("scoring.explained_left_open")
    if item.reason is not None:
        yield item.reason


def _not_applicable(item: ItemScore, results: Mapping[str, RuleResult]) -> Iterator[Reason]:
    rules = _names([move.rule for move in item.moves if move.answer is Answer.NOT_APPLICABLE], results)
    if item.reason is not None:
        yield item.reason
    elif rules:
        yield Reason("scoring.explained_not_applicable", {"rules": rules})
    else:
        yield Reason("scoring.explained_does_not_apply")


def _disputed(item: ItemScore) -> Iterator[Reason]:
    if item.disputed and item.opinion is not None:
        yield Reason("scoring.explained_disputed", {"percent": _percent(item.opinion)})


def _aside(item: ItemScore) -> Iterator[Reason]:
    """What the classifier thinks of an item it may not decide yet, and where it heard that."""
    opinion = item.opinion
    if opinion is None or item.level in {None, Level.DECIDES}:
        return
    if opinion.reason is not None and opinion.reason.code in ABSTAINED:
        yield opinion.reason
        return
    yield Reason(f"scoring.aside_{opinion.answer.value}", {"percent": _percent(opinion)})
    if opinion.answer is Answer.HIT:
        quoted = [one for one in opinion.evidence if one.quote]
        yield from map(_model_heard, quoted[:SHOWN])


def _open(item: ItemScore, results: Mapping[str, RuleResult]) -> str:
    return _names([move.rule for move in item.moves if move.answer is Answer.CANNOT_JUDGE], results)


def _names(rules: Sequence[str], results: Mapping[str, RuleResult]) -> str:
    """Some rules, as they stand in quotes: quotes of their own are the inner ones."""
    return "、".join(_name(rule, results) for rule in rules).replace("“", "‘").replace("”", "’")


def _name(rule: str, results: Mapping[str, RuleResult]) -> str:
    return results[rule].name if rule in results else rule


def _percent(opinion: Opinion) -> int:
    return round(100 * opinion.probability)


def _is_on_total(item: ItemScore) -> bool:
    """Whether its section takes from the total: then nothing lost is nothing got."""
    base = _sum([item.points, -item.open])
    return bool(item.moves or item.opinion) and base > 0 and item.got == _sum([item.won, -item.lost])


def _sum(numbers: Iterator[float] | Sequence[float]) -> float:
    return points(sum(hundredths(abs(one)) * (1 if one >= 0 else -1) for one in numbers))
