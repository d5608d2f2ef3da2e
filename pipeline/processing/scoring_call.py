"""A transcript scored: the rules' answers, the classifier's opinions, the pre-score, and what is doubtful about it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from models.call import Metadata
from models.learning import Levels
from models.reason import Reason
from models.score import Scored
from models.transcript import Transcript
from scoring.evaluate import evaluate
from scoring.pack import Pack
from scoring.prescore import pre_score
from scoring.scorecard import Scorecard

if TYPE_CHECKING:
    from scoring.classifier.classifier import Classifier


def score_call(
    pack: Pack,
    card: Scorecard,
    transcript: Transcript,
    metadata: Metadata,
    *,
    classifier: "Classifier | None" = None,
    levels: Levels | None = None,
    model_days: float | None = None,
    rule_days: Mapping[str, float] | None = None,
) -> tuple[Scored, tuple[Reason, ...]]:
    """The score, and the reasons to doubt it. Without a classifier there is none to doubt, and none is loaded.

    `model_days`: since the classifier came into use; None where nobody put it in use, or it was chosen for once.
    `rule_days`: since rules that are new came into use.

    An opinion that rests on what was badly heard, or on words the classifier never saw, abstains before it may move
    anything; doubt sees it as it was.
    """
    answers = evaluate(pack, transcript, metadata, classifier.turn if classifier else None)
    if classifier is None:
        return Scored(pre_score(card, answers), answers), ()
    from scoring.classifier.classifier import heard_call, opinions  # noqa: PLC0415  (numpy, which few commands need)
    from scoring.doubt.case import Doubted, Facts  # noqa: PLC0415
    from scoring.doubt.doubts import doubts  # noqa: PLC0415
    from scoring.doubt.withheld import withheld  # noqa: PLC0415
    from scoring.starter.labels import label_ids  # noqa: PLC0415

    heard = heard_call(classifier, transcript)
    thought = opinions(classifier, card, transcript, answers)
    familiarity = classifier.turn.familiarity(transcript.turns)
    kept = withheld(thought, transcript, familiarity)
    scored = Scored(pre_score(card, answers, kept, levels or {}), answers)
    satisfaction = classifier.satisfaction
    facts = Facts(
        rule_days=rule_days or {},
        model_days=model_days,
        familiarity=familiarity,
        probabilities=heard.turns[:, : len(label_ids())],
        satisfaction=None if satisfaction is None else satisfaction.of(transcript.turns),
    )
    return scored, doubts(Doubted(scored, card, thought, transcript, facts))
