#!/usr/bin/env bash
# Image.resize gives other pixels in Pillow 13 than in Pillow 12 for the same call: where the height loses more than twice as many pixels as the
# width, Pillow 13 resizes down before it resizes across. Both passes round to whole levels, so the order shows. Pictures that are square
# before and after do not change; a 200 x 333 picture that dgm-eval stretches to 224 x 224 does, and so does what a network sees of it.
#
# Expected: the same digests from both versions. Seen:
#
#   12.0.0: 200x333 hv, 333x200 hv, 300x300 hv, 60x80 hv, 60x81 hv
#   13.0.0: 200x333 vh, 333x200 hv, 300x300 hv, 60x80 hv, 60x81 vh
#
# (to 224 x 224, the last two to 40 x 40; "hv" is the result of two calls, across and then down, "vh" of the other order)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/run.py" <<'PY'
import random
import PIL
from PIL import Image


def order(width, height, side):
    pixels = random.Random(1).randbytes(width * height * 3)
    image = Image.frombytes("RGB", (width, height), pixels)
    whole = image.resize((side, side), Image.BICUBIC).tobytes()
    across = image.resize((side, height), Image.BICUBIC).resize((side, side), Image.BICUBIC).tobytes()
    down = image.resize((width, side), Image.BICUBIC).resize((side, side), Image.BICUBIC).tobytes()
    return {across: "hv", down: "vh"}.get(whole, "neither")


cases = [(200, 333, 224), (333, 200, 224), (300, 300, 224), (60, 80, 40), (60, 81, 40)]
print(f"{PIL.__version__}: " + ", ".join(f"{w}x{h} {order(w, h, side)}" for w, h, side in cases))
PY
for version in 12.0.0 13.0.0; do
  python3 -m venv "$folder/$version"
  "$folder/$version/bin/pip" install --quiet "pillow==$version" || exit 2
  "$folder/$version/bin/python" "$folder/run.py"
done | tee "$folder/seen"
grep -E '^#   1[23]' "$0" | sed 's/^#   //' | diff - "$folder/seen" >&2 || { echo "The behavior changed." >&2; exit 1; }
