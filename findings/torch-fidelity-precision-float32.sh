#!/usr/bin/env bash
# torch-fidelity 0.4.0 takes the distances of precision and recall from torch.cdist on float32 features. With more than 25
# rows cdist multiplies matrices (|a|^2 + |b|^2 - 2ab), which loses the small distances of features whose spread is small
# beside their mean, so that many distances come out as 0 or as a multiple of the rounding step. Precision and recall are
# then too high, without a warning. prdc 0.2 takes the same float32 array and gives the exact values, since scikit-learn
# computes float32 distances in float64 blocks.
#
# Features: 500 samples and 500 references, 64 columns, mean 1, standard deviation 0.001, k = 3.
#
# Expected: one pair of values. Seen (the first line can differ in its digits with the processor, so the script only checks
# that its precision is 0.05 or more above the exact one):
#
#   torch-fidelity, float32: precision 0.776, recall 0.788
#   torch-fidelity, the same values as float64: precision 0.586, recall 0.580
#   prdc, float32: precision 0.586, recall 0.580
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet torch==2.14.1 torchvision==0.29.1 torch-fidelity==0.4.0 prdc==0.2 scikit-learn==1.9.1 numpy==2.2.6 || exit 2

cat > "$folder/run.py" <<'PY'
import contextlib
import io
import sys

import numpy as np
import torch
from prdc import compute_prdc
from torch_fidelity.metric_prc import prc_features_to_metric

random = np.random.RandomState(0)
reference = (1 + 0.001 * random.randn(500, 64)).astype(np.float32)
samples = (1 + 0.001 * (random.randn(500, 64) + 1.5 / 8)).astype(np.float32)


def show(name, values):
    print(f"{name}: precision {values['precision']:.3f}, recall {values['recall']:.3f}")
    return values


def torch_fidelity(dtype):
    a, b = (torch.from_numpy(rows).to(dtype) for rows in (samples, reference))
    return prc_features_to_metric(a, b, prc_neighborhood=3, prc_batch_size=10000, save_cpu_ram=False, verbose=False)


narrow = show("torch-fidelity, float32", torch_fidelity(torch.float32))
wide = show("torch-fidelity, the same values as float64", torch_fidelity(torch.float64))
with contextlib.redirect_stdout(io.StringIO()):
    values = compute_prdc(reference, samples, 3)
exact = show("prdc, float32", values)
same = all(abs(wide[name] - exact[name]) < 1e-6 for name in ("precision", "recall"))
if not same or narrow["precision"] < exact["precision"] + 0.05:
    sys.exit("The behavior changed.")
PY
"$folder/venv/bin/python" "$folder/run.py"
