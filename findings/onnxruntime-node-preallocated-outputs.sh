#!/usr/bin/env bash
# onnxruntime-node 1.30.0: a tensor that is given as a fetch of `session.run`, for an output to be written into, is written into; but the result holds
# another array, a copy that the binding makes of every output. So memory that is kept for outputs saves nothing: each run still allocates and copies
# them. A training step whose weights and momentum are 30 MB copies 30 MB, and these arrays make V8 collect garbage in two steps of three.
#
# Expected: the result is the tensor that was given, or shares its memory. Seen:
#
#   written into the given array: 0,2,0,4
#   the result shares its memory: false
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > init.log
npm install --silent --ignore-scripts onnxruntime-node@1.30.0 || exit 2

cat > run.cjs <<'JS'
const { InferenceSession, Tensor } = require('onnxruntime-node');
// y = Relu(x), float32 [4]
const model = 'CAgSB2dhbmV2YWw6QAoWCgF4EgF5GgZSZWx1IzAiBFJlbHU6ABIEcmVsdVoPCgF4EgoKCAgBEgQKAggEYg8KAXkSCgoICAESBAoCCARCBAoAEBI=';
InferenceSession.create(Buffer.from(model, 'base64')).then(async (session) => {
  const own = new Tensor('float32', new Float32Array(4), [4]);
  const x = new Tensor('float32', Float32Array.of(-1, 2, -3, 4), [4]);
  const { y } = await session.run({ x }, { y: own });
  console.log(`written into the given array: ${[...own.data].join()}`);
  console.log(`the result shares its memory: ${y.data.buffer === own.data.buffer}`);
});
JS
node run.cjs > seen.txt
cat seen.txt
grep -q 'given array: 0,2,0,4' seen.txt && grep -q 'memory: false' seen.txt
