#!/usr/bin/env bash
# onnxruntime 1.30.0 on the CPU: an element-by-element operator with a scalar (shape [] or [1]) takes more than ten times as long, a hundred
# times here, where the last axis of the other tensor is 1, as that of gray pictures [N, H, W, 1] or of a column [N, 1] is. A tensor of the
# same shape takes no longer than without that axis, and neither does the same number as [1, 1, 1, 1]: a scalar with as many axes. The
# numbers are the same.
#
# Expected: an axis of 1 costs nothing, and a scalar is no slower for having no axes. Seen, for twenty operators in a row and one thread:
#
#   Mul by []: [100, 28, 28] 0.11 ms, [100, 28, 28, 1] 9.57 ms, 87 times as long
#   Mul by [1]: [100, 28, 28] 0.11 ms, [100, 28, 28, 1] 9.75 ms, 87 times as long
#   Add of []: [100, 28, 28] 0.11 ms, [100, 28, 28, 1] 10.06 ms, 92 times as long
#   Mul by []: [78400] 0.11 ms, [78400, 1] 9.63 ms, 88 times as long
#   Mul by 1 in all axes: [100, 28, 28] 0.11 ms, [100, 28, 28, 1] 0.11 ms, 1 times as long
#   Mul by the same shape: [100, 28, 28] 0.16 ms, [100, 28, 28, 1] 0.14 ms, 1 times as long
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnxruntime==1.30.0 onnx==1.23.2 numpy==2.4.6 || exit 2

cat > "$folder/run.py" <<'PY'
import sys
import time

import numpy as np
import onnxruntime
from onnx import TensorProto, helper

IN_A_ROW = 20
NUMBERS = np.random.RandomState(0).rand(100 * 28 * 28).astype(np.float32)


def run(operator, shape, other):
    """The least time of forty runs in milliseconds, and what comes out."""
    names = [f"y{i}" for i in range(IN_A_ROW + 1)]
    nodes = [helper.make_node(operator, [names[i], "other"], [names[i + 1]]) for i in range(IN_A_ROW)]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in (names[0], names[-1])]
    value = np.full(other, 1.01, np.float32)
    constant = helper.make_tensor("other", TensorProto.FLOAT, other, value.ravel())
    graph = helper.make_graph(nodes, "row", ends[:1], ends[1:], [constant])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    x = NUMBERS.reshape(shape)
    least = float("inf")
    for _ in range(40):
        start = time.perf_counter()
        (y,) = session.run(None, {names[0]: x})
        least = min(least, time.perf_counter() - start)
    return least * 1000, y.ravel()


def compare(title, operator, shape, other):
    """How many times as long it takes with an axis of 1 behind the shape, and whether the numbers are the same."""
    short, expected = run(operator, shape, other(shape))
    long, made = run(operator, [*shape, 1], other([*shape, 1]))
    ratio = long / short
    print(f"{title}: {shape} {short:.2f} ms, {[*shape, 1]} {long:.2f} ms, {ratio:.0f} times as long")
    return ratio, np.array_equal(made, expected)


PICTURES, COLUMN = [100, 28, 28], [78400]
slow = [
    compare("Mul by []", "Mul", PICTURES, lambda shape: []),
    compare("Mul by [1]", "Mul", PICTURES, lambda shape: [1]),
    compare("Add of []", "Add", PICTURES, lambda shape: []),
    compare("Mul by []", "Mul", COLUMN, lambda shape: []),
]
fast = [
    compare("Mul by 1 in all axes", "Mul", PICTURES, lambda shape: [1] * len(shape)),
    compare("Mul by the same shape", "Mul", PICTURES, lambda shape: shape),
]
equal = all(each for _, each in [*slow, *fast])
sys.exit(0 if equal and all(ratio > 10 for ratio, _ in slow) and all(ratio < 4 for ratio, _ in fast) else 1)
PY
"$folder/venv/bin/python" "$folder/run.py"
