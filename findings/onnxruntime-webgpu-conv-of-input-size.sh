#!/usr/bin/env bash
# onnxruntime-node 1.30.0: on the WebGPU provider a Conv whose filter is as large as its input loses its padding where that is behind alone
# (pads 0, 0, 1, 1, or auto_pad SAME_UPPER with a 2x2 filter and stride 1): the first number is right, the others are 0. There is no error,
# and the shape is right. On a larger input, or with padding in front too, the same filter gives the CPU's numbers.
#
# Needs a WebGPU adapter, as the software one of Debian's chromium: set VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json and
# LD_LIBRARY_PATH=/usr/lib/chromium. Without any it ends with 2.
#
# Expected: the same numbers on both. Seen on SwiftShader, for a 2x2 filter of ones and an input of 1, 2, 3, ...:
#
#   2x2, pads 0,0,1,1: cpu 10,6,7,4 webgpu 10,0,0,0
#   2x2, pads 1,1,0,0: cpu 1,3,4,10 webgpu 1,3,4,10
#   2x2, SAME_UPPER: cpu 10,6,7,4 webgpu 10,0,0,0
#   3x3, pads 0,0,1,1: cpu 12,16,9,24,28,15,15,17,9 webgpu 12,16,9,24,28,15,15,17,9
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnx==1.23.2 || exit 2
(cd "$folder" && npm init -y >/dev/null && npm install --silent --ignore-scripts onnxruntime-node@1.30.0) || exit 2

"$folder/venv/bin/python" - "$folder" <<'PY'
import sys

from onnx import TensorProto, checker, helper, save

behind, before = {"pads": [0, 0, 1, 1]}, {"pads": [1, 1, 0, 0]}
cases = {
    "2x2, pads 0,0,1,1": (2, behind),
    "2x2, pads 1,1,0,0": (2, before),
    "2x2, SAME_UPPER": (2, {"auto_pad": "SAME_UPPER"}),
    "3x3, pads 0,0,1,1": (3, behind),
}
for name, (side, attributes) in cases.items():
    node = helper.make_node("Conv", ["x", "w"], ["y"], name="conv", **attributes)
    ends = [helper.make_tensor_value_info(end, TensorProto.FLOAT, [1, 1, side, side]) for end in "xy"]
    weights = helper.make_tensor("w", TensorProto.FLOAT, [1, 1, 2, 2], [1, 1, 1, 1])
    graph = helper.make_graph([node], "conv", ends[:1], ends[1:], [weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    checker.check_model(model, full_check=True)
    save(model, f"{sys.argv[1]}/{name}.onnx")
PY

cat > "$folder/run.mjs" <<'JS'
import { InferenceSession, Tensor, env } from 'onnxruntime-node';

env.logLevel = 'fatal';
for (const name of ['2x2, pads 0,0,1,1', '2x2, pads 1,1,0,0', '2x2, SAME_UPPER', '3x3, pads 0,0,1,1']) {
  const side = Number(name[0]);
  const x = new Tensor('float32', Float32Array.from({ length: side ** 2 }, (_, i) => i + 1), [1, 1, side, side]);
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
  console.log(`${name}: ${seen.join(' ')}`);
}
JS
(cd "$folder" && node run.mjs) | tee "$folder/seen" || exit 2
grep -E '^#   [23]x' "$0" | sed 's/^#   //' | diff - "$folder/seen" >&2 || { echo "The behavior changed." >&2; exit 1; }
