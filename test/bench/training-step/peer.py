"""The steps of steps.js in PyTorch, with the same layers, dropout, optimizers and batches. First prints a JSON line with its version and the ways in which it can run each step. Then it
answers each line `STEP WAY WARM_UP STEPS` with the milliseconds of the quickest step. `--ways` of a step: eager; channels-last, eager with maps as channels-last; compiled and
compiled-channels-last, where forward and all gradients that are needed are one graph for torch.compile. Optimizers are the fused ones. Argument: threads."""
import json
import sys
import time

import torch
import torch.nn.functional as F
from torch.fx.experimental.proxy_tensor import make_fx
from torch.nn.functional import softplus

torch.set_num_threads(int(sys.argv[1]))
torch.set_flush_denormal(True)
torch.manual_seed(1)
LAST = torch.channels_last
RATE = 1e-5


def weight(*shape, deviation=0.02):
    return (torch.randn(*shape) * deviation).requires_grad_()


def zeros(length):
    return torch.zeros(length, requires_grad=True)


class Way:
    def __init__(self, name):
        self.compiled = name.startswith("compiled")
        self.last = name.endswith("channels-last")

    def maps(self, x):
        """Filters and maps in the layout of this way."""
        return x.detach().contiguous(memory_format=LAST).requires_grad_(x.requires_grad) if self.last else x

    def graph(self, function, arguments):
        """A function of tensors, with the gradients that it asks for, as it runs this way."""
        if not self.compiled:
            return function
        compiled = torch.compile(make_fx(function)(*arguments))

        def run(*given):
            # The graph has the gradients already: none of it is to be differentiated again.
            with torch.no_grad():
                return compiled(*given)

        return run


def update(optimizer, variables, gradients):
    for each, gradient in zip(variables, gradients):
        each.grad = gradient
    optimizer.step()


def alternating_gan(way, g, d, make_latent, pictures):
    """g and d: variables and a function of them and an input."""
    (g_variables, generate), (d_variables, discriminate) = g, d
    optimizers = [torch.optim.SGD(each, lr=RATE, momentum=0.5, fused=True) for each in (d_variables, g_variables)]

    def of_d(g_now, d_now, z, x):
        with torch.no_grad():
            fake = generate(g_now, z)
        loss = softplus(-discriminate(d_now, x)).mean() + softplus(discriminate(d_now, fake)).mean()
        return torch.autograd.grad(loss, d_now)

    def of_g(g_now, d_now, z):
        loss = softplus(-discriminate(d_now, generate(g_now, z))).mean()
        return (loss.detach(), *torch.autograd.grad(loss, g_now))

    of_d = way.graph(of_d, (g_variables, d_variables, make_latent(), pictures))
    of_g = way.graph(of_g, (g_variables, d_variables, make_latent()))

    def step():
        update(optimizers[0], d_variables, of_d(g_variables, d_variables, make_latent(), pictures))
        loss, *gradients = of_g(g_variables, d_variables, make_latent())
        update(optimizers[1], g_variables, gradients)
        return loss

    return step


def dense_parts(*widths):
    return [each for a, b in zip(widths, widths[1:]) for each in (weight(b, a), zeros(b))]


def mlp(way):
    def run(variables, x, last):
        for i in range(0, len(variables), 2):
            x = F.linear(x, variables[i], variables[i + 1])
            x = last(x) if i + 2 == len(variables) else F.relu(x)
        return x

    g = dense_parts(100, 1200, 1200, 784)
    d = dense_parts(784, 1200, 1200, 1)
    return alternating_gan(
        way,
        (g, lambda v, z: run(v, z, torch.sigmoid)),
        (d, lambda v, x: run(v, x, lambda y: y)),
        lambda: torch.randn(100, 100),
        torch.rand(100, 784),
    )


