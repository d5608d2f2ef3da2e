import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from models.errors import BadInput
from models.reason import Reason
from scoring.classifier.archive import from_bytes, to_bytes
from scoring.classifier.bands import Band, Costs
from scoring.classifier.classifier import Classifier, opinions
from scoring.classifier.item_model import ItemModel, cold_weights
from tests.scoring.classifier.taught import card, starter
from tests.scoring.classifier.test_opinions import RUDE


def classifier() -> Classifier:
    few = Reason("scoring.few_verdicts", {"calls": 3, "needed": 30})
    trained = ItemModel(Band(0.2, 0.9), cold_weights() * 2, 40, 12)
    items = {
        ("inbound-service", "patience"): trained,
        ("inbound-service", "care"): ItemModel(Band(0.3, 0.8), cold_weights(), 3, 1, few),
    }
    return replace(starter(), version="7", items=items, costs=Costs(4, 2, 1), calls=(1, 5, 9))


def test_what_is_kept_is_the_same_classifier() -> None:
    before = classifier()
    after = from_bytes(to_bytes(before))
    assert opinions(after, card(), RUDE, ()) == opinions(before, card(), RUDE, ())
    assert (after.version, after.calls, after.costs, after.corpus) == ("7", (1, 5, 9), Costs(4, 2, 1), "small")
    assert after.items["inbound-service", "care"].cold == before.items["inbound-service", "care"].cold
    assert after.satisfaction is not None
    assert before.satisfaction is not None
    assert after.satisfaction.of(RUDE.turns) == pytest.approx(before.satisfaction.of(RUDE.turns))


def test_the_same_classifier_gives_the_same_bytes() -> None:
    body = to_bytes(classifier())
    assert to_bytes(from_bytes(body)) == body


def tampered(**arrays: object) -> bytes:
    with np.load(io.BytesIO(to_bytes(classifier()))) as loaded:
        kept = {name: loaded[name] for name in loaded.files}
    body = io.BytesIO()
    np.savez(body, **{**kept, **arrays})  # type: ignore[arg-type]
    return body.getvalue()


def of_method(method: int) -> bytes:
    """One byte of the zip's directory is wrong: how its first part is packed."""
    body = bytearray(to_bytes(classifier()))
    body[body.index(b"PK\x01\x02") + 10] = method
    return bytes(body)


def of_terabytes() -> bytes:
    """A part of some bytes says that it is an array of terabytes."""
    body, header = io.BytesIO(), io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f4", "fortran_order": False, "shape": (1 << 44,)})
    with zipfile.ZipFile(body, "w") as file:
        file.writestr("header.npy", header.getvalue())
    return body.getvalue()


def told(**changes: object) -> bytes:
    """The header says something else of each item."""
    with np.load(io.BytesIO(to_bytes(classifier()))) as loaded:
        header = json.loads(loaded["header"].tobytes())
    header["items"] = [{**item, **changes} for item in header["items"]]
    return tampered(header=np.frombuffer(json.dumps(header).encode(), np.uint8))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(lambda: b"", id="empty"),
        pytest.param(lambda: b"PK\x03\x04 nothing", id="not a zip"),
        pytest.param(lambda: to_bytes(classifier())[:-200], id="cut off"),
        pytest.param(lambda: tampered(header=np.frombuffer(b"{}", np.uint8)), id="no header"),
        pytest.param(lambda: tampered(platt=np.zeros((3, 2), np.float32)), id="other labels"),
        pytest.param(lambda: tampered(signs=np.full_like(classifier().signs.platt, np.nan)), id="not numbers"),
        pytest.param(lambda: tampered(slots=classifier().turn.slots[::-1]), id="grams out of order"),
        pytest.param(lambda: tampered(**{"satisfaction.slots": np.array([2**32 - 1], np.uint32)}), id="unknown slots"),
        pytest.param(lambda: tampered(**{"satisfaction.idf": np.zeros((4, 0), np.float32)}), id="no weights of grams"),
        pytest.param(lambda: of_method(99), id="a zip of no method"),
        pytest.param(of_terabytes, id="terabytes"),
        pytest.param(lambda: told(band={"low": 0.9, "high": float("nan")}), id="a band of nothing"),
        pytest.param(lambda: tampered(calls=np.array([{"a": 1}], object)), id="a pickle"),
    ],
)
def test_other_bytes_are_refused(body: Callable[[], bytes]) -> None:
    with pytest.raises(BadInput) as caught:
        from_bytes(body())
    assert caught.value.reason.code == "scoring.bad_classifier"
    assert caught.value.say("zh")
