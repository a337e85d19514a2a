#!/usr/bin/env bash
# Hugging Face's tokenizers for JavaScript (@huggingface/tokenizers 0.2.0) and for Python (tokenizers 0.23.3) read the same tokenizer.json, and
# make Greek letters small in two ways: Python goes letter by letter, and JavaScript's toLowerCase makes a capital sigma at the end of a word a
# final one. So such a text has other tokens than a model with the normalizer Lowercase, as CLIP, was trained with. Other letters are the same.
#
# Expected: the same tokens. Seen:
#
#   python ΟΔΟΣ: ο δ ο σ
#   python ISS ẞ: i s s ß
#   javascript ΟΔΟΣ: ο δ ο ς
#   javascript ISS ẞ: i s s ß
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet tokenizers==0.23.3 || exit 2
(cd "$folder" && npm init --yes >/dev/null && npm install --silent --no-audit @huggingface/tokenizers@0.2.0 >/dev/null) || exit 2

cat > "$folder/tokens.py" <<'PY'
import sys

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

vocabulary = {letter: i for i, letter in enumerate(["[UNK]", *"οδσςisß"])}
tokenizer = Tokenizer(models.BPE(vocabulary, [], unk_token="[UNK]"))
tokenizer.normalizer = normalizers.Lowercase()
tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
tokenizer.save(sys.argv[1])
for text in sys.argv[2:]:
    print(f"python {text}: {' '.join(tokenizer.encode(text).tokens)}")
PY
cat > "$folder/tokens.mjs" <<'JS'
import { readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';

const [path, ...texts] = process.argv.slice(2);
const tokenizer = new Tokenizer(JSON.parse(readFileSync(path, 'utf8')), {});
for (const text of texts) console.log(`javascript ${text}: ${tokenizer.encode(text).tokens.join(' ')}`);
JS

{
  "$folder/venv/bin/python" "$folder/tokens.py" "$folder/tokenizer.json" 'ΟΔΟΣ' 'ISS ẞ'
  node "$folder/tokens.mjs" "$folder/tokenizer.json" 'ΟΔΟΣ' 'ISS ẞ'
} | tee "$folder/seen" || exit 2
grep -E '^#   (python|javascript) ' "$0" | sed 's/^#   //' | diff - "$folder/seen" >&2 || { echo "The behavior changed." >&2; exit 1; }
