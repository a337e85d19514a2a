"""Reads with the programs' own packages what trackers.js made of lines.json in a folder, and ends with an error where it differs."""

import json
import math
import os
import sys

folder, url = sys.argv[1:]
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
with open(f"{folder}/lines.json") as file:
    lines = json.load(file)
scored = [line for line in lines if line["status"] == "scored"]
steps = [line["step"] for line in scored]
times = [1.7e9 + 60 * i for i, line in enumerate(lines) if line["status"] == "scored"]
values = {
    "fid": [line["metrics"][0]["value"] for line in scored],
    "low": [line["metrics"][0]["interval"]["low"] for line in scored],
    "other": [line["metrics"][1]["value"] for line in scored],
    "cat": [line["metrics"][2]["perClass"][0]["value"] for line in scored],
}
classes = [each["class"] for each in scored[0]["metrics"][2]["perClass"]]


def same(seen, expected, what):
    if seen != expected:
        sys.exit(f"{what}: {seen!r}, not {expected!r}")


def close(seen, expected, what):
    if len(seen) != len(expected) or not all(math.isclose(a, b, rel_tol=1e-6) for a, b in zip(seen, expected)):
        sys.exit(f"{what}: {seen!r}, not {expected!r}")


from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.custom_scalar import layout_pb2

events = EventAccumulator(f"{folder}/tb/ganeval", size_guidance={"scalars": 0, "images": 0, "tensors": 0})
events.Reload()
for tag, key in [("fid/value", "fid"), ("fid/low", "low"), ("fid@other.onnx/value", "other"), ("msssim/by class/cat", "cat")]:
    same([each.step for each in events.Scalars(tag)], steps, f"steps of {tag}")
    same([each.wall_time for each in events.Scalars(tag)], times, f"times of {tag}")
    close([each.value for each in events.Scalars(tag)], values[key], tag)
by_class = [tag for tag in events.Tags()["scalars"] if tag.startswith("msssim/by class/")]
same(len(by_class), len(classes), "classes")
same([each.step for each in events.Images("samples")], [line["step"] for line in lines], "steps of sheets")
told = {tag: [each.tensor_proto.string_val for each in events.Tensors(tag)] for tag in ("events", "failed sets")}
same(told, {"events": [[b"MS-SSIM of line\\nbreak rose.".replace(b"\\", b"&#92;")]], "failed sets": [[b"step&#95;7: It has no pictures."]]}, "texts")
(layout,) = events.Tensors("custom_scalars__config__")
chart = layout_pb2.Layout.FromString(layout.tensor_proto.string_val[0]).category[0].chart[0].margin.series[0]
same((chart.value, chart.lower, chart.upper), ("fid/value", "fid/low", "fid/high"), "chart")
print(f"tensorboard: {len(steps)} steps of {len(events.Tags()['scalars'])} tags, as written")

from prometheus_client.parser import text_string_to_metric_families

with open(f"{folder}/watch.prom", newline="") as file:
    families = {family.name: family for family in text_string_to_metric_families(file.read())}
samples = {name: [(sample.labels, sample.value) for sample in family.samples] for name, family in families.items()}
last = lines[-1]
names = sorted(labels["class"] for labels, _ in samples["ganeval_metric"] if "class" in labels)
same(names, sorted(classes), "classes in labels")
[fid] = [value for labels, value in samples["ganeval_metric"] if labels["metric"] == "fid" and "network" not in labels]
same(fid, last["metrics"][0]["value"], "fid in the text format")
same([value for _, value in samples["ganeval_last_step"]], [last["step"]], "last step")
same({labels["status"]: value for labels, value in samples["ganeval_sets"]}, {"scored": len(scored), "failed": 1}, "sets")
same(sum(value for labels, value in samples["ganeval_events"] if labels["kind"] == "collapse"), 1, "events")
same(all(family.documentation for family in families.values()), True, "help")
print(f"prometheus_client: {sum(map(len, samples.values()))} series of {len(families)} families, as written")

from mlflow import MlflowClient

client = MlflowClient(url)
experiment = client.get_experiment_by_name("watched")
[run] = client.search_runs([experiment.experiment_id])
same((run.info.status, run.info.run_name), ("FINISHED", "samples"), "run")
for key, name in [("ganeval/fid", "fid"), ("ganeval/fid_low", "low"), ("ganeval/fid_on_other.onnx", "other"), ("ganeval/msssim_by_class/cat", "cat")]:
    history = sorted(client.get_metric_history(run.info.run_id, key), key=lambda each: each.step)
    same([each.step for each in history], steps, f"steps of {key}")
    same([each.timestamp for each in history], [int(1000 * each) for each in times], f"times of {key}")
    same([each.value for each in history], values[name], key)
keys = [key for key in run.data.metrics if key.startswith("ganeval/msssim_by_class/")]
same(len(keys), len(classes), "classes in keys")
same(run.data.tags["ganeval.events"], "step_7: failed: It has no pictures.\nstep_12: MS-SSIM of line\\nbreak rose.", "events")
print(f"mlflow: {len(steps)} steps of {len(run.data.metrics)} keys, as written; one run, nothing twice")
