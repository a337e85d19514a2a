#!/usr/bin/env bash
# torchmetrics 1.9.0: InceptionScore(splits=10) does not always make 10 splits. It cuts the logits with torch.chunk, whose
# chunks have ceil(N / 10) rows: 11 pictures make 6 splits, 25 make 9, 90 make 10. Its deviation over the splits has the
# divisor splits - 1 (ddof 1) where the paper's code and torch-fidelity have splits (ddof 0): 5 % more at 10 splits. Both
# change what stands behind "mean ± deviation of 10 splits", and no warning is given.
#
# Logits: random with one class that wins, so that a split of n pictures of n classes scores n; the score of torchmetrics
# is then the mean size of its splits.
#
# Expected: 10 splits. Seen:
#
#   11 pictures of 11 classes: mean 1.833, deviation 0.408: 6 splits
#   25 pictures of 25 classes: mean 2.778, deviation 0.667: 9 splits
#   90 pictures of 90 classes: mean 9.000, deviation 0.000: 10 splits
#   1000 pictures: deviation of torchmetrics 1.0541 times that of its own splits with ddof 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet torch==2.13.0 torchmetrics==1.9.0 numpy==2.2.6 || exit 2

cat > "$folder/run.py" <<'PY'
import warnings

import torch
from torchmetrics.image.inception import InceptionScore

warnings.simplefilter("ignore")


class Logits(torch.nn.Module):
    """A network whose logits are its input."""

    def forward(self, rows):
        return rows


def score(rows):
    metric = InceptionScore(feature=Logits(), splits=10)
    metric.update(rows)
    torch.manual_seed(0)
    mean, deviation = metric.compute()
    return mean.item(), deviation.item()


for count in (11, 25, 90):
    mean, deviation = score(100 * torch.eye(count))
    print(
        f"{count} pictures of {count} classes: mean {mean:.3f}, deviation {deviation:.3f}: "
        f"{round(count / mean)} splits"
    )

rows = 3 * torch.randn(1000, 10, generator=torch.Generator().manual_seed(0))
_, deviation = score(rows)
torch.manual_seed(0)
shuffled = rows[torch.randperm(1000)].double().softmax(1)
scores = [(p * (p / p.mean(0)).log()).sum(1).mean().exp() for p in shuffled.split(100)]
ratio = deviation / torch.stack(scores).std(unbiased=False).item()
print(f"1000 pictures: deviation of torchmetrics {ratio:.4f} times that of its own splits with ddof 0")
PY
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
grep -E '^#   [0-9]+ pictures' "$0" | sed 's/^#   //' | diff - "$folder/seen" >&2 || { echo "The behavior changed." >&2; exit 1; }
