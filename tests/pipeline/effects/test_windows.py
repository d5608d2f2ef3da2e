"""Windows are fixed before there is anything to see, and say in plain words what was seen."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, NotFound
from models.person import UserRole
from models.tables import EffectRow
from pipeline.effects.listing import listed
from pipeline.effects.windows import Effect, effect_of, fix_window
from tests.pipeline.actions.corrected import CARD, DAY, ITEM, NOW, TODAY, Centre


@pytest.fixture
def centre(session: Session) -> Centre:
    return Centre(session)


def fixed(
    session: Session, *, starts_on: date = TODAY, trained: tuple[str, ...] = ("1001",), number: int = 1
) -> EffectRow:
    return fix_window(
        session,
        source="training",
        source_id=number,
        title="开场白专项",
        card=CARD,
        items=[ITEM],
        trained=trained,
        team="一组",
        starts_on=starts_on,
        now=NOW,
        by="李敏",
    )


def seen(centre: Centre, row: EffectRow, *, days: int) -> Effect:
    lead = centre.person(UserRole.LEAD, f"lead{days}{row.id}")
    return effect_of(centre.session, lead, row.id, NOW + days * DAY)


def test_a_window_that_has_begun_is_not_fixed(centre: Centre) -> None:
    with pytest.raises(BadInput) as refused:
        fixed(centre.session, starts_on=TODAY - DAY)
    assert refused.value.reason.code == "pipeline.effect_begun"
    assert fixed(centre.session).after_from == TODAY + DAY


def test_a_training_has_one_window(centre: Centre) -> None:
    fixed(centre.session)
    with pytest.raises(Conflict):
        fixed(centre.session)


def test_the_others_are_chosen_then_by_their_rates_and_nobody_trained_on_it_is_among_them(centre: Centre) -> None:
    centre.take_usual_calls()
    first = fixed(centre.session, trained=("1001", "1002"))
    assert len(first.compared) == 18
    assert not {"1001", "1002"} & set(first.compared)
    second = fixed(centre.session, trained=("1003",), number=2)
    assert not {"1001", "1002", "1003"} & set(second.compared)


def test_with_nobody_to_compare_with_nothing_is_claimed(centre: Centre) -> None:
    centre.take_calls("1001", TODAY - 28 * DAY, 28)
    row = fixed(centre.session)
    centre.take_calls("1001", TODAY + DAY, 28, wrong=lambda _: False)
    assert row.compared == []
    assert seen(centre, row, days=1).lacks_others == 5, "said before anybody is taught"
    assert seen(centre, row, days=40).outcome == "no_others"


def test_it_is_too_early_while_the_window_is_open_and_too_few_without_calls(centre: Centre) -> None:
    centre.take_usual_calls()
    row = fixed(centre.session)
    early = seen(centre, row, days=10)
    assert (early.outcome, early.change, early.lacks_others) == ("too_early", None, None)
    assert early.trained_before.calls == 56
    assert seen(centre, row, days=40).outcome == "too_few"


@pytest.mark.parametrize(
    ("often", "outcome"), [(0, "improved"), (5, "no_difference"), (24, "worse")], ids=["fewer", "as expected", "more"]
)
def test_better_and_worse_are_said_only_beyond_what_others_did(centre: Centre, often: int, outcome: str) -> None:
    # Others go on with 20 % wrong; the trained had 40 % before, or as the others where they are to stay the same.
    for number in range(1, 13):
        rate = 10 if number <= 3 else 4 + number % 4
        agent = f"10{number:02}"
        centre.take_calls(agent, TODAY - 28 * DAY, 28, wrong=lambda n, rate=rate: n % 25 < rate)  # type: ignore[misc]
    row = fixed(centre.session, trained=("1001", "1002", "1003"))
    for number in range(1, 13):
        rate = (often if often != 5 else 9) if number <= 3 else 4 + number % 4
        agent = f"10{number:02}"
        centre.take_calls(agent, TODAY + DAY, 28, wrong=lambda n, rate=rate: n % 25 < rate)  # type: ignore[misc]
    effect = seen(centre, row, days=40)
    assert effect.outcome == outcome
    assert effect.change is not None
    assert effect.change.low <= effect.change.value <= effect.change.high


def test_all_windows_are_listed_also_those_that_showed_nothing(centre: Centre) -> None:
    for number in range(3):
        fixed(centre.session, trained=(f"100{number + 1}",), number=number + 1)
    lead = centre.person(UserRole.LEAD, "lead")
    page = listed(centre.session, lead, NOW, limit=2)
    assert (page.fixed, len(page.effects), page.outcomes["too_early"]) == (3, 2, 3)
    assert page.next is not None
    rest = listed(centre.session, lead, NOW, after=page.next, limit=2)
    assert [one.row.source_id for one in (*page.effects, *rest.effects)] == [3, 2, 1]


def test_a_team_lead_sees_their_teams_only(centre: Centre) -> None:
    row = fixed(centre.session)
    own = centre.person(UserRole.TEAM_LEAD, "wang", team="一组")
    other = centre.person(UserRole.TEAM_LEAD, "zhao", team="二组")
    assert effect_of(centre.session, own, row.id, NOW).row.id == row.id
    with pytest.raises(NotFound):
        effect_of(centre.session, other, row.id, NOW)
    assert listed(centre.session, other, NOW, limit=5).fixed == 0
