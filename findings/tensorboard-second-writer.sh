#!/usr/bin/env bash
# TensorBoard 2.21.0 reads the event files of a folder one after the other, in the order of their names, and looks at no earlier one again
# once a later one is there: what a training goes on writing into the first is never shown if a second program wrote a file with a later
# name into the same folder. That is so with --load_fast=false, where the data server has no wheel, and in EventAccumulator, which scripts
# read with. With the data server, which a plain installation on Linux and macOS uses, it is all shown.
#
# Expected: the same steps in both. Seen, after the first file got a step 3 while TensorBoard ran:
#
#   --load_fast=true shows steps 1 2 3
#   --load_fast=false shows steps 1 2
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet tensorboard==2.21.0 'setuptools<81' || exit 2

cat > "$folder/append.py" <<'PY'
import os
import sys

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

path, step = sys.argv[1], int(sys.argv[2])
is_new = not os.path.exists(path)
with open(path, "ab") as file:
    writer = RecordWriter(file)
    if is_new:
        writer.write(Event(wall_time=1.7e9, file_version="brain.Event:2").SerializeToString())
    value = Summary.Value(tag="loss", simple_value=step)
    writer.write(Event(wall_time=1.7e9 + step, step=step, summary=Summary(value=[value])).SerializeToString())
PY
cat > "$folder/steps.py" <<'PY'
import json
import sys
import time
import urllib.request

port, expected, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3])
steps = ""
for _ in range(seconds):
    time.sleep(1)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/data/plugin/scalars/scalars?run=.&tag=loss") as answer:
            steps = " ".join(str(step) for _, step, _ in json.load(answer))
    except OSError:
        continue
    if steps == expected:
        break
print(steps)
PY

python="$folder/venv/bin/python"
for fast in true false; do
  logs="$folder/logs-$fast"
  mkdir "$logs"
  "$python" "$folder/append.py" "$logs/events.out.tfevents.1.training" 1
  "$python" "$folder/append.py" "$logs/events.out.tfevents.2.other" 2
  port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  "$folder/venv/bin/tensorboard" --logdir "$logs" --port "$port" --load_fast="$fast" --reload_interval 1 >/dev/null 2>&1 &
  server=$!
  "$python" "$folder/steps.py" "$port" "1 2" 90 >/dev/null
  "$python" "$folder/append.py" "$logs/events.out.tfevents.1.training" 3
  echo "--load_fast=$fast shows steps $("$python" "$folder/steps.py" "$port" "1 2 3" 20)"
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
done | tee "$folder/seen" || exit 2
grep -E '^#   --load' "$0" | sed 's/^#   //' | diff - "$folder/seen" >&2 || { echo "The behavior changed." >&2; exit 1; }
