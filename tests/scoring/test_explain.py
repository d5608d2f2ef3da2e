"""The sentences under each item of a score, word for word."""

from dataclasses import replace
from typing import Any

import pytest

from models.finding import Answer, Effect, Evidence, Opinion, RuleResult
from models.learning import Level
from models.reason import Language, Reason
from models.score import ItemClass, ItemScore, ItemState, PreScore
from models.transcript import Role
from scoring.evaluate import evaluate
from scoring.explain import explain, explain_section, explain_total
from scoring.prescore import pre_score
from scoring.scorecard import load_scorecard, shipped_scorecards
from tests.scoring.sample_call import sample_call, sample_stems
from tests.scoring.shipped import shipped_pack
from tests.scoring.test_prescore import CRITICAL, bonus, card_of, deduct, item

HIT, CLEAN, OPEN, NA = Answer.HIT, Answer.CLEAN, Answer.CANNOT_JUDGE, Answer.NOT_APPLICABLE
NAMES = {
    "shirking": "推诿",
    "refusal": "消极拒绝",
    "greeting": "开头语缺问候",
    "farewell": "无结束语",
    "silence": "让客户空等",
    "care": "体谅客户",
    "complaint": "客户提出投诉",
    "threat": "威胁客户",
    "long": "通话超长",
    "informal": "开头直呼“喂”",
}
UNHEARD = Reason("scoring.badly_heard", {"start": 58.2, "end": 63.9})


def said(second: float, quote: str, role: Role | None = Role.AGENT, meant: str = "") -> Evidence:
    return Evidence(second, second + 1, role, turn=int(second), quote=quote, meant=meant)


SHIRKED = said(83.4, "这个不归我们管")
LISTENED = replace(said(31, "带着孩子周村", meant="带着孩子折腾"), listened=True)
OTHERS = (said(160, "你找商家去"), said(200, "不关我们的事"), said(210, "别问我"), said(3725, "管不着"))


def answer(rule: str, given: Answer, *evidence: Evidence) -> RuleResult:
    reason = UNHEARD if given is OPEN else None
    effect = Effect.PRAISE if rule == "care" else Effect.VIOLATION
    return RuleResult("pack", 1, rule, NAMES[rule], effect, given, evidence, reason)


def score_of(
    what: dict[str, Any], *answers: RuleResult, opinions: tuple[Opinion, ...] = (), **section: Any
) -> PreScore:
    return pre_score(card_of({"items": [what, {"points": 1, "judge": "human"}], **section}), answers, opinions)


def told(what: dict[str, Any], *answers: RuleResult, language: Language = "zh", **more: Any) -> str:
    (section,) = score_of(what, *answers, **more).sections
    return tell(section.items[0], answers, language)


def tell(scored: ItemScore, answers: tuple[RuleResult, ...], language: Language = "zh") -> str:
    sentences = explain(scored, {one.rule: one for one in answers})
    return ("" if language == "zh" else " ").join(sentence.say(language) for sentence in sentences)


SHIRKING = item(10, deduct("shirking", 5))
BOTH = item(10, deduct("shirking", 5, each=True), deduct("refusal", 3))
CARE = item(4, deduct("refusal", 4), bonus("care", 2))
FATAL = item(2, deduct("threat", 1), fatal="call", **CRITICAL)


