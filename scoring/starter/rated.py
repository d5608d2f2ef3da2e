"""The starter's dialogues as ratings of how content their customers are."""

from scoring.classifier.satisfaction import RatedDialogue, Said
from scoring.starter.corpus import Corpus

READERS_AGREE = 0.6
"""One reader gives −2 where the mean of many rarely does: their ratings lie so much nearer to the middle."""


def rated_dialogues(corpus: Corpus) -> list[RatedDialogue]:
    return [
        RatedDialogue(
            tuple(Said(line.role, line.text) for line in dialogue.lines), READERS_AGREE * dialogue.satisfaction
        )
        for dialogue in corpus.dialogues
    ]