def recipe2014(way):
    """The joint update of the code of 2014: one G(z) and one D of it for both losses."""
    g = dense_parts(100, 1200, 1200, 784)
    d = dense_parts(784, 1200) + dense_parts(240, 1200) + dense_parts(240, 1)
    optimizers = [torch.optim.SGD(each, lr=RATE, momentum=0.5, fused=True) for each in (d, g)]
    pictures = torch.randint(0, 256, (100, 784), dtype=torch.uint8)

    def maxout(x, w, b):
        return F.linear(x, w, b).view(-1, 5, 240).amax(1)

    def discriminate(v, x):
        x = maxout(F.dropout(x, 0.2), v[0], v[1])
        x = maxout(F.dropout(x, 0.5), v[2], v[3])
        return F.linear(F.dropout(x, 0.5), v[4], v[5])

    def gradients(g_now, d_now, z, x):
        h = F.relu(F.linear(z, g_now[0], g_now[1]))
        h = F.relu(F.linear(h, g_now[2], g_now[3]))
        fake = torch.sigmoid(F.linear(h, g_now[4], g_now[5]))
        on_samples = discriminate(d_now, fake)
        loss_d = 0.5 * (softplus(-discriminate(d_now, x * (1 / 255))).mean() + softplus(on_samples).mean())
        loss_g = softplus(-on_samples).mean()
        of_d = torch.autograd.grad(loss_d, d_now, retain_graph=True)
        return (loss_d.detach(), loss_g.detach(), *of_d, *torch.autograd.grad(loss_g, g_now))

    latent = lambda: torch.empty(100, 100).uniform_(-(3**0.5), 3**0.5)
    gradients = way.graph(gradients, (g, d, latent(), pictures))

    def step():
        loss, _, *made = gradients(g, d, latent(), pictures)
        update(optimizers[0], d, made[: len(d)])
        update(optimizers[1], g, made[len(d) :])
        return loss

    return step


def norm(x, gamma, beta):
    return F.batch_norm(x, None, None, gamma, beta, training=True, eps=1e-3)


def dcgan(way):
    batch = 64
    ones = lambda length: torch.ones(length, requires_grad=True)
    scales = lambda *channels: [each for c in channels for each in (ones(c), zeros(c))]
    filters = lambda *pairs: [way.maps(weight(a, b, 5, 5)) for a, b in pairs]
    g = [weight(4096, 100), *filters((256, 128), (128, 64), (64, 3)), *scales(256, 128, 64)]
    d = [weight(1, 4096), *filters((64, 3), (128, 64), (256, 128)), *scales(128, 256)]

    def generate(v, z):
        x = F.linear(z, v[0])
        x = x.view(batch, 4, 4, 256).permute(0, 3, 1, 2) if way.last else x.view(batch, 256, 4, 4)
        for i in range(3):
            x = F.relu(norm(x, v[4 + 2 * i], v[5 + 2 * i]))
            x = F.conv_transpose2d(x, v[1 + i], stride=2, padding=2, output_padding=1)
        return torch.tanh(x)

    def discriminate(v, x):
        for i in range(3):
            x = F.conv2d(x, v[1 + i], stride=2, padding=2)
            x = F.leaky_relu(norm(x, v[2 + 2 * i], v[3 + 2 * i]) if i else x, 0.2)
        return F.linear((x.permute(0, 2, 3, 1) if way.last else x).reshape(batch, 4096), v[0])

    pictures = way.maps(torch.rand(batch, 3, 32, 32) * 2 - 1)
    return alternating_gan(way, (g, generate), (d, discriminate), lambda: torch.randn(batch, 100), pictures)


