#!/usr/bin/env bash
# onnxruntime 1.30.0: a valid network that turns pictures from NHWC to NCHW and resizes them with the attribute `axes` (opset 18, two
# sizes for two axes) can't be opened with the default graph optimization. The optimizer that moves a Transpose behind a Resize treats
# `sizes` as one number per dimension, and the next shape inference finds none left. The same network opens without optimization, and so
# does the one that names all four sizes.
#
# Expected: both ways of writing one resize open, and give the same pixels. Seen:
#
#   sizes of all four dimensions: opens, equal to the run without optimization
#   sizes of axes 2 and 3: ShapeInferenceError: Number of elements of input 'sizes' (0) does not match the number of axes (2)
#   sizes of axes 2 and 3, without optimization: opens, equal to the four sizes
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnxruntime==1.30.0 onnx==1.23.2 numpy==2.4.6 || exit 2

cat > "$folder/run.py" <<'PY'
import sys

import numpy as np
import onnxruntime
from onnx import TensorProto, checker, helper

onnxruntime.set_default_logger_severity(4)
PICTURE = np.random.RandomState(0).rand(1, 8, 8, 3).astype(np.float32)
OFF = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
ALL = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL


def resize(sizes, level, **attributes):
    nodes = [
        helper.make_node("Transpose", ["x"], ["channels"], perm=[0, 3, 1, 2]),
        helper.make_node("Resize", ["channels", "", "", "sizes"], ["small"], mode="linear", **attributes),
        helper.make_node("Transpose", ["small"], ["y"], perm=[0, 2, 3, 1]),
    ]
    ends = [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 8, 8, 3]),
        helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 4, 6, 3]),
    ]
    constant = helper.make_tensor("sizes", TensorProto.INT64, [len(sizes)], sizes)
    graph = helper.make_graph(nodes, "resize", ends[:1], ends[1:], [constant])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=9)
    checker.check_model(model, full_check=True)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = level
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": PICTURE})[0]


four = resize([1, 3, 4, 6], ALL)
print("four sizes equal the run without optimization:", np.array_equal(four, resize([1, 3, 4, 6], OFF)))
two = np.array_equal(four, resize([4, 6], OFF, axes=[2, 3]))
print("two sizes without optimization equal the four:", two)
try:
    resize([4, 6], ALL, axes=[2, 3])
    message = "opens"
except Exception as error:
    message = str(error)
print("two sizes:", message.strip())
sys.exit(0 if two and "Number of elements of input 'sizes' (0) does not match" in message else 1)
PY
"$folder/venv/bin/python" "$folder/run.py"
