"""Inception v3 by torchvision on a card: pictures a second of float32 with TF32 off and on, float16, channels last and compiled.

peer.py SECONDS prints a line of JSON for each.
"""
import json
import sys
import time

import torch
import torchvision

LIMIT = float(sys.argv[1]) if len(sys.argv) > 1 else 120
BEGUN = time.time()


def found(what, value, unit=""):
    print(json.dumps({"what": what, "value": value, "unit": unit}), flush=True)


def rate(run, count, seconds=1.5):
    for _ in range(3):
        run()
    torch.cuda.synchronize()
    times, end = [], time.time() + seconds
    while time.time() < end or len(times) < 3:
        start = time.perf_counter()
        run()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return count / sorted(times)[len(times) // 2]


def tf32(on):
    torch.backends.cuda.matmul.allow_tf32 = on
    torch.backends.cudnn.allow_tf32 = on


device = sys.argv[2] if len(sys.argv) > 2 else "cuda"
if device == "cpu":
    torch.cuda.synchronize = lambda: None
else:
    found("PyTorch", f"{torch.__version__}, {torch.cuda.get_device_name()}, cuDNN {torch.backends.cudnn.version()}")
torch.manual_seed(0)
torch.backends.cudnn.benchmark = True
net = torchvision.models.inception_v3(weights=None, init_weights=False, aux_logits=True).eval().to(device)
net.AuxLogits = None
net.aux_logits = False
sizes = [int(size) for size in sys.argv[3].split(",")] if len(sys.argv) > 3 else [8, 32, 64, 128]
with torch.inference_mode():
    x = {n: torch.rand(n, 3, 299, 299, device=device) * 2 - 1 for n in sizes}
    tf32(False)
    for n in sizes:
        found(f"float32, TF32 off, on the card, batch {n}", rate(lambda: net(x[n]), n), "pictures/s")
    big = sizes[-1]
    host = x[big].cpu()
    found(f"float32, TF32 off, to and from the host, batch {big}", rate(lambda: net(host.to(device)).cpu(), big), "pictures/s")
    if device != "cpu":
        pinned = host.pin_memory()
        found(f"float32, TF32 off, from pinned memory, batch {big}", rate(lambda: net(pinned.to(device, non_blocking=True)).cpu(), big), "pictures/s")
    channels_last = net.to(memory_format=torch.channels_last)
    last = {n: x[n].contiguous(memory_format=torch.channels_last) for n in sizes}
    found(f"float32, TF32 off, channels last, batch {big}", rate(lambda: channels_last(last[big]), big), "pictures/s")
    tf32(True)
    found(f"float32, TF32 on, channels last, batch {big}", rate(lambda: channels_last(last[big]), big), "pictures/s")
    net = net.to(memory_format=torch.contiguous_format)
    found(f"float32, TF32 on, batch {big}", rate(lambda: net(x[big]), big), "pictures/s")
    half = net.half().to(memory_format=torch.channels_last)
    h = last[big].half()
    found(f"float16, channels last, batch {big}", rate(lambda: half(h), big), "pictures/s")
    for name, on in (("TF32 off", False), ("TF32 on", True)):
        if time.time() - BEGUN > LIMIT - 60:
            found(f"compiled, {name}", "left out for want of time")
            continue
        tf32(on)
        net = net.float()
        start = time.time()
        compiled = torch.compile(net)
        value = rate(lambda: compiled(last[big]), big)
        found(f"float32, {name}, compiled, channels last, batch {big}", value, "pictures/s")
        found(f"compiling, {name}", time.time() - start, "s")
