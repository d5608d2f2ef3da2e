"""Sentences about a score, with the moments they name as buttons."""

from dataclasses import replace

from api.console.told import Piece, Told
from models.finding import Answer, Effect, Evidence, RuleResult
from models.score import ItemClass, ItemMove, ItemScore, ItemState
from models.transcript import Role
from pipeline.browse import Finding

SAID = tuple(
    Evidence(second, second + 1, Role.AGENT, turn, quote)
    for turn, (second, quote) in enumerate(((83.4, "1:23 不归我们管"), (95.0, "别问我"), (140.2, "管不着")))
)
FOUND = [Finding(number, "shirking", "推诿", Effect.VIOLATION, "pack", 1, one) for number, one in enumerate(SAID, 7)]
SHIRKING = RuleResult("pack", 1, "shirking", "推诿", Effect.VIOLATION, Answer.HIT, SAID)
MOVES = (ItemMove("shirking", Answer.HIT, 15, 0, 3),)
ITEM = ItemScore("i", "不推诿", ItemClass.ORDINARY, ItemState.JUDGED, 10, 0, ("shirking",), moves=MOVES, lost=10)


def test_a_moment_is_a_button_that_lights_up_its_finding() -> None:
    told = Told({"shirking": SHIRKING}, FOUND)
    (heard, capped) = told.item(ITEM, "zh")
    assert heard == [
        Piece("推诿："),
        Piece("1:23", 83.4, FOUND[0]),
        Piece(" 座席说“1:23 不归我们管”，"),
        Piece("1:35", 95.0, FOUND[1]),
        Piece(" 座席说“别问我”，等 3 处，扣 15 分（按 3 次计）。"),
    ]
    assert capped == [Piece("合计应扣 15 分，按上限扣 10 分。")], "what it got stands beside it"
    assert told.more(ITEM) == [FOUND[2]]


def test_what_listening_again_found_lights_up_where_it_is_written() -> None:
    again = Evidence(31.0, 32.5, Role.AGENT, 3, "带着孩子周村", meant="带着孩子折腾", listened=True)
    finding = Finding(4, "shirking", "推诿", Effect.VIOLATION, "pack", 1, again)
    (heard, _) = Told({"shirking": replace(SHIRKING, evidence=(again,))}, [*FOUND, finding]).item(ITEM, "zh")
    assert heard[1:] == [
        Piece("0:31", 31.0, finding),
        Piece(" 座席说“带着孩子折腾”（转写为“带着孩子周村”，机器复听确认），扣 15 分（按 3 次计）。"),
    ]


def test_a_moment_without_a_finding_still_plays() -> None:
    (heard, _) = Told({"shirking": SHIRKING}, []).item(ITEM, "en")
    assert [piece for piece in heard if piece.second is not None] == [Piece("1:23", 83.4), Piece("1:35", 95.0)]


def test_an_item_that_only_repeats_its_points_says_so() -> None:
    old = ItemScore("i", "不推诿", ItemClass.ORDINARY, ItemState.JUDGED, 10, 10)
    assert Told({}, []).item(old, "zh") == [[Piece("得满分 10 分。")]]
