import type { FilePath } from '../workers/read-file.js';

/**
 * A file name as text. Bytes that are not UTF-8 become lone surrogates U+DC80 to U+DCFF, as Python's `os.fsdecode`
 * has them: no two names become one, and `toFilePath` finds the way back.
 */
export function decodeFileName(name: Buffer): string {
  const text = name.toString('utf8');
  if (!text.includes('\ufffd') || Buffer.from(text, 'utf8').equals(name)) return text;
  let decoded = '';
  for (let at = 0; at < name.length; ) {
    const length = sequenceLength(name, at);
    decoded += length > 0 ? name.toString('utf8', at, at + length) : String.fromCharCode(0xdc00 + name[at]);
    at += Math.max(length, 1);
  }
  return decoded;
}

/** Bytes of the valid UTF-8 sequence at `at`, or 0. */
function sequenceLength(name: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= name.length; length++) {
    const part = name.subarray(at, at + length);
    if (Buffer.from(part.toString('utf8'), 'utf8').equals(part)) return length;
  }
  return 0;
}

/** The path that a decoded name stands for: bytes if it holds any that are not UTF-8. */
export function toFilePath(path: string): FilePath {
  // With the u flag the halves of a pair don't match, only lone ones.
  if (!/[\udc80-\udcff]/u.test(path)) return path;
  const parts: Buffer[] = [];
  for (const character of path) {
    const unit = character.charCodeAt(0);
    const isByte = character.length === 1 && unit >= 0xdc80 && unit <= 0xdcff;
    parts.push(isByte ? Buffer.from([unit - 0xdc00]) : Buffer.from(character, 'utf8'));
  }
  return Buffer.concat(parts);
}
