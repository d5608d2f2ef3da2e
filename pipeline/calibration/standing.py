"""How a session stands, and how far each of its raters is from the reference and from one another.

Sessions have a handful of calls: most figures say that they are too few, which is the truth about them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.calibration import CalibrationState
from models.person import Right, Viewer
from models.reason import Reason
from models.score import SCORED_JSON, ItemScore, ItemState, PreScore
from models.tables import CalibrationCallRow, CalibrationRow, ScoreRow
from pipeline import browse
from pipeline.browse import CallSummary
from pipeline.calibration.course import Missing, missing
from pipeline.calibration.sessions import line_of, open_table, seen
from pipeline.calibration.table import by_item, effect, opinions_on, reference_of
from pipeline.people.visibility import hidden_calls
from pipeline.review.heard import card_by_id
from scoring.agreement.alpha import krippendorff_alpha
from scoring.agreement.differences import REACH, bias, within
from scoring.agreement.figure import Figure
from scoring.agreement.ratings import Ratings
from scoring.agreement.raw import raw_agreement
from storage.calibration import calibrations
from storage.calibration.calibrations import Hearing, Line, Member
from storage.reason import restored

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class CallStanding:
    """A call of a session; `reasons` are empty while they are kept from the viewer. `total` is the reference's."""

    call: CallSummary
    reasons: tuple[Reason, ...]
    agreed: bool
    total: float | None
    agreed_by: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """`mine` are the viewer's own hearings. `hearings` of others and `missing` are told only to who runs sessions."""

    row: CalibrationRow
    line: Line
    card_title: str
    calls: tuple[CallStanding, ...]
    members: tuple[Member, ...]
    hearings: tuple[Hearing, ...]
    mine: tuple[Hearing, ...]
    missing: tuple[Missing, ...]
    takes_part: bool

    @property
    def is_open(self) -> bool:
        """Whether the table may be seen."""
        return self.row.state in {CalibrationState.TALKING, CalibrationState.CLOSED}


@dataclass(frozen=True, slots=True)
class Deviation:
    """One rater against the reference; the machine has no `user_id`. Nothing is counted before calls have one.

    `near` of `calls` totals are within five points, `alike` of `items` have the same effect; `apart` is the mean of
    the totals' distances, for reading, not for judging by. The figures are of the same, each call counting once.
    """

    user_id: int | None
    name: str
    calls: int
    near: int
    items: int
    alike: int
    apart: float | None
    within: Figure
    bias: Figure
    agreement: Figure


@dataclass(frozen=True, slots=True)
class Among:
    """Members with one another: α of the totals, α and raw agreement on whether an item has an error."""

    totals: Figure
    errors: Figure
    raw: Figure


def standing(session: Session, viewer: Viewer, calibration_id: int) -> Standing:
    """How far a session is, as far as this person may know.

    Raises:
        NotFound: as `sessions.seen`.
    """
    row = seen(session, viewer, calibration_id)
    places = calibrations.calls_of(session, row.id)
    hidden = hidden_calls(session, viewer, [one.call_id for one in places])
    runs = viewer.may(Right.CALIBRATE)
    hearings = calibrations.hearings(session, row.id)
    members = calibrations.members_of(session, row.id)
    mine = tuple(one for one in hearings if one.user_id == viewer.user_id)
    from_talking_on = row.state != CalibrationState.HEARING
    return Standing(
        row=row,
        line=line_of(session, viewer, row),
        card_title=_card_title(session, row),
        calls=tuple(_call(session, viewer, one, hidden=one.call_id in hidden) for one in places),
        members=members if runs or from_talking_on else (),
        hearings=hearings if runs or from_talking_on else mine,
        mine=mine,
        missing=missing(session, row.id) if runs or from_talking_on else (),
        takes_part=any(member.id == viewer.user_id for member in members),
    )


