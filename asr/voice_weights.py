"""The voice encoder's weights, from the PyPI package Resemblyzer 0.1.4 (Apache-2.0), read without torch.

`pip install --no-deps Resemblyzer==0.1.4` brings them; the package itself, which needs torch, is never imported.
The file is PyTorch's old format: pickles that describe tensors, then their numbers one after another.
"""

import hashlib
import pickle  # read only by a reader that can make nothing but tensors' descriptions, of a file with a known hash
import struct
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import MissingPart

SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"

PREAMBLE_PICKLES = 3
"""Magic number, protocol and machine facts."""

Weights = Mapping[str, npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class _Storage:
    key: str
    dtype: str


@dataclass(frozen=True, slots=True)
class _Tensor:
    storage: _Storage
    offset: int
    size: tuple[int, ...]


def has_voice_weights() -> bool:
    """Whether the package is installed."""
    return _weights_file() is not None


@cache
def voice_weights() -> Weights:
    """Every tensor of the encoder by its name in PyTorch.

    Raises:
        MissingPart: the package is not installed, or its file is not the one known.
    """
    path = _weights_file()
    if path is None:
        raise MissingPart("asr.no_voice_weights")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise MissingPart("asr.voice_weights_damaged")
    return _read(BytesIO(content))


def _weights_file() -> Path | None:
    package = find_spec("resemblyzer")
    if package is None or not package.submodule_search_locations:
        return None
    path = Path(package.submodule_search_locations[0], "pretrained.pt")
    return path if path.is_file() else None


class _Reader(pickle.Unpickler):
    """Makes descriptions of tensors, and nothing else whatever the file asks for."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module.startswith("torch") and name.endswith("Storage"):
            return name
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return _parameter
        raise pickle.UnpicklingError(f"{module}.{name}")

    def persistent_load(self, pid: Any) -> _Storage:
        return _Storage(pid[2], pid[1])


def _tensor(storage: _Storage, offset: int, size: tuple[int, ...], *_: Any) -> _Tensor:
    return _Tensor(storage, offset, size)


def _parameter(tensor: _Tensor, *_: Any) -> _Tensor:
    return tensor


def _read(file: BytesIO) -> Weights:
    for _ in range(PREAMBLE_PICKLES):
        _Reader(file).load()
    described = _Reader(file).load()
    keys = _Reader(file).load()
    bytes_each = {storage.key: 8 if storage.dtype == "LongStorage" else 4 for storage in _storages(described)}
    numbers: dict[str, bytes] = {}
    for key in keys:
        (count,) = struct.unpack("<q", file.read(8))
        numbers[key] = file.read(count * bytes_each.get(key, 4))
    return {name: _filled(tensor, numbers) for name, tensor in described["model_state"].items()}


def _storages(described: Any) -> list[_Storage]:
    if isinstance(described, _Tensor):
        return [described.storage]
    inner = described.values() if isinstance(described, dict) else described if isinstance(described, list) else ()
    return [storage for one in inner for storage in _storages(one)]


def _filled(tensor: _Tensor, numbers: Mapping[str, bytes]) -> npt.NDArray[np.float32]:
    flat = np.frombuffer(numbers[tensor.storage.key], np.float32)[tensor.offset :]
    return flat[: int(np.prod(tensor.size))].reshape(tensor.size)
