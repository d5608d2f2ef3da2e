"""A case's life: made of a real call, masked, published, held against what people say later, erased."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.case import CaseKind, CaseState, PersonalKind, turns_of
from models.errors import BadInput, Conflict, Forbidden, NotFound, Stale
from models.person import UserRole
from models.reason import Reason
from models.tables import AuditRow, CaseRow
from pipeline.cases.class_pack import class_pack
from pipeline.cases.library import CaseFilter, case_of, clip_file, find_cases
from pipeline.cases.making import MakeCase, edit_case, make_case
from pipeline.cases.masking import HandMask
from pipeline.cases.overturned import anything_changed, forget_call, recheck_call, recheck_changed
from pipeline.cases.publishing import dismiss_case, publish_case, withdraw_case
from tests.api.conftest import NOW, Centre
from tests.pipeline.cases.conftest import People
from tests.pipeline.cases.made_cases import TEACHING, another, published


@pytest.fixture
def backend() -> str:
    return "sqlite"


def test_a_case_is_masked_marked_and_heard(centre: Centre, person: People) -> None:
    trainer = person(UserRole.TRAINER)
    case_id = published(centre, trainer, tags=("投诉", "#推诿"))
    with centre.make() as session:
        case = case_of(session, trainer, case_id)
        path = clip_file(session, case_id, centre.settings.audio_dir)
        assert clip_file(session, case_id, centre.settings.audio_dir) == path, "cut once"
    assert path.stat().st_size > 10_000
    words = "".join(turn.text for turn in case.turns)
    assert "推诿" in {mark.name for turn in case.turns for mark in turn.marks}
    assert case.line.tags == ("投诉", "推诿")
    assert case.line.items == (("no-shirking", "不推诿"),)
    assert case.provenance.machine_total == 62.5
    for turn in case.turns:
        for part in turn.masked:
            assert set(turn.text[part.begin : part.end]) == {"＊"}
        if turn.words:
            assert "".join(word.text for word in turn.words) == turn.text
    assert bool(case.beeps) is ("＊" in words)


def test_what_an_editor_masks_by_hand_is_masked_and_beeped(centre: Centre, person: People) -> None:
    trainer = person(UserRole.TRAINER)
    case_id = published(centre, trainer, also_masked=(HandMask(0, 2, 6),))
    with centre.make() as session:
        case = case_of(session, trainer, case_id)
    turn = case.turns[0]
    assert turn.text[2:6] == "＊＊＊＊"
    assert PersonalKind.OTHER in {part.kind for part in turn.masked}
    assert any(begin < turn.end and end > turn.start for begin, end in case.beeps)


def test_only_a_stretch_is_kept_of_a_stretch(centre: Centre, person: People) -> None:
    trainer = person(UserRole.TRAINER)
    case_id = published(centre, trainer, first_turn=1, last_turn=2)
    with centre.make() as session:
        case = case_of(session, trainer, case_id)
    assert [turn.index for turn in case.turns] == [1, 2]
    assert case.line.start <= case.turns[0].start < case.turns[-1].end <= case.line.end


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"title": "  "}, "pipeline.case_title"),
        ({"first_turn": 3, "last_turn": 1}, "pipeline.case_turns"),
        ({"last_turn": 999}, "pipeline.case_turns"),
        ({"items": ("nothing",)}, "pipeline.case_no_item"),
        ({"difficulty": 9}, "pipeline.case_difficulty"),
        ({"tags": ("x" * 31,)}, "pipeline.case_tags"),
        ({"also_masked": (HandMask(0, 5, 500),)}, "pipeline.case_mask"),
    ],
)
def test_what_cannot_be_taken_is_refused(centre: Centre, person: People, wrong: dict[str, object], code: str) -> None:
    call_id = centre.shirked_call()
    asked = replace(MakeCase(call_id, CaseKind.FAILING, "标题"), **wrong)  # type: ignore[arg-type]
    with centre.make() as session, pytest.raises(BadInput) as refused:
        make_case(session, person(UserRole.TRAINER), asked, NOW)
    assert refused.value.reason.code == code


def test_readers_see_published_cases_of_their_team_and_make_none(centre: Centre, person: People) -> None:
    trainer = person(UserRole.TRAINER)
    own, other = person(UserRole.TEAM_LEAD, team="服务二组"), person(UserRole.TEAM_LEAD, team="服务一组")
    case_id = published(centre, trainer)
    with centre.make() as session:
        assert [case.id for case in find_cases(session, own, CaseFilter()).cases] == [case_id]
        assert find_cases(session, other, CaseFilter()).cases == ()
        with pytest.raises(NotFound):
            case_of(session, other, case_id)
        with pytest.raises(Forbidden):
            withdraw_case(session, own, case_id, "不合适", NOW, revision=2)
    with centre.make.begin() as session:
        withdraw_case(session, trainer, case_id, "措辞过时", NOW, revision=2)
    with centre.make() as session:
        assert find_cases(session, own, CaseFilter(states=("withdrawn",))).cases == ()
        with pytest.raises(NotFound):
            case_of(session, own, case_id)


def test_whoever_is_to_judge_the_call_blind_sees_no_case_of_it(centre: Centre, person: People) -> None:
    trainer, inspector = person(UserRole.TRAINER), person(UserRole.INSPECTOR)
    blind, open_ = published(centre, trainer), another(centre, trainer)  # the first waits in the queue
    with centre.make() as session:
        assert [case.id for case in find_cases(session, inspector, CaseFilter()).cases] == [open_]
        with pytest.raises(Forbidden):
            case_of(session, inspector, blind)
        with pytest.raises(Forbidden):
            make_case(session, inspector, MakeCase(1, CaseKind.FAILING, "标题"), NOW)
        assert [case.id for case in find_cases(session, trainer, CaseFilter()).cases] == [open_, blind]


def test_an_edit_takes_the_revision_that_was_read(centre: Centre, person: People) -> None:
    trainer = person(UserRole.TRAINER)
    case_id = published(centre, trainer)
    with centre.make.begin() as session:
        call_id = session.get_one(CaseRow, case_id).call_id
        asked = MakeCase(call_id, CaseKind.FAILING, "新标题", TEACHING, first_turn=0, last_turn=1)
        with pytest.raises(Stale):
            edit_case(session, trainer, case_id, asked, NOW, revision=1)
        row = edit_case(session, trainer, case_id, asked, NOW, revision=2)
        assert (row.title, row.revision, row.state, row.last_turn) == ("新标题", 3, CaseState.PUBLISHED, 1)
        with pytest.raises(Conflict):
            dismiss_case(session, trainer, case_id, NOW, revision=3)
        with pytest.raises(BadInput):
            edit_case(session, trainer, case_id, replace(asked, teaching=" "), NOW, revision=3)


def test_nothing_is_published_that_does_not_say_what_it_teaches(centre: Centre, person: People) -> None:
    trainer = person(UserRole.TRAINER)
    with centre.make.begin() as session:
        row = make_case(session, trainer, MakeCase(centre.shirked_call(), CaseKind.FAILING, "标题"), NOW)
        with pytest.raises(BadInput):
            publish_case(session, trainer, row.id, NOW, revision=1)


def test_a_case_is_withdrawn_when_its_item_no_longer_costs_points(centre: Centre, person: People) -> None:
    trainer = person(UserRole.TRAINER)
    case_id = published(centre, trainer)
    with centre.make() as session:
        call_id = session.get_one(CaseRow, case_id).call_id
        assert not anything_changed(session)
    centre.score_again(call_id, 92.0, "优秀", version=2)
    with centre.make.begin() as session:
        assert recheck_changed(session, NOW + timedelta(days=1)) == 1
        row = session.get_one(CaseRow, case_id)
        assert (row.state, row.withdrawn_why) == (
            CaseState.WITHDRAWN,
            "判定已更改，“no-shirking”不再扣分，案例不再成立。",
        )
        assert not anything_changed(session)
        done = [one.action for one in session.query(AuditRow).filter_by(target="case").order_by(AuditRow.id)]
    assert done == ["case.made", "case.published", "case.overturned"]


def test_a_case_that_only_partly_holds_is_flagged_until_somebody_looked(centre: Centre, person: People) -> None:
    trainer = person(UserRole.TRAINER)
    case_id = published(centre, trainer, items=("no-shirking", "greeting"))
    with centre.make.begin() as session:
        row = session.get_one(CaseRow, case_id)
        assert recheck_call(session, row.call_id, NOW) == 1, "the greeting cost nothing"
        assert row.state == CaseState.PUBLISHED
        assert row.flag is not None
        assert row.flag["facts"]["items"] == "标准开场白"


def test_nothing_is_left_of_a_call_that_is_erased(centre: Centre, person: People) -> None:
    trainer = person(UserRole.TRAINER)
    case_id = published(centre, trainer)
    with centre.make() as session:
        path = clip_file(session, case_id, centre.settings.audio_dir)
        call_id = session.get_one(CaseRow, case_id).call_id
    with centre.make.begin() as session:
        why = Reason("pipeline.case_call_erased").say()
        assert forget_call(session, trainer, call_id, centre.settings.audio_dir, NOW, why=why) == 1
    assert not path.exists()
    with centre.make() as session:
        case = case_of(session, trainer, case_id)
        assert (case.erased, case.turns, case.line.state) == (True, (), CaseState.WITHDRAWN)
        with pytest.raises(NotFound):
            clip_file(session, case_id, centre.settings.audio_dir)
        assert turns_of(session.get_one(CaseRow, case_id).turns) == ()
        assert find_cases(session, trainer, CaseFilter(text="不归我们管")).cases == ()


def test_a_pack_names_no_agent_and_takes_only_published_cases(centre: Centre, person: People) -> None:
    trainer = person(UserRole.TRAINER)
    first, second = published(centre, trainer), another(centre, trainer)
    with centre.make() as session:
        packed = class_pack(session, trainer, [second, first])
        assert [(one.case.line.id, one.letter) for one in packed] == [(second, "A"), (first, "B")]
        with pytest.raises(BadInput):
            class_pack(session, trainer, [])
    with centre.make.begin() as session:
        withdraw_case(session, trainer, second, "措辞过时", NOW, revision=2)
    with centre.make() as session, pytest.raises(BadInput):
        class_pack(session, trainer, [first, second])