def deviations(session: Session, viewer: Viewer, calibration_id: int) -> tuple[Deviation, ...]:
    """Every member's, by name, then the machine's.

    Raises:
        NotFound, Forbidden: as `sessions.open_table`.
    """
    row = open_table(session, viewer, calibration_id)
    places = calibrations.calls_of(session, row.id)
    references = {one.call_id: reference_of(one)[1] for one in places}
    said = opinions_on(session, row.id)
    people: dict[tuple[int, str], dict[int, PreScore]] = {}
    for call_id, opinions in said.items():
        for one in opinions:
            own = people.setdefault((one.user_id, one.name), {})
            if one.score is not None:
                own[call_id] = one.score
    machine = {one.call_id: _machine(session, one) for one in places}
    found = [_deviation(user_id, name, scores, references) for (user_id, name), scores in people.items()]
    return (*found, _deviation(None, "", machine, references))


def among(session: Session, viewer: Viewer, calibration_id: int) -> Among:
    """How far the members agree with one another.

    Raises:
        NotFound, Forbidden: as `sessions.open_table`.
    """
    row = open_table(session, viewer, calibration_id)
    said = opinions_on(session, row.id)
    totals = [[_total(one.score) for one in opinions] for opinions in said.values()]
    errors: list[list[float]] = []
    calls: list[int] = []
    for call_id, opinions in said.items():
        scored = [by_item(one.score) for one in opinions]
        for item in dict.fromkeys(item for scores in scored for item in scores):
            errors.append([_error(scores.get(item)) for scores in scored])
            calls.append(call_id)
    units = Ratings.table(errors, calls)
    return Among(krippendorff_alpha(Ratings.table(totals), "interval"), krippendorff_alpha(units), raw_agreement(units))


def _deviation(
    user_id: int | None, name: str, scores: Mapping[int, PreScore], references: Mapping[int, PreScore | None]
) -> Deviation:
    pairs = {call: (scores[call], right) for call, right in references.items() if right is not None and call in scores}
    apart = [
        own.total - right.total for own, right in pairs.values() if own.total is not None and right.total is not None
    ]
    alike: list[bool] = []
    calls: list[int] = []
    for call_id, (own, right) in pairs.items():
        said = by_item(own)
        for item, score in by_item(right).items():
            if item in said and said[item].state is not ItemState.UNJUDGED:
                alike.append(effect(said[item]) == effect(score))
                calls.append(call_id)
    same = Ratings.pairs([float(one) for one in alike], [1.0] * len(alike), calls)
    return Deviation(
        user_id=user_id,
        name=name,
        calls=len(apart),
        near=sum(abs(one) <= REACH for one in apart),
        items=len(alike),
        alike=sum(alike),
        apart=sum(map(abs, apart)) / len(apart) if apart else None,
        within=within(apart),
        bias=bias(apart),
        agreement=raw_agreement(same),
    )


def _call(session: Session, viewer: Viewer, place: CalibrationCallRow, *, hidden: bool) -> CallStanding:
    _, score = reference_of(place)
    return CallStanding(
        call=browse.find_call(session, viewer, place.call_id).summary,
        reasons=() if hidden else tuple(restored(body) for body in place.reasons),
        agreed=place.reference is not None,
        total=None if score is None else score.total,
        agreed_by=place.agreed_by,
    )


def _machine(session: Session, place: CalibrationCallRow) -> PreScore:
    return SCORED_JSON.validate_python(session.get_one(ScoreRow, place.score_id).body).pre_score


def _card_title(session: Session, row: CalibrationRow) -> str:
    return card_by_id(session, row.scorecard_id).title


def _total(score: PreScore | None) -> float:
    return NAN if score is None or score.total is None else score.total


def _error(score: ItemScore | None) -> float:
    """NaN where nothing was said of the item, or that it does not apply."""
    if score is None or score.state is not ItemState.JUDGED:
        return NAN
    return float(score.cost > 0 or score.fatal)
