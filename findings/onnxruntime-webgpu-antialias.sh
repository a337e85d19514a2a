#!/usr/bin/env bash
# onnxruntime-node 1.30.0: the WebGPU provider takes a Resize with antialias=1 as its own when a session is made, and only fails when it
# runs. A node that a provider can't compute falls to the CPU provider of the same session, as the documentation of providers says; this
# one doesn't, so that every network that shrinks its pictures as Pillow does opens and never answers. With the name of the node in the
# provider's option forceCpuNodeNames the same session runs, and gives the CPU's numbers.
#
# Needs a WebGPU adapter, as the software one of Debian's chromium: set VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json and
# LD_LIBRARY_PATH=/usr/lib/chromium. Without any it ends with 2.
#
# Expected: true, true and true. Seen on SwiftShader (the failure on an NVIDIA H200 as well):
#
#   plain resize on WebGPU is near the CPU: true
#   antialiased resize on WebGPU: Non-zero status code returned while running Resize node. Name:'shrink' Status Message: The antialias attribute of Resize operator is NOT implemented.
#   with forceCpuNodeNames it is near the CPU: true
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnx==1.23.2 || exit 2
(cd "$folder" && npm init -y >/dev/null && npm install --silent --ignore-scripts onnxruntime-node@1.30.0) || exit 2

"$folder/venv/bin/python" - "$folder" <<'PY'
import sys

from onnx import TensorProto, checker, helper, save

for name, antialias in (("plain", 0), ("antialias", 1)):
    node = helper.make_node(
        "Resize", ["x", "", "", "sizes"], ["y"], name="shrink", mode="linear", antialias=antialias
    )
    ends = [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8]),
        helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3, 4, 4]),
    ]
    sizes = helper.make_tensor("sizes", TensorProto.INT64, [4], [1, 3, 4, 4])
    graph = helper.make_graph([node], name, ends[:1], ends[1:], [sizes])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    checker.check_model(model, full_check=True)
    save(model, f"{sys.argv[1]}/{name}.onnx")
PY

cat > "$folder/run.mjs" <<'JS'
import { InferenceSession, Tensor, env } from 'onnxruntime-node';

env.logLevel = 'fatal';
const x = new Tensor('float32', Float32Array.from({ length: 192 }, (_, i) => ((i * 37) % 101) / 101), [1, 3, 8, 8]);
async function resize(name, providers) {
  const session = await InferenceSession.create(`${name}.onnx`, { executionProviders: providers, logSeverityLevel: 4 });
  try {
    return (await session.run({ x })).y.data;
  } catch (error) {
    return error;
  }
}
const isNear = (a, b) => a.length === b.length && a.every((value, i) => Math.abs(value - b[i]) < 1e-5);

let plain;
try {
  plain = await resize('plain', ['webgpu', 'cpu']);
} catch (error) {
  console.log(`no WebGPU here: ${error.message}`);
  process.exit(2);
}
const isPlainRight = isNear(plain, await resize('plain', ['cpu']));
console.log('plain resize on WebGPU is near the CPU:', isPlainRight);
const failure = await resize('antialias', ['webgpu', 'cpu']);
console.log('antialiased resize on WebGPU:', failure instanceof Error ? failure.message.trim() : 'runs');
const forced = await resize('antialias', [{ name: 'webgpu', forceCpuNodeNames: ['shrink'] }, 'cpu']);
const isForcedRight = isNear(forced, await resize('antialias', ['cpu']));
console.log('with forceCpuNodeNames it is near the CPU:', isForcedRight);
const isAsDescribed = failure instanceof Error && /antialias attribute .* NOT implemented/.test(failure.message);
process.exitCode = isPlainRight && isForcedRight && isAsDescribed ? 0 : 1;
JS
cd "$folder" && node run.mjs
