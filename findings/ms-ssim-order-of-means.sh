#!/usr/bin/env bash
# MS-SSIM of one pair of color pictures differs between libraries that cite the same paper, by more than the spread between
# classes that the AC-GAN paper draws from it. torchmetrics 1.9.0 takes the mean of the contrast term over the three channels
# before it clamps at 0 and takes powers; pytorch-msssim 1.0.0 and piq 0.8.0 clamp and take powers in each channel, then
# take the mean. For unrelated pictures, which are the ones that a diversity score draws, a term of one scale is often
# negative in one channel or in the mean: then one library says 0 and the other does not. With normalize=None torchmetrics
# gives NaN. Similar pictures hide the difference.
#
# Pairs of 192 x 192 pictures: unrelated smooth color noise; independent pixels; a picture and itself with a little noise.
#
# Expected: equal values to 1e-4. Seen:
#
#   unrelated smooth: torchmetrics 0.0000 (normalize=None: nan), pytorch-msssim 0.0499, piq 0.0499
#   unrelated pixels: torchmetrics 0.0657 (normalize=None: 0.0657), pytorch-msssim 0.0473, piq 0.0473
#   nearly equal: torchmetrics 0.9856 (normalize=None: 0.9856), pytorch-msssim 0.9856, piq 0.9856
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet torch==2.14.1 torchvision==0.29.1 torchmetrics==1.9.0 pytorch-msssim==1.0.0 piq==0.8.0 numpy==2.4.6 || exit 2

cat > "$folder/run.py" <<'PY'
import piq
import torch
from pytorch_msssim import ms_ssim
from torchmetrics.functional.image import multiscale_structural_similarity_index_measure as torchmetrics_ms_ssim


def smooth(count, generator):
    coarse = torch.rand(count, 3, 12, 12, generator=generator)
    return torch.nn.functional.interpolate(coarse, size=192, mode="bicubic").clamp(0, 1)


def compare(name, pictures):
    a, b = (pictures * 255).round().split(1)
    values = [torchmetrics_ms_ssim(a, b, data_range=255.0, normalize=normalize) for normalize in ("relu", None)]
    values += [ms_ssim(a, b, data_range=255), piq.multi_scale_ssim(a, b, data_range=255.0)]
    texts = [f"{value.item():.4f}" for value in values]
    print(f"{name}: torchmetrics {texts[0]} (normalize=None: {texts[1]}), pytorch-msssim {texts[2]}, piq {texts[3]}")


compare("unrelated smooth", smooth(2, torch.Generator().manual_seed(7)))
compare("unrelated pixels", torch.rand(2, 3, 192, 192, generator=torch.Generator().manual_seed(0)))
generator = torch.Generator().manual_seed(1)
picture = smooth(1, generator)
noisy = (picture + 0.1 * torch.rand(picture.shape, generator=generator)).clamp(0, 1)
compare("nearly equal", torch.cat([picture, noisy]))
PY
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
grep -E '^#   (un|nearly)' "$0" | sed 's/^#   //' | diff - "$folder/seen" >&2 || { echo "The behavior changed." >&2; exit 1; }
