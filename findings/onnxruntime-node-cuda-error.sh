#!/usr/bin/env bash
# onnxruntime-node 1.30.0 on Linux on x64: where CUDA's provider can't be loaded, because CUDA or cuDNN lacks or the file is damaged, the
# error that a program gets names neither the library nor the reason. The dynamic loader's sentence stands in a log line on stderr alone,
# which the session's own logSeverityLevel does not silence. So a program can't tell its user what is missing by the error.
#
# Expected: an error that says which library can't be opened. Seen:
#
#   error: OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library
#   stderr: … Failed to load library …/libonnxruntime_providers_shared.so with error: …: file too short
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > init.log
npm install --silent --ignore-scripts onnxruntime-node@1.30.0 || exit 2

libraries=node_modules/onnxruntime-node/bin/napi-v6/linux/x64
# The first of the two that are loaded; of what the second needs, it says no more.
printf 'no library' > "$libraries/libonnxruntime_providers_shared.so"

cat > run.cjs <<'JS'
const { InferenceSession } = require('onnxruntime-node');
const options = { executionProviders: ['cuda', 'cpu'], logSeverityLevel: 4 };
InferenceSession.create(new Uint8Array([8, 9]), options).then(
  () => console.log('opens'),
  (error) => console.log(error.message.trim()),
);
JS
node run.cjs > message.txt 2> log.txt || true
echo "error: $(cat message.txt)"
echo "stderr: $(grep -ao 'Failed to load library.*' log.txt | head -1)"
grep -q 'Failed to load shared library' message.txt && ! grep -q 'file too short' message.txt && grep -aq 'file too short' log.txt
