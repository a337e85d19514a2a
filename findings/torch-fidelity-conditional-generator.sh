#!/usr/bin/env bash
# torch-fidelity 0.4.0, released after NumPy 2, can't score a conditional generator with any NumPy from 1.24 on: it draws the
# classes with dtype=np.int, a name that NumPy 1.24 removed. The same call with an unconditional generator (num_classes=0)
# works with the same NumPy, so that an installation looks sound. Its package names no upper version of NumPy. Whoever calls
# it in place of a peer has to draw with NumPy before 1.24, or to put the name back: numpy.int was the int of Python.
#
# Generator: one linear layer that paints every pixel by the latent vector; the mean of each channel as features.
#
# Expected: features of 8 pictures, three times. Seen:
#
#   unconditional: 8 rows
#   conditional, 3 classes: AttributeError: module 'numpy' has no attribute 'int'.
#   conditional, 3 classes, numpy.int put back: 8 rows
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet torch==2.14.1 torchvision==0.29.1 torch-fidelity==0.4.0 numpy==2.4.6 || exit 2

cat > "$folder/run.py" <<'PY'
import warnings

import numpy as np
import torch
from torch_fidelity.feature_extractor_base import FeatureExtractorBase
from torch_fidelity.generative_model_modulewrapper import GenerativeModelModuleWrapper
from torch_fidelity.utils import get_featuresdict_from_generative_model

warnings.simplefilter("ignore")


class Generator(torch.nn.Module):
    """A color from the latent vector, the same for every class."""

    def forward(self, latent, labels=None):
        color = (latent[:, :3].sigmoid() * 255).to(torch.uint8)
        return color[:, :, None, None].expand(-1, -1, 8, 8)


class Means(FeatureExtractorBase):
    """The mean of each channel."""

    @staticmethod
    def get_provided_features_list():
        return ("means",)

    @staticmethod
    def get_default_feature_layer_for_metric(metric):
        return "means"

    @staticmethod
    def can_be_compiled():
        return False

    @staticmethod
    def get_dummy_input_for_compile():
        return torch.zeros(1, 3, 8, 8, dtype=torch.uint8)

    def forward(self, pictures):
        return (pictures.float().mean((2, 3)),)


def extract(num_classes):
    model = GenerativeModelModuleWrapper(Generator(), 4, "normal", num_classes)
    found = get_featuresdict_from_generative_model(
        model, Means("means", ["means"]), num_samples=8, batch_size=4, cuda=False, verbose=False, rng_seed=1
    )
    return f"{len(found['means'])} rows"


def attempt(what, num_classes):
    try:
        seen = extract(num_classes)
    except AttributeError as error:
        seen = f"AttributeError: {str(error).splitlines()[0]}"
    print(f"{what}: {seen}")


attempt("unconditional", 0)
attempt("conditional, 3 classes", 3)
np.int = int
attempt("conditional, 3 classes, numpy.int put back", 3)
PY
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
grep -E '^#   (un)?conditional' "$0" | sed 's/^#   //' | diff - "$folder/seen" >&2 || { echo "The behavior changed." >&2; exit 1; }