@pytest.mark.parametrize(
    ("what", "answers", "sentence"),
    [
        (
            SHIRKING,
            [answer("shirking", HIT, SHIRKED)],
            "推诿：1:23 座席说“这个不归我们管”，扣 5 分。本项 10 分，得 5 分。",
        ),
        (
            SHIRKING,
            [answer("shirking", HIT, SHIRKED, OTHERS[0])],
            "推诿：1:23 座席说“这个不归我们管”，2:40 座席说“你找商家去”，扣 5 分。本项 10 分，得 5 分。",
        ),
        (
            BOTH,
            [answer("shirking", HIT, SHIRKED, *OTHERS), answer("refusal", CLEAN)],
            (
                "推诿：1:23 座席说“这个不归我们管”，2:40 座席说“你找商家去”，等 5 处，扣 25 分（按 5 次计）。"
                "合计应扣 25 分，按上限扣 10 分。本项 10 分，得 0 分。"
            ),
        ),
        (
            BOTH,
            [answer("shirking", HIT, OTHERS[-1]), answer("refusal", HIT, said(5, "没办法", None))],
            "推诿：1:02:05 座席说“管不着”，扣 5 分。消极拒绝：0:05 有人说“没办法”，扣 3 分。本项 10 分，得 2 分。",
        ),
        (
            item(10, deduct("complaint", 5)),
            [answer("complaint", HIT, said(12, "我要退宝", Role.CUSTOMER, "我要退保"))],
            "客户提出投诉：0:12 客户说“我要退宝”（音近“我要退保”），扣 5 分。本项 10 分，得 5 分。",
        ),
        (
            SHIRKING,
            [answer("shirking", HIT, LISTENED)],
            "推诿：0:31 座席说“带着孩子折腾”（转写为“带着孩子周村”，机器复听确认），扣 5 分。本项 10 分，得 5 分。",
        ),
        (
            SHIRKING,
            [answer("shirking", HIT, SHIRKED, LISTENED, said(40, "不归窝们管", meant="不归我们管"))],
            (
                "推诿：1:23 座席说“这个不归我们管”，0:31 座席说“带着孩子折腾”（转写为“带着孩子周村”，机器复听确认），"
                "等 3 处，扣 5 分。本项 10 分，得 5 分。"
            ),
        ),
        (
            item(5, deduct("greeting", 2)),
            [answer("greeting", HIT, Evidence(0, 15))],
            "开头语缺问候（0:00–0:15），扣 2 分。本项 5 分，得 3 分。",
        ),
        (
            item(5, deduct("silence", 2)),
            [answer("silence", HIT, Evidence(62, 80), Evidence(150, 170))],
            "让客户空等（1:02–1:20、2:30–2:50），扣 2 分。本项 5 分，得 3 分。",
        ),
        (
            item(5, deduct("silence", 2, each=True), cap=4),
            [answer("silence", HIT, Evidence(62, 80), Evidence(150, 170), Evidence(200, 230))],
            (
                "让客户空等（1:02–1:20、2:30–2:50 等 3 处），扣 6 分（按 3 次计）。"
                "合计应扣 6 分，按上限扣 4 分。本项 5 分，得 1 分。"
            ),
        ),
        (
            item(5, deduct("silence", 2)),
            [answer("silence", HIT, said(60, "稍等"), Evidence(62, 80))],
            "让客户空等：1:00 座席说“稍等”，等 2 处，扣 2 分。本项 5 分，得 3 分。",
        ),
        (item(5, deduct("long", 0.5)), [answer("long", HIT)], "通话超长，扣 0.5 分。本项 5 分，得 4.5 分。"),
        (SHIRKING, [answer("shirking", CLEAN)], "没有发现“推诿”，得满分 10 分。"),
        (BOTH, [answer("shirking", CLEAN), answer("refusal", NA)], "没有发现“推诿”，得满分 10 分。"),
        (
            BOTH,
            [answer("shirking", CLEAN), answer("refusal", CLEAN)],
            "没有发现“推诿、消极拒绝”，得满分 10 分。",
        ),
        (
            CARE,
            [answer("refusal", CLEAN), answer("care", HIT, said(32, "我理解您"))],
            "体谅客户：0:32 座席说“我理解您”，加 2 分。得满分 4 分，另加 2 分。",
        ),
        (
            item(0, bonus("care", 2, each=True), bonus_cap=3),
            [answer("care", HIT, said(1, "我来跟进"), said(9, "我负责到底"))],
            (
                "体谅客户：0:01 座席说“我来跟进”，0:09 座席说“我负责到底”，加 4 分（按 2 次计）。"
                "合计应加 4 分，按上限加 3 分。"
            ),
        ),
        (item(0, bonus("care", 2)), [answer("care", CLEAN)], "没有发现可以加分的“体谅客户”，不加分。"),
        (CARE, [answer("refusal", CLEAN), answer("care", CLEAN)], "没有发现“消极拒绝”，得满分 4 分。"),
        (item(0, deduct("refusal", 2)), [answer("refusal", CLEAN)], "没有发现“消极拒绝”，不影响得分。"),
        (item(5, deduct("informal", 2)), [answer("informal", CLEAN)], "没有发现“开头直呼‘喂’”，得满分 5 分。"),
        (
            item(3, deduct("farewell", 3)),
            [answer("farewell", OPEN)],
            "没能判断“无结束语”，本项不计分，待人工。0:58 到 1:03 听不清，要找的话可能就在里面，无法判断。",
        ),
        (
            BOTH,
            [answer("shirking", OPEN), answer("refusal", HIT, said(5, "没办法"))],
            (
                "消极拒绝：0:05 座席说“没办法”，扣 3 分。没能判断“推诿”，本项 10 分中还有 7 分待人工。"
                "0:58 到 1:03 听不清，要找的话可能就在里面，无法判断。"
            ),
        ),
        (
            SHIRKING,
            [answer("shirking", NA)],
            "通话中没有“推诿”要检查的情况，本项不适用，不计入总分。",
        ),
        (
            item(5, deduct("shirking", 5), only_if="complaint"),
            [answer("complaint", CLEAN), answer("shirking", CLEAN)],
            "没有出现“客户提出投诉”，本项不适用，不计入总分。",
        ),
        (
            item(5, deduct("shirking", 5), only_if="complaint"),
            [answer("complaint", OPEN), answer("shirking", CLEAN)],
            "本项不计分，待人工。0:58 到 1:03 听不清，要找的话可能就在里面，无法判断。",
        ),
        (
            {"points": 5, "judge": "human"},
            [],
            "这一项由人工评分，机器不判，暂不计分。",
        ),
        (
            {"points": 5, "judge": "classifier"},
            [],
            "本项不计分，待人工。没有训练好的模型，机器暂时判断不了。",
        ),
        (
            item(4, bonus("care", 2), judge="both"),
            [answer("care", HIT, said(32, "我理解您"))],
            (
                "体谅客户：0:32 座席说“我理解您”，加 2 分。本项 4 分中还有 4 分待人工。"
                "没有训练好的模型，机器暂时判断不了。"
            ),
        ),
        (
            FATAL,
            [answer("threat", HIT, said(61, "后果自负"))],
            "威胁客户：1:01 座席说“后果自负”。一票否决：整通记 0 分。",
        ),
        (
            FATAL | {"total_at_most": 50},
            [answer("threat", HIT, said(61, "后果自负"))],
            "威胁客户：1:01 座席说“后果自负”。一票否决：总分最多 50 分。",
        ),
        (
            FATAL | {"fatal": "section"},
            [answer("threat", HIT, said(61, "后果自负"))],
            "威胁客户：1:01 座席说“后果自负”。一票否决：本方面记 0 分。",
        ),
    ],
)
def test_an_item_reads_as(what: dict[str, Any], answers: list[RuleResult], sentence: str) -> None:
    assert told(what, *answers) == sentence


