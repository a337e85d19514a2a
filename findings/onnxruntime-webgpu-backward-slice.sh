#!/usr/bin/env bash
# onnxruntime-node 1.30.0: on the WebGPU provider a Slice with a negative step begins at the last element of the axis, wherever `starts` says
# that it begins. The shape of the output is right, and there is no error: only the numbers are others. From the last element it is right.
#
# Needs a WebGPU adapter, as the software one of Debian's chromium: set VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json and
# LD_LIBRARY_PATH=/usr/lib/chromium. Without any it ends with 2.
#
# Expected: the same numbers on both. Seen on SwiftShader:
#
#   0..5 from 5 by -2: cpu 5,3,1 webgpu 5,3,1
#   0..5 from 4 by -2: cpu 4,2,0 webgpu 5,3,1
#   0..5 from 2 by -1: cpu 2,1,0 webgpu 5,4,3
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnx==1.23.2 || exit 2
(cd "$folder" && npm init -y >/dev/null && npm install --silent --ignore-scripts onnxruntime-node@1.30.0) || exit 2

"$folder/venv/bin/python" - "$folder" <<'PY'
import sys

from onnx import TensorProto, checker, helper, save

for start, step in ((5, -2), (4, -2), (2, -1)):
    lists = {"starts": [start], "ends": [-7], "axes": [0], "steps": [step]}
    node = helper.make_node("Slice", ["x", *lists], ["y"], name="backward")
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, sides) for name, sides in (("x", [6]), ("y", [3]))]
    constants = [helper.make_tensor(name, TensorProto.INT64, [1], values) for name, values in lists.items()]
    graph = helper.make_graph([node], "slice", ends[:1], ends[1:], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    checker.check_model(model, full_check=True)
    save(model, f"{sys.argv[1]}/{start} by {step}.onnx")
PY

cat > "$folder/run.mjs" <<'JS'
import { InferenceSession, Tensor, env } from 'onnxruntime-node';

env.logLevel = 'fatal';
const x = new Tensor('float32', Float32Array.of(0, 1, 2, 3, 4, 5), [6]);
for (const name of ['5 by -2', '4 by -2', '2 by -1']) {
  const seen = [];
  for (const device of ['cpu', 'webgpu']) {
    let session;
    try {
      session = await InferenceSession.create(`${name}.onnx`, { executionProviders: [device], logSeverityLevel: 4 });
    } catch (error) {
      console.error(`no session on ${device}: ${error.message}`);
      process.exit(2);
    }
    seen.push(`${device} ${[...(await session.run({ x })).y.data].join()}`);
  }
  console.log(`0..5 from ${name}: ${seen.join(' ')}`);
}
JS
(cd "$folder" && node run.mjs) | tee "$folder/seen" || exit 2
grep -E '^#   0' "$0" | sed 's/^#   //' | diff - "$folder/seen" >&2 || { echo "The behavior changed." >&2; exit 1; }
