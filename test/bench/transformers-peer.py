"""Says "ready" once both networks have run, then reads "eager" or "compiled" line by line and answers with pictures a second: the PNGs of a folder, decoded by Pillow in a second
process while timm's network runs, resized and normalized as torch-fidelity does. Arguments: network, folder, threads."""
import os
import sys
import time

import numpy as np
import timm
import torch
from PIL import Image
from torch_fidelity.interpolate_compat_tensorflow import interpolate_bilinear_2d_like_tensorflow1x

NETWORKS = {
    "dinov2-vit-s-14": ("vit_small_patch14_dinov2", {"img_size": 224}),
    "dinov2-vit-b-14": ("vit_base_patch14_dinov2", {"img_size": 224}),
    "clip-vit-b-32": ("vit_base_patch32_clip_quickgelu_224", {"num_classes": 512}),
}
MEAN = torch.tensor([0.485, 0.456, 0.406]).reshape(3, 1, 1) * 255
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).reshape(3, 1, 1) * 255
BATCH = 8


class Folder(torch.utils.data.Dataset):
    def __init__(self, folder):
        self.files = sorted(os.path.join(folder, name) for name in os.listdir(folder))

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        return torch.from_numpy(np.array(Image.open(self.files[index]).convert("RGB"))).permute(2, 0, 1)


def rate(network, folder):
    start = time.perf_counter()
    rows = []
    for batch in torch.utils.data.DataLoader(Folder(folder), batch_size=BATCH, num_workers=1):
        pixels = interpolate_bilinear_2d_like_tensorflow1x(batch.float(), size=(224, 224), align_corners=False)
        rows.append(network((pixels - MEAN) / DEVIATION))
    features = torch.cat(rows).double().numpy()
    features.mean(0), np.cov(features, rowvar=False)
    return len(features) / (time.perf_counter() - start)


name, folder, threads = sys.argv[1:]
torch.set_num_threads(int(threads))
timm_name, options = NETWORKS[name]
with torch.inference_mode():
    eager = timm.create_model(timm_name, pretrained=False, **options).eval()
    compiled = torch.compile(eager)
    warm = torch.zeros(BATCH, 3, 224, 224)
    ways = {"eager": eager, "compiled": compiled}
    for network in ways.values():
        network(warm)
    print("ready", flush=True)
    for line in sys.stdin:
        print(rate(ways[line.strip()], folder), flush=True)
