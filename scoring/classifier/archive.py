"""A classifier as bytes: plain arrays and a JSON header, no pickle."""

import io
import json
import lzma
import struct
import zipfile
import zlib
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from models.errors import BadInput
from models.reason import Reason
from scoring.classifier.bands import Band, Costs
from scoring.classifier.classifier import Classifier
from scoring.classifier.features import BITS
from scoring.classifier.item_model import ItemModel
from scoring.classifier.reading import FEATURES
from scoring.classifier.satisfaction import Satisfaction
from scoring.classifier.signs import CallSigns
from scoring.classifier.turn_model import TurnModel
from scoring.starter.labels import label_ids
from scoring.starter.signs import sign_ids

FORMAT = 1
LARGEST = 512 * 1024 * 1024
"""Bytes it may have when unpacked."""
_SATISFACTION = "satisfaction."
_TIMES = (2020, 1, 1, 0, 0, 0)
_WRONG = (
    *(LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RuntimeError, MemoryError),
    *(OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
)
"""What reading bytes that are no archive may raise: bad zip, bad array, bad JSON, parts that are missing.

One wrong bit makes a zip encrypted, or of a method nobody knows (RuntimeError), or an array of terabytes (MemoryError).
"""
Arrays = dict[str, NDArray[Any]]


def to_bytes(classifier: Classifier) -> bytes:
    """The same classifier gives the same bytes."""
    items = sorted(classifier.items.items())
    header = {
        "format": FORMAT,
        "version": classifier.version,
        "corpus": classifier.corpus,
        "labels": list(classifier.turn.labels),
        "features": list(FEATURES),
        "costs": asdict(classifier.costs),
        "items": [_item_header(card, item, model) for (card, item), model in items],
    }
    arrays: Arrays = {
        "header": np.frombuffer(json.dumps(header, ensure_ascii=False, sort_keys=True).encode(), np.uint8),
        "slots": classifier.turn.slots,
        "weights": classifier.turn.weights,
        "dense": classifier.turn.dense,
        "platt": classifier.turn.platt,
        "signs": classifier.signs.platt,
        "items": np.array([model.weights for _, model in items], np.float32).reshape(-1, len(FEATURES) + 1),
        "calls": np.array(classifier.calls, np.int64),
    }
    if classifier.satisfaction is not None:
        arrays |= {f"{_SATISFACTION}{name}": array for name, array in classifier.satisfaction.arrays().items()}
    return _zipped(arrays)


def from_bytes(body: bytes) -> Classifier:
    """Whatever `to_bytes` made.

    Raises:
        BadInput: these are not the bytes of a classifier of this format.
    """
    try:
        arrays = _unzipped(body)
        header = json.loads(arrays["header"].tobytes())
        _check(header, arrays)
        return _classifier(header, arrays)
    except _WRONG as error:
        raise BadInput("scoring.bad_classifier", problem=f"{type(error).__name__}: {error}"[:200]) from None


def _classifier(header: dict[str, Any], arrays: Arrays) -> Classifier:
    turn = TurnModel(tuple(header["labels"]), arrays["slots"], arrays["weights"], arrays["dense"], arrays["platt"])
    items = {
        (told["card"], told["item"]): _item_model(told, weights)
        for told, weights in zip(header["items"], arrays["items"], strict=True)
    }
    return Classifier(
        version=str(header["version"]),
        turn=turn,
        signs=CallSigns(arrays["signs"]),
        items=items,
        satisfaction=_satisfaction(arrays),
        costs=Costs(**header["costs"]),
        calls=tuple(arrays["calls"].tolist()),
        corpus=str(header["corpus"]),
    )


def _satisfaction(arrays: Arrays) -> Satisfaction | None:
    own = {name.removeprefix(_SATISFACTION): array for name, array in arrays.items() if name.startswith(_SATISFACTION)}
    if own:
        _check_satisfaction(own)
    return Satisfaction.from_arrays(own) if own else None


def _item_header(card: str, item: str, model: ItemModel) -> dict[str, Any]:
    cold = None if model.cold is None else {"code": model.cold.code, "facts": dict(model.cold.facts)}
    counts = {"calls": model.calls, "errors": model.errors}
    return {"card": card, "item": item, "band": asdict(model.band), "cold": cold, **counts}


def _item_model(told: dict[str, Any], weights: NDArray[Any]) -> ItemModel:
    cold = None if told["cold"] is None else TypeAdapter(Reason).validate_python(told["cold"])
    return ItemModel(Band(**told["band"]), weights, told["calls"], told["errors"], cold)


def _check(header: dict[str, Any], arrays: Arrays) -> None:
    """Whether it was made by this code, and its parts fit each other.

    Raises:
        ValueError: they do not.
    """
    if header["format"] != FORMAT:
        raise ValueError(f"format {header['format']}, not {FORMAT}")
    if tuple(header["labels"]) != label_ids() or tuple(header["features"]) != FEATURES:
        raise ValueError("other labels or features")
    slots, labels = arrays["slots"], len(label_ids())
    shapes = {
        "weights": (2, len(slots) + 1, labels + 2),
        "dense": (labels, 3),
        "platt": (labels, 2),
        "signs": (len(sign_ids()), 2),
        "items": (len(header["items"]), len(FEATURES) + 1),
    }
    for name, shape in shapes.items():
        array = arrays[name]
        if array.shape != shape or array.dtype != np.float32 or not np.isfinite(array).all():
            raise ValueError(f"{name}: not {shape} finite numbers")
    ascending = slots.ndim == 1 and slots.dtype == np.uint32 and bool((np.diff(slots.astype(np.int64)) > 0).all())
    if not ascending or (slots >= 1 << BITS).any():
        raise ValueError("slots")
    if arrays["calls"].ndim != 1 or arrays["calls"].dtype != np.int64:
        raise ValueError("calls")
    bands = [told["band"] for told in header["items"]]
    if not all(0 <= band["low"] <= band["high"] <= 1 for band in bands):
        raise ValueError("bands")


def _check_satisfaction(arrays: Arrays) -> None:
    """As `_check`."""
    for name, array in arrays.items():
        of_slots = name not in {"idf", "weights"} or array.shape[-1] == len(arrays["slots"])
        if not (of_slots and np.isfinite(array).all()):
            raise ValueError(f"{_SATISFACTION}{name}")


def _zipped(arrays: Arrays) -> bytes:
    """As np.savez_compressed, but with no time in it."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(arrays):
            array = io.BytesIO()
            np.lib.format.write_array(array, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", _TIMES)
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, array.getvalue(), compresslevel=1)
    return body.getvalue()


def _unzipped(body: bytes) -> Arrays:
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        if sum(entry.file_size for entry in file.infolist()) > LARGEST:
            raise ValueError("too large")
    with np.load(io.BytesIO(body), allow_pickle=False) as loaded:
        return {name: loaded[name] for name in loaded.files}
