"""Cases carried into a class: chosen, in order, their agents without names."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from sqlalchemy.orm import Session

from models.case import CaseState
from models.errors import BadInput
from models.person import Viewer
from pipeline.cases.clips import ClipPlan
from pipeline.cases.library import Case, case_of, clip_of

MOST = 30


@dataclass(frozen=True, slots=True)
class PackedCase:
    """`letter` stands for the agent: the same for all cases of the pack that are theirs; None where unknown."""

    case: Case
    clip: ClipPlan
    letter: str | None

    @property
    def seconds(self) -> float:
        return self.case.line.seconds


def class_pack(session: Session, viewer: Viewer, case_ids: Sequence[int]) -> tuple[PackedCase, ...]:
    """The cases in the order they were asked for. Their sound is still to be cut (`pipeline.cases.clips.cut`).

    Raises:
        NotFound, Forbidden: one is not there, or not for the viewer.
        BadInput: none or too many were asked for, or one is not published.
    """
    wanted = list(dict.fromkeys(case_ids))
    if not wanted:
        raise BadInput("pipeline.case_pack_empty")
    if len(wanted) > MOST:
        raise BadInput("pipeline.case_pack_too_many", most=MOST, chosen=len(wanted))
    cases = [case_of(session, viewer, case_id) for case_id in wanted]
    for case in cases:
        if case.line.state is not CaseState.PUBLISHED:
            raise BadInput("pipeline.case_pack_state", id=case.line.id)
    agents = list(dict.fromkeys(case.line.agent_id for case in cases if case.line.agent_id))
    letters = {agent: _letter(place) for place, agent in enumerate(agents)}
    return tuple(
        PackedCase(one, clip_of(session, viewer, one.line.id), letters.get(one.line.agent_id or "")) for one in cases
    )


def _letter(place: int) -> str:
    """A, B… Z, A2, B2…."""
    round_, letter = divmod(place, len(ascii_uppercase))
    return ascii_uppercase[letter] + (str(round_ + 1) if round_ else "")
