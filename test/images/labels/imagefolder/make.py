"""Writes expected.json: what Hugging Face's `datasets` (imagefolder) reads of folders of 1x1 pictures with metadata.

python3 -m pip install datasets pillow && python3 make.py
"""
import json, os, tempfile
import datasets
from PIL import Image

CASES = {
    "csv": {"files": ["a.png", "b.png", "c.png"], "metadata.csv": "file_name,label\nb.png,dog\na.png,cat\nc.png,dog\n"},
    "jsonl": {"files": ["x/1.png", "x/2.png", "y/1.png"],
              "metadata.jsonl": "".join(json.dumps(row) + "\n" for row in [
                  {"file_name": "y/1.png", "label": 7, "note": "n"},
                  {"file_name": "x/1.png", "label": 11, "note": "m"},
                  {"file_name": "x/2.png", "label": 7, "note": "o"}])},
    "splits": {"files": ["train/1.png", "train/2.png", "test/3.png"],
               "train/metadata.csv": "file_name,label\n1.png,cat\n2.png,owl\n",
               "test/metadata.csv": "file_name,label\n3.png,dog\n"},
    "class-folders": {"files": ["train/dog/1.png", "train/cat/2.png", "validation/cat/3.png"]},
}

expected = []
for name, case in CASES.items():
    with tempfile.TemporaryDirectory() as root:
        for i, path in enumerate(case["files"]):
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            Image.new("RGB", (1, 1), (i + 1,) * 3).save(os.path.join(root, path))
        tables = {key: text for key, text in case.items() if key != "files"}
        for path, text in tables.items():
            with open(os.path.join(root, path), "w") as file:
                file.write(text)
        found = {}
        for split, rows in datasets.load_dataset("imagefolder", data_dir=root, cache_dir=os.path.join(root, ".cache")).items():
            feature = rows.features["label"]
            read = (lambda v: feature.int2str(v)) if isinstance(feature, datasets.ClassLabel) else str
            found[split] = sorted([row["image"].getpixel((0, 0))[0], read(row["label"])] for row in rows)
        expected.append({"name": name, "files": case["files"], "tables": tables, "labels": found})
json.dump({"datasets": datasets.__version__, "cases": expected}, open("expected.json", "w"), indent=1)
