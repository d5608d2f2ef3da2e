"""What changed from one text to another."""

import pytest

from pipeline.rulebook import definitions
from tests.pipeline.rulebook.drafted import CASUAL, IMPATIENT, SHIRKING, card_text, pack_text


class TestComparison:
    def test_rules_that_came_went_and_changed(self) -> None:
        old = pack_text(SHIRKING, IMPATIENT)
        new = pack_text({**SHIRKING, "name": "推诿塞责"}, CASUAL, version=2, title="柜台新规则")
        found = definitions.compare(old, new)
        assert (found.added, found.removed) == (("desk-casual",), ("desk-impatient",))
        assert found.changed == {"": ("title",), "desk-shirking": ("name",)}
        assert "-    name: 推诿" in found.lines
        assert "+    name: 推诿塞责" in found.lines

    def test_items_that_changed(self) -> None:
        found = definitions.compare(
            card_text("desk-shirking"), card_text("desk-shirking", "desk-casual", deduct=5, version=2)
        )
        assert found.added == ("desk-casual-item",)
        assert found.changed == {"desk-shirking-item": ("rules",)}

    def test_a_number_is_no_change(self) -> None:
        found = definitions.compare(pack_text(SHIRKING), pack_text(SHIRKING, version=2))
        assert (found.added, found.removed, found.changed) == ((), (), {})
        assert found.lines

    @pytest.mark.parametrize("wrong", ["rules: [", "just words", "[1, 2]", "rules: {a: 1}", ""])
    def test_of_a_wrong_text_the_lines_are_compared(self, wrong: str) -> None:
        assert definitions.compare(wrong, pack_text(SHIRKING)).lines
        assert definitions.compare(wrong, wrong).lines == ()
