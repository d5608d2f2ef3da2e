"""Work in another process: answers, refusals, and what does not end."""

import os
import time

import pytest

from api.apart import Apart, TookTooLong
from models.errors import BadDefinition
from scoring.pack import parse_pack


def refuse(code: str) -> None:
    raise BadDefinition(code, line=3)


def fill_memory() -> int:
    return len(bytearray(8 * 1024**3))


def die() -> None:
    os._exit(1)


def test_work_is_answered_from_another_process(apart: Apart) -> None:
    assert apart.ask(30, os.getpid) != os.getpid()


def test_a_refusal_arrives_with_its_code_and_facts(apart: Apart) -> None:
    with pytest.raises(BadDefinition) as refusal:
        apart.ask(30, refuse, "scoring.not_yaml")
    assert (refusal.value.reason.code, refusal.value.reason.facts) == ("scoring.not_yaml", {"line": 3})


def test_all_mistakes_of_a_text_arrive(apart: Apart) -> None:
    with pytest.raises(BadDefinition) as refusal:
        apart.ask(30, parse_pack, "pack: a\nversion: x\nrule: []\ncolour: red\n")
    assert len(refusal.value.details) == 3


def test_work_that_does_not_end_is_ended_and_the_next_is_answered(apart: Apart) -> None:
    begun = time.monotonic()
    with pytest.raises(TookTooLong) as refusal:
        apart.ask(0.5, time.sleep, 60)
    assert refusal.value.reason.code == "api.took_too_long"
    assert time.monotonic() - begun < 20
    assert apart.ask(30, len, "abc") == 3


def test_work_that_fills_the_memory_or_dies_is_a_refusal(apart: Apart) -> None:
    for work in (fill_memory, die):
        with pytest.raises(TookTooLong) as refusal:
            apart.ask(30, work)
        assert refusal.value.reason.code == "api.took_too_much"


def test_who_finds_no_free_worker_is_told_so() -> None:
    with Apart(workers=0) as nobody, pytest.raises(TookTooLong) as refusal:
        nobody.ask(0.05, len, "abc")
    assert refusal.value.reason.code == "api.busy_apart"


def test_a_mistake_of_ours_is_raised_where_it_was_asked_and_the_worker_goes_on(apart: Apart) -> None:
    worker = apart.ask(30, os.getpid)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        apart.ask(30, divmod, 1, 0)
    assert apart.ask(30, os.getpid) == worker