def classifier(way):
    spec = json.loads(sys.argv[2])
    variables, decayed, shifts = [], [], []

    def add(list_of, each):
        list_of.append(each)
        variables.append(each)
        return len(variables) - 1

    def unit(kernel, source, to):
        w = way.maps(weight(to, source, kernel, kernel, deviation=(2 / (kernel**2 * source)) ** 0.5))
        return add(decayed, w), add(shifts, zeros(to))

    stem = way.maps(torch.randn(spec["stem"], spec["channels"], 2, 2) * 0.3)
    stem_shift = add(shifts, zeros(spec["stem"]))
    channels, blocks = spec["stem"], []
    for block in spec["blocks"]:
        mixed = block["kind"] == "mixed"
        triple, double = block["triple"], block["double"]
        heads = [block["single"], triple[0], double[0], block["pool"]] if mixed else [triple[0], double[0]]
        units = [unit(1, channels, sum(heads)), unit(3, *triple), unit(3, *double[:2]), unit(3, *double[1:])]
        blocks.append((mixed, heads, units))
        channels = triple[1] + double[2] + (block["single"] + block["pool"] if mixed else channels)
    last = add(decayed, torch.zeros(10, channels, requires_grad=True))
    last_shift = torch.zeros(10, requires_grad=True)
    variables.append(last_shift)

    def activate(v, x, shift):
        return F.relu(F.batch_norm(x, None, None, None, v[shift], training=True, eps=1e-3))

    def loss_of(v, x, targets):
        run = lambda each, y, stride=1: activate(v, F.conv2d(y, v[each[0]], stride=stride, padding=v[each[0]].shape[2] // 2), each[1])
        x = activate(v, F.conv2d(x, stem), stem_shift)
        for mixed, heads, (head, triple, double1, double2) in blocks:
            stride = 1 if mixed else 2
            parts = run(head, x).split(heads, 1)
            at = 1 if mixed else 0
            three = run(triple, parts[at], stride)
            twice = run(double2, run(double1, parts[at + 1]), stride)
            pooled = F.avg_pool2d(parts[3] if mixed else x, 3, stride, 1, count_include_pad=False)
            x = torch.cat([parts[0], three, twice, pooled] if mixed else [three, twice, pooled], 1)
        return F.cross_entropy(F.linear(x.mean((2, 3)), v[last], v[last_shift_at]), targets)

    last_shift_at = len(variables) - 1

    def gradients(v, x, targets):
        loss = loss_of(v, x, targets)
        return (loss.detach(), *torch.autograd.grad(loss, v))

    groups = [
        {"params": decayed, "weight_decay": 8e-4},
        {"params": shifts, "lr": 0.01 * 8, "weight_decay": 0},
        {"params": [last_shift], "weight_decay": 0},
    ]
    optimizer = torch.optim.SGD(groups, lr=0.01, momentum=0.9, nesterov=True, fused=True)
    averages = [each.detach().clone() for each in variables]
    pictures = way.maps(torch.randn(128, 3, 32, 32))
    targets = F.one_hot(torch.arange(128) % 10, 10).float()
    gradients = way.graph(gradients, (variables, pictures, targets))

    def step():
        loss, *made = gradients(variables, pictures, targets)
        update(optimizer, variables, made)
        torch._foreach_lerp_(averages, [each.detach() for each in variables], 0.002)
        return loss

    return step


DENSE_WAYS = ["eager", "compiled"]
ALL_WAYS = ["eager", "channels-last", "compiled", "compiled-channels-last"]
STEPS = {
    "mlp": (mlp, DENSE_WAYS),
    "recipe2014": (recipe2014, DENSE_WAYS),
    "dcgan": (dcgan, ALL_WAYS),
    "classifier": (classifier, ALL_WAYS),
}
made = {}


def quickest(name, way, warm_up, steps):
    if (name, way) not in made:
        made[name, way] = STEPS[name][0](Way(way))
    step = made[name, way]
    for _ in range(warm_up):
        step()
    least = float("inf")
    for _ in range(steps):
        start = time.perf_counter()
        loss = float(step().detach())
        least = min(least, time.perf_counter() - start)
    if loss != loss:
        raise ArithmeticError(f"the loss of {name} is NaN")
    return least * 1000


print(json.dumps({"version": torch.__version__, "ways": {name: ways for name, (_, ways) in STEPS.items()}}), flush=True)
for line in sys.stdin:
    name, way, warm_up, steps = line.split()
    print(quickest(name, way, int(warm_up), int(steps)), flush=True)
