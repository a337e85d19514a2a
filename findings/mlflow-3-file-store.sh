#!/usr/bin/env bash
# MLflow 3.17.2 neither makes nor opens a folder of runs (`mlruns`, `file:///…`), which was its default for years: its client raises, and asks
# for a database or for MLFLOW_ALLOW_FILE_STORE=true. A program that writes the files of that layout itself (meta.yaml, metrics/NAME with
# "timestamp value step") is read by no MLflow 3 as it is installed; its REST API takes the same numbers.
#
# Expected: a metric that was logged can be read. Seen:
#
#   MLflow 3.17.2 makes a folder of runs: MlflowException
#   with MLFLOW_ALLOW_FILE_STORE=true: fid 12.0
#   MLflow 3.17.2 reads that folder without it: MlflowException
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet mlflow==3.17.2 || exit 2
python="$folder/venv/bin/python"

cat > "$folder/write.py" <<'PY'
import sys

import mlflow

mlflow.set_tracking_uri(f"file://{sys.argv[1]}")
mlflow.set_experiment("first")
with mlflow.start_run():
    mlflow.log_metric("fid", 12.0, step=100)
PY
cat > "$folder/read.py" <<'PY'
import sys

from mlflow import MlflowClient

client = MlflowClient(f"file://{sys.argv[1]}")
[run] = client.search_runs([client.get_experiment_by_name("first").experiment_id])
print("fid", run.data.metrics["fid"])
PY

# What a script printed last, or the name of its exception.
try() {
  "$@" 2>"$folder/error" | tail -n 1 && return
  grep -oE '\bMlflowException\b' "$folder/error" | head -n 1
}
{
  echo "MLflow 3.17.2 makes a folder of runs: $(try "$python" "$folder/write.py" "$folder/runs")"
  MLFLOW_ALLOW_FILE_STORE=true "$python" "$folder/write.py" "$folder/runs" 2>/dev/null
  echo "with MLFLOW_ALLOW_FILE_STORE=true: $(MLFLOW_ALLOW_FILE_STORE=true try "$python" "$folder/read.py" "$folder/runs")"
  echo "MLflow 3.17.2 reads that folder without it: $(try "$python" "$folder/read.py" "$folder/runs")"
} | tee "$folder/seen" || exit 2
grep -E '^#   (MLflow|with)' "$0" | sed 's/^#   //' | diff - "$folder/seen" >&2 || { echo "The behavior changed." >&2; exit 1; }
