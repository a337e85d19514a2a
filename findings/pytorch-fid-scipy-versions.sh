#!/usr/bin/env bash
# pytorch-fid 0.3.0 prints another FID for the same features when SciPy changes. Where most features are zero, as after a
# ReLU, the product of the two covariances is singular. sqrtm of SciPy 1.15.3 then gives NaN, and pytorch-fid adds 1e-6 to
# both diagonals and warns; sqrtm of SciPy 1.17.1 gives a finite root, and nothing is added. torch-fidelity 0.4.0, which
# takes the root from eigenvalues, has one value under both. So an FID of pytorch-fid (or clean-fid, which has the same
# code) needs the version of SciPy beside it.
#
# Features: two sets of 500 rows, max(normal - 2.5, 0) * 10 in 64 columns; two columns are zero in one of the sets.
#
# Expected: one number. Seen:
#
#   scipy 1.15.3: pytorch-fid 3.589151 (adds 1e-06), torch-fidelity 3.590154
#   scipy 1.17.1: pytorch-fid 3.590154, torch-fidelity 3.590154
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip="$folder/venv/bin/pip"
"$pip" install --quiet torch==2.14.1 torchvision==0.29.1 pytorch-fid==0.3.0 torch-fidelity==0.4.0 numpy==2.4.6 scipy==1.17.1 || exit 2
"$pip" install --quiet --no-deps --target "$folder/older" scipy==1.15.3 || exit 2

cat > "$folder/run.py" <<'PY'
import contextlib
import io
import warnings

import numpy as np
import scipy
from pytorch_fid.fid_score import calculate_frechet_distance
from torch_fidelity.metric_fid import fid_statistics_to_metric

warnings.simplefilter("ignore")
random = np.random.RandomState(0)


def statistics():
    rows = np.maximum(random.randn(500, 64) - 2.5, 0) * 10
    return {"mu": rows.mean(0), "sigma": np.cov(rows, rowvar=False)}


a, b = statistics(), statistics()
printed = io.StringIO()
with contextlib.redirect_stdout(printed):
    fid = calculate_frechet_distance(a["mu"], a["sigma"], b["mu"], b["sigma"])
added = " (adds 1e-06)" if "adding 1e-06" in printed.getvalue() else ""
other = fid_statistics_to_metric(a, b, False)["frechet_inception_distance"]
print(f"scipy {scipy.__version__}: pytorch-fid {fid:.6f}{added}, torch-fidelity {other:.6f}")
PY
{
  PYTHONPATH="$folder/older" "$folder/venv/bin/python" "$folder/run.py"
  "$folder/venv/bin/python" "$folder/run.py"
} | tee "$folder/seen"
grep '^#   scipy' "$0" | sed 's/^#   //' | diff - "$folder/seen" >&2 || { echo "The behavior changed." >&2; exit 1; }
