import pytest

from models.errors import BadDefinition
from models.transcript import Role
from scoring.starter.corpus import read_corpus, starter_corpus
from scoring.starter.labels import label_ids

TURNS = "before,role,text,labels\n你说啊,a,这个不归我管。,shirking\n,c,好的。,\n"
DIALOGUE = "dialogue,role,text,labels\nx-001,a,您好。,\nx-001,c,气死我了。,dissatisfied\nx-001,a,对不起。,apology\n"
CALLS = "dialogue,kind,satisfaction,resolved\nx-001,complaint,-2,no\n"


def test_the_corpus_that_ships_is_whole() -> None:
    corpus = starter_corpus()
    lines = [line for own in corpus.turns.values() for line in own]
    assert len(lines) >= 3000
    assert len(corpus.dialogues) >= 300
    assert len(corpus.turns) == len({dialogue.industry for dialogue in corpus.dialogues}) == 8
    assert {label for line in lines for label in line.labels} == set(label_ids())
    assert corpus.standard
    assert not any(line.labels for line in corpus.standard)


def test_a_line_of_a_dialogue_knows_what_the_other_side_said_last() -> None:
    corpus = read_corpus({"turns/x.csv": TURNS, "dialogues/x.csv": DIALOGUE, "dialogues/x-calls.csv": CALLS})
    (dialogue,) = corpus.dialogues
    assert (dialogue.kind, dialogue.satisfaction, dialogue.resolved) == ("complaint", -2, "no")
    assert [(line.role, line.before, line.place) for line in dialogue.lines] == [
        (Role.AGENT, "", 0.0),
        (Role.CUSTOMER, "您好。", 0.5),
        (Role.AGENT, "气死我了。", 1.0),
    ]


def test_what_was_heard_is_read_where_it_is_known() -> None:
    text = "before,role,text,labels,heard\n,a,您好。,,你好\n"
    assert read_corpus({"turns/x.csv": text}).turns["x"][0].heard == "你好"


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("turns/x.csv", TURNS.replace("shirking", "shirkin"), 2),
        ("turns/x.csv", TURNS.replace("shirking", "dissatisfied"), 2),
        ("turns/x.csv", TURNS.replace(",c,", ",b,"), 3),
        ("turns/x.csv", TURNS.replace("before,", "earlier,"), 1),
        ("turns/x.csv", TURNS.replace("好的。", "好,的。"), 3),
        ("dialogues/x-calls.csv", CALLS.replace("-2", "-3"), 2),
        ("dialogues/x-calls.csv", CALLS.replace("x-001", "x-002"), 2),
    ],
)
def test_a_wrong_row_says_its_file_and_line(file: str, text: str, line: int) -> None:
    files = {"turns/x.csv": TURNS, "dialogues/x.csv": DIALOGUE, "dialogues/x-calls.csv": CALLS, file: text}
    with pytest.raises(BadDefinition) as caught:
        read_corpus(files)
    assert (caught.value.reason.facts["file"], caught.value.reason.facts["line"]) == (file, line)
    assert caught.value.say("zh")


def test_another_corpus_has_another_hash() -> None:
    assert read_corpus({"turns/x.csv": TURNS}).sha256 != read_corpus({"turns/x.csv": TURNS + ",c,嗯。,\n"}).sha256