def test_a_section_on_the_total_speaks_of_what_it_takes() -> None:
    assert told(SHIRKING, answer("shirking", CLEAN), on_total=True) == "没有发现“推诿”，不扣分。"
    heard = answer("shirking", HIT, SHIRKED)
    assert told(SHIRKING, heard, on_total=True) == "推诿：1:23 座席说“这个不归我们管”，扣 5 分。"


@pytest.mark.parametrize(
    ("judge", "given", "thought", "sentence"),
    [
        (
            "classifier",
            None,
            HIT,
            "模型认为出现了差错（可能性 91%），扣 5 分。依据：1:23 座席说“这个不归我们管”。本项 10 分，得 5 分。",
        ),
        ("classifier", None, CLEAN, "模型没有发现差错（可能性只有 91%）。得满分 10 分。"),
        ("classifier", None, OPEN, "本项不计分，待人工。模型认为有 91% 的可能出现差错，拿不准，请人工判断。"),
        (
            "both",
            CLEAN,
            HIT,
            "没有发现“推诿”，得满分 10 分。模型和规则的看法不同（模型认为出错的可能性是 91%），请人工确认。",
        ),
        ("both", CLEAN, CLEAN, "没有发现“推诿”，得满分 10 分。"),
        ("both", OPEN, CLEAN, "模型没有发现差错（可能性只有 91%）。得满分 10 分。"),
    ],
)
def test_the_classifier_is_explained(judge: str, given: Answer | None, thought: Answer, sentence: str) -> None:
    what = {"points": 10, "judge": judge, "classifier_deduct": 5}
    what |= {"rules": [deduct("shirking", 5)]} if given else {}
    answers = [answer("shirking", given)] if given else []
    opinion = Opinion("i0-0", 0.91, thought, (SHIRKED,))
    assert told(what, *answers, opinions=(opinion,)) == sentence


def test_the_classifier_says_why_it_abstains_where_that_is_not_its_doubt() -> None:
    reason = Reason("scoring.model_heard_nobody")
    opinion = Opinion("i0-0", 0.0, OPEN, (), reason)
    (section,) = score_of(SHIRKING, answer("shirking", CLEAN)).sections
    aside = replace(section.items[0], opinion=opinion, level=Level.REPORT_ONLY)
    assert tell(aside, ()).endswith("座席的话太少，模型无从判断，请人工判断。")
    unsure = replace(aside, opinion=replace(opinion, probability=0.5, reason=Reason("scoring.model_unsure")))
    assert tell(unsure, ()).endswith("模型拿不准这一项（出现差错的可能性 50%），不影响得分。")


