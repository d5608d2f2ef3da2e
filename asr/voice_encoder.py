"""The voice encoder as an ONNX model, built from its weights when first needed.

numpy alone computes the same ten times slower; onnxruntime comes with faster-whisper, for Silero.
"""

from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from asr.voice_weights import Weights, has_voice_weights, voice_weights
from models.errors import MissingPart

LAYERS = 3
HIDDEN = 256
OPSET = 17
IR_VERSION = 8

Numbers = npt.NDArray[np.float32]


def can_tell_voices() -> bool:
    """Whether everything the encoder needs is installed."""
    return has_voice_weights() and find_spec("onnx") is not None and find_spec("onnxruntime") is not None


@cache
def voice_encoder() -> Any:
    """A session from `mels` [frames, windows, 40] to `voice` [windows, 256], unit vectors.

    Raises:
        MissingPart: the weights, onnx or onnxruntime are not installed.
    """
    if not can_tell_voices():
        raise MissingPart("asr.no_voice_weights")
    # Imported when first needed: it is slow to load, and two-channel calls never need it.
    import onnxruntime  # noqa: PLC0415

    return onnxruntime.InferenceSession(_model(voice_weights()), providers=["CPUExecutionProvider"])


def _model(weights: Weights) -> bytes:
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415

    constants = [numpy_helper.from_array(np.array([axis], np.int64), f"axis{axis}") for axis in (0, 1)]
    nodes, below = [], "mels"
    for layer in range(LAYERS):
        constants += [numpy_helper.from_array(array, name) for name, array in _layer(weights, layer).items()]
        names = [f"{kind}{layer}" for kind in ("input", "state", "bias")]
        nodes.append(helper.make_node("LSTM", [below, *names], [f"all{layer}", f"last{layer}"], hidden_size=HIDDEN))
        below = f"seen{layer}"
        nodes.append(helper.make_node("Squeeze", [f"all{layer}", "axis1"], [below]))
    constants += [numpy_helper.from_array(weights[f"linear.{name}"], name) for name in ("weight", "bias")]
    nodes += [
        helper.make_node("Squeeze", [f"last{LAYERS - 1}", "axis0"], ["last"]),
        helper.make_node("Gemm", ["last", "weight", "bias"], ["projected"], transB=1),
        helper.make_node("Relu", ["projected"], ["positive"]),
        helper.make_node("LpNormalization", ["positive"], ["voice"], axis=1, p=2),
    ]
    graph = helper.make_graph(
        nodes,
        "voice encoder",
        [helper.make_tensor_value_info("mels", TensorProto.FLOAT, ["frames", "windows", 40])],
        [helper.make_tensor_value_info("voice", TensorProto.FLOAT, ["windows", 256])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    return bytes(model.SerializeToString())


def _layer(weights: Weights, layer: int) -> dict[str, Numbers]:
    """One LSTM's arrays as ONNX wants them."""
    in_order = {name: _onnx_order(weights[f"lstm.{name}_l{layer}"]) for name in ("weight_ih", "weight_hh")}
    bias = [_onnx_order(weights[f"lstm.{name}_l{layer}"]) for name in ("bias_ih", "bias_hh")]
    return {
        f"input{layer}": in_order["weight_ih"][None],
        f"state{layer}": in_order["weight_hh"][None],
        f"bias{layer}": np.concatenate(bias)[None],
    }


def _onnx_order(gates: Numbers) -> Numbers:
    """PyTorch's input, forget, cell, output gates in ONNX's order: input, output, forget, cell."""
    into, forget, cell, out = np.split(gates, 4)
    return np.concatenate([into, out, forget, cell])
