import pytest

from models.finding import Answer
from tests.scoring.made_call import ask, badly_heard, call, unknown

ID = "11010519491231002x"


def spoken(digits: str) -> str:
    return "".join("零幺二三四五六七八九"[int(digit)] if digit.isdigit() else "叉" for digit in digits)


@pytest.mark.parametrize(
    ("kind", "said", "quote"),
    [
        ("phone", "我的号码是幺三八零零幺三八零零零。", "幺三八零零幺三八零零零"),
        ("phone", "138 0013 8000", "138 0013 8000"),
        ("phone", "一三八，零零一三，八零零零，一会儿打给我", "一三八，零零一三，八零零零"),
        ("phone", "座机零一零六二二八八四三六", "零一零六二二八八四三六"),
        ("phone", "拨打四零零八二零八八二零", "四零零八二零八八二零"),
        ("id_card", f"身份证{spoken(ID)}", spoken(ID)),
        ("id_card", f"身份证{ID.upper()}", ID.upper()),
        ("amount", "一共扣了三百二十五块钱", "三百二十五块钱"),
        ("amount", "每月19元", "19元"),
        ("amount", "大概两万多块", "两万多块"),
        ("amount", "还有一块五没退", "一块五"),
        ("amount", "十九块九毛，扣了两次", "十九块九毛"),
        ("amount", "收您五块两次", "五块"),
        ("amount", "五十万美元", "五十万美元"),
        ("name", "您好，我叫张伟", "我叫张"),
        ("name", "免贵姓欧阳", "免贵姓欧阳"),
        ("number", "工号八零一二", "八零一二"),
    ],
)
def test_found(kind: str, said: str, quote: str) -> None:
    result = ask(f"{{entity: {{kind: {kind}}}}}", call({"agent": said}))
    assert [one.quote for one in result.evidence] == [quote]
    assert result.answer is Answer.HIT


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("phone", "订单号是一二三八零零幺三八零零零五六"),
        ("phone", "一三八零零"),
        ("id_card", "编号幺幺零幺零五九九九九九九九九零零二幺"),
        ("bank_card", "快递单号3456789012345678"),
        ("amount", "我们一块去办"),
        ("amount", "一下就好，几块钱的事"),
        ("amount", "三天"),
        ("name", "我叫您一声"),
        ("name", "请问您贵姓"),
        ("number", "我看一下，等两天，一会儿"),
        ("number", "一共8640块，每月322元"),
    ],
)
def test_not_found(kind: str, said: str) -> None:
    assert ask(f"{{entity: {{kind: {kind}}}}}", call({"agent": said})).answer is Answer.CLEAN


def with_check_digit(number: str) -> str:
    from scoring.identity_number import is_luhn

    return next(number + digit for digit in "0123456789" if is_luhn(number + digit))


def test_bank_cards_by_their_check_digit() -> None:
    card = with_check_digit("622202020011223344")
    assert ask("{entity: {kind: bank_card}}", call({"customer": f"卡号{spoken(card)}"})).answer is Answer.HIT
    foreign = with_check_digit("453201511283036")
    assert ask("{entity: {kind: bank_card}}", call({"customer": foreign})).answer is Answer.HIT


@pytest.mark.parametrize(
    ("kind", "number"), [("bank_card", with_check_digit("622202020011223344")), ("id_card", ID.replace("x", "1"))]
)
def test_a_wrong_check_digit_may_be_misheard(kind: str, number: str) -> None:
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    result = ask(f"{{entity: {{kind: {kind}}}}}", call({"customer": f"号码是{spoken(wrong)}"}))
    assert (result.answer, result.reason and result.reason.code) == (Answer.CANNOT_JUDGE, "scoring.check_digit")
    assert result.reason is not None
    assert spoken(wrong) in result.reason.say("zh")


def test_an_id_number_is_no_bank_card() -> None:
    assert ask("{entity: {kind: [bank_card]}}", call({"customer": spoken("440308199901010012")})).answer is Answer.CLEAN


def test_how_many_digits() -> None:
    code = "{entity: {kind: number, digits: {at_least: 6, at_most: 6}}, role: customer}"
    assert ask(code, call("customer: 验证码是三七二零九一")).answer is Answer.HIT
    assert ask(code, call("customer: 尾号是三七二零")).answer is Answer.CLEAN
    assert ask(code, call("customer: 幺三八零零幺三八零零零")).answer is Answer.CLEAN


def test_of_several_kinds_each_place_counts_once() -> None:
    twice = "{entity: {kind: [phone, number], times: 2}}"
    assert ask(twice, call("customer: 幺三八零零幺三八零零零")).answer is Answer.CLEAN
    assert ask(twice, call("customer: 幺三八零零幺三八零零零，工号八零一二")).answer is Answer.HIT


def test_left_open() -> None:
    asked = "{entity: {kind: phone}, role: customer}"
    heard = call("customer: 幺三八零零幺三八零零零", "agent: 好")
    assert ask(asked, badly_heard(heard, 0)).answer is Answer.CANNOT_JUDGE
    assert ask(asked, unknown(heard)).answer is Answer.CANNOT_JUDGE
    assert ask(asked, call("agent: 幺三八零零幺三八零零零", "customer: 对")).answer is Answer.CLEAN