def test_in_english() -> None:
    heard = [answer("shirking", HIT, said(83.4, "不归我们管", meant="不归我们管"), *OTHERS), answer("refusal", OPEN)]
    assert told(BOTH, *heard[:1], answer("refusal", CLEAN), language="en") == (
        '推诿: at 1:23 the agent said "不归我们管" (sounds like "不归我们管"), at 2:40 the agent said "你找商家去", '
        "5 places in all (−25), counted 5 times. Deductions come to 25; 10 is the most they can be. 0 of 10 points."
    )
    again = [answer("shirking", HIT, LISTENED, said(40, "不归窝们管", meant="不归我们管"))]
    assert told(SHIRKING, *again, language="en") == (
        '推诿: at 0:31 the agent said "带着孩子折腾" (written as "带着孩子周村", '
        "confirmed by the machine listening again), "
        'at 0:40 the agent said "不归窝们管" (sounds like "不归我们管") (−5). 5 of 10 points.'
    )
    assert told(SHIRKING, answer("shirking", CLEAN), language="en") == 'Not found: "推诿". Full points: 10.'


def test_sections_and_the_total_say_what_their_limits_did() -> None:
    heard = [answer("shirking", HIT, SHIRKED), answer("refusal", HIT), answer("care", HIT)]
    card = card_of(
        {"cap": 6, "items": [item(10, deduct("shirking", 5)), item(10, deduct("refusal", 5))]}, {"items": [CARE]}
    )
    first, second = pre_score(card, heard).sections
    assert [one.say() for one in explain_section(first)] == ["各项合计扣 10 分，按本方面的上限扣 6 分。"]
    assert explain_section(second) == ()
    praised = pre_score(card, [*heard[:1], answer("refusal", CLEAN), heard[2]]).sections
    assert [one.say() for one in explain_section(praised[1])] == ["各项合计加 2 分；本方面没有丢分，加分不另计入。"]
    lost = card_of({"items": [item(5, deduct("shirking", 1)), CARE]})
    (won_back,) = pre_score(lost, [heard[0], answer("refusal", CLEAN), heard[2]]).sections
    assert [one.say() for one in explain_section(won_back)] == [
        "各项合计加 2 分；加分只补回本方面丢掉的分，补回 1 分。"
    ]
    fatal = score_of(FATAL | {"fatal": "section"}, answer("threat", HIT))
    assert [one.say() for one in explain_section(fatal.sections[0])] == ["触发一票否决“项”，本方面记 0 分。"]
    zeroed = pre_score(card_of({"items": [SHIRKING]}, {"items": [FATAL]}), [heard[0], answer("threat", HIT)])
    assert [one.say() for one in explain_total(zeroed)] == ["触发一票否决“项”，总分由 41.67 分降为 0 分。"]
    assert explain_total(pre_score(card, heard)) == ()
    poor = score_of(FATAL | {"total_at_most": 50}, answer("threat", HIT))
    assert [one.say() for one in explain_total(poor)] == ["触发一票否决“项”；总分本来就只有 0 分，没有再降。"]


def test_scores_stored_before_there_were_moves_can_still_be_read() -> None:
    heard = (answer("shirking", HIT, SHIRKED),)
    old = ItemScore("i", "项", ItemClass.ORDINARY, ItemState.JUDGED, 10, 5, ("shirking",))
    assert tell(old, heard) == "推诿：1:23 座席说“这个不归我们管”。本项 10 分，得 5 分。"
    assert tell(replace(old, got=10, rules=()), heard) == "得满分 10 分。"
    assert tell(replace(old, got=5, rules=()), heard) == "本项 10 分，得 5 分。"
    assert tell(replace(old, got=0, fatal=True), heard) == "推诿：1:23 座席说“这个不归我们管”。触发一票否决。"
    assert tell(replace(old, state=ItemState.NOT_APPLICABLE, got=None, rules=()), heard) == "本项不适用，不计入总分。"
    unheard = replace(old, state=ItemState.UNJUDGED, got=None, rules=(), reason=UNHEARD)
    assert tell(unheard, heard) == "本项不计分，待人工。0:58 到 1:03 听不清，要找的话可能就在里面，无法判断。"


@pytest.mark.parametrize("name", shipped_scorecards())
def test_every_item_of_every_shipped_card_is_explained_on_every_sample(name: str) -> None:
    pack, card = shipped_pack(name), load_scorecard(name)
    for stem in sample_stems():
        call = sample_call(stem)
        results = {one.rule: one for one in evaluate(pack, call.transcript, call.metadata)}
        score = pre_score(card, tuple(results.values()))
        reasons = [*explain_total(score), *(one for section in score.sections for one in explain_section(section))]
        for scored in (one for section in score.sections for one in section.items):
            assert explain(scored, results), scored.id
            reasons += explain(scored, results)
        for reason in reasons:
            assert reason.say("zh").endswith(("。", "？")), reason
            assert reason.say("en").endswith("."), reason
            assert not {"{", "}", "None"} & set(reason.say("zh").split()), reason
