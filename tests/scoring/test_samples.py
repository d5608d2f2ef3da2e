"""The sample calls, as if every word had been heard: what is wrong in them is found, and good ones score well."""

import pytest

from models.finding import Answer, Effect, RuleResult
from scoring.evaluate import evaluate
from scoring.pack import Pack
from scoring.prescore import pre_score
from scoring.scorecard import load_scorecard
from tests.scoring.sample_call import SampleCall, sample_call, sample_stems
from tests.scoring.shipped import shipped_pack

BY_PRAISE = {"good-service", "excused-hold"}
"""What the scripts call good is praised under several names."""
EXCELLENT = {
    "bank-card-frozen", "bank-wealth-followup", "collections-contact", "collections-plan", "insurance-claim-hold",
    "shop-return-patient", "telecom-bill-query", "telecom-broadband-complaint",
}  # fmt: skip
FATAL = {"bank-sms-code": "account-security", "collections-threat": "no-threats"}
POOR = {"bank-sms-code", "collections-threat", "property-fee-impatient", "telecom-cancel-plan"}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return shipped_pack("inbound-service")


def hits(results: tuple[RuleResult, ...], rule: str) -> list[RuleResult]:
    return [one for one in results if one.rule == rule and one.answer is Answer.HIT]


@pytest.mark.parametrize("stem", sample_stems())
def test_what_the_script_names_is_found(stem: str, pack: Pack) -> None:
    call = sample_call(stem)
    results = evaluate(pack, call.transcript, call.metadata)
    for wanted in call.contains:
        if wanted["id"] in BY_PRAISE:
            assert any(one.effect is Effect.PRAISE and one.answer is Answer.HIT for one in results), wanted
            continue
        (found,) = hits(results, wanted["id"]) or [None]
        assert found is not None, wanted
        assert any(one.turn in {None, wanted["line"]} for one in found.evidence), wanted


@pytest.mark.parametrize("stem", sample_stems())
def test_traps_are_not_stepped_into(stem: str, pack: Pack) -> None:
    call = sample_call(stem)
    results = evaluate(pack, call.transcript, call.metadata)
    stepped = [
        (trap["id"], trap["quote"])
        for trap in call.traps
        for found in hits(results, trap["id"])
        for one in found.evidence
        if one.turn == trap["line"]
    ]
    assert stepped == []


@pytest.mark.parametrize("stem", sample_stems())
def test_scores_tell_good_calls_from_bad(stem: str, pack: Pack) -> None:
    call: SampleCall = sample_call(stem)
    score = pre_score(load_scorecard("inbound-service"), evaluate(pack, call.transcript, call.metadata))
    assert score.total is not None
    assert (score.grade == "优秀") == (stem in EXCELLENT), score.total
    assert (score.grade == "不合格") == (stem in POOR), score.total
    if stem in FATAL:
        assert FATAL[stem] in score.fatal
