from hypothesis import given
from hypothesis import strategies as st

from asr.text import tidy, tidy_text
from models.transcript import Word


def words(*texts: str) -> list[Word]:
    return [Word(text, at, at + 1, 0.9) for at, text in enumerate(texts)]


def test_traditional_characters_become_simplified_and_the_raw_text_stays() -> None:
    tidied = tidy(words("這", "個", "餐,", "多少", "錢", "?"))

    assert "".join(word.text for word, _ in tidied) == "这个餐，多少钱？"
    assert "".join(raw for _, raw in tidied) == "這個餐,多少錢?"


def test_times_and_confidence_stay_with_their_word() -> None:
    ((word, _),) = tidy([Word("錢", 3.5, 3.9, 0.4)])

    assert word == Word("钱", 3.5, 3.9, 0.4)


def test_numbers_and_latin_words_keep_narrow_marks() -> None:
    assert tidy_text("一共３９.9元,打 www.abc.com 查.") == "一共39.9元，打www.abc.com查。"
    assert tidy_text("用 APP store 下载") == "用APP store下载"


def test_what_was_only_space_or_broken_leaves_no_empty_word() -> None:
    tidied = tidy(words(" ", "好", " ", "\ufffd", "的"))

    assert [word.text for word, _ in tidied] == ["好", "的"]


@given(
    st.lists(
        st.text(st.sampled_from("這個月話費乾著頭髮 ,.?ＡＢ１２ab12\ufffd，。"), min_size=1, max_size=4), max_size=8
    )
)
def test_words_joined_are_the_whole_text_tidied(texts: list[str]) -> None:
    tidied = tidy(words(*texts))

    assert "".join(word.text for word, _ in tidied) == tidy_text("".join(texts))
    assert all(word.text for word, _ in tidied)
