from api.console.marks import marked_turns
from models.finding import Effect, Evidence
from models.transcript import Role, Turn, Word
from pipeline.browse import Finding


def turn(*words: str, role: Role = Role.AGENT) -> Turn:
    """A turn whose words last a second each."""
    said = tuple(Word(text, float(at), at + 1.0, 0.3 if text == "?" else 0.9) for at, text in enumerate(words))
    return Turn(role, 0, 0.0, float(len(words)), "".join(words), 0.9, (), said)


def finding(number: int, quote: str, span: tuple[int, int] | None, effect: Effect = Effect.VIOLATION) -> Finding:
    return Finding(number, "rule", "规则", effect, "pack", 1, Evidence(0.0, 1.0, Role.AGENT, 0, quote, span))


def shape(of: Turn, *findings: Finding) -> list[tuple[str, Effect | None]]:
    (marked,) = marked_turns([of], findings)
    return [("".join(piece.text for piece in s.pieces), s.effect) for s in marked.stretches]


def test_a_quote_is_cut_out_of_the_words_it_stands_in() -> None:
    said = turn("这个", "不归", "我们管", "的")
    assert shape(said, finding(1, "归我们", (3, 6))) == [
        ("这个不", None),
        ("归我们", Effect.VIOLATION),
        ("管的", None),
    ]
    (marked,) = marked_turns([said], [finding(1, "归我们", (3, 6))])
    pieces = [(piece.text, piece.start) for stretch in marked.stretches for piece in stretch.pieces]
    assert pieces == [("这个", 0.0), ("不", 1.0), ("归", 1.0), ("我们", 2.0), ("管", 2.0), ("的", 3.0)]


def test_where_findings_overlap_the_violation_gives_the_colour() -> None:
    said = turn(*"一二三四五")
    marked = shape(said, finding(1, "二三", (1, 3), Effect.PRAISE), finding(2, "三四", (2, 4)))
    assert marked == [
        ("一", None),
        ("二", Effect.PRAISE),
        ("三", Effect.VIOLATION),
        ("四", Effect.VIOLATION),
        ("五", None),
    ]
    (turned,) = marked_turns([said], [finding(1, "二三", (1, 3)), finding(2, "三四", (2, 4))])
    assert [stretch.findings for stretch in turned.stretches] == [(), (1,), (1, 2), (2,), ()]


def test_a_quote_without_its_place_is_looked_up() -> None:
    assert shape(turn(*"请您稍等"), finding(1, "稍等", None)) == [("请您", None), ("稍等", Effect.VIOLATION)]


def test_a_quote_that_does_not_stand_there_marks_nothing() -> None:
    said = turn(*"请您稍等")
    for missing in (finding(1, "再见", None), finding(1, "", None), finding(1, "稍等", (2, 9))):
        assert shape(said, missing) == [("请您稍等", None)]


def test_a_turn_whose_words_are_unknown_is_one_piece() -> None:
    said = Turn(Role.CUSTOMER, 1, 5.0, 9.0, "喂你好", 0.9)
    (marked,) = marked_turns([said], [])
    ((piece,),) = (stretch.pieces for stretch in marked.stretches)
    assert (piece.text, piece.start, piece.end) == ("喂你好", 5.0, 9.0)


def test_a_turn_without_text_has_nothing_to_show() -> None:
    assert shape(turn()) == []


def test_unsure_words_are_told_apart() -> None:
    (marked,) = marked_turns([turn("好", "?")], [])
    assert [piece.unsure for stretch in marked.stretches for piece in stretch.pieces] == [False, True]
