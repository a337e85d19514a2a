import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Times, and facts of one run: two equal runs differ in them. */
const VARYING = new Set(['seconds', 'run', 'date']);

/**
 * Every file below a folder, with a digest of what must not differ between two equal runs.
 *
 * @param {string} root
 * @returns {Map<string, string>} digests by path
 */
export function readTree(root) {
  const tree = new Map();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) tree.set(`${relative(root, path)}/`, 'folder');
    else tree.set(relative(root, path), digestOf(path));
  }
  return tree;
}

/**
 * How a tree differs from the one it should be.
 *
 * @returns {string[]} sentences; none for equal trees
 */
export function describeDifferences(found, expected) {
  const differences = [];
  for (const [path, digest] of expected) {
    if (!found.has(path)) differences.push(`${path} is missing`);
    else if (found.get(path) !== digest) differences.push(`${path} differs`);
  }
  for (const path of found.keys()) if (!expected.has(path)) differences.push(`${path} is left over`);
  return differences;
}

function digestOf(path) {
  const bytes = readFileSync(path);
  return createHash('sha256').update(withoutTimes(path, bytes)).digest('hex');
}

/** As ISO 8601 has it. */
const INSTANT = /\d{4}-\d{2}-\d{2}T[\d:.]+Z/g;

function withoutTimes(path, bytes) {
  if (/\.json$/.test(path)) return canonical(bytes.toString());
  if (/\.jsonl$/.test(path)) return bytes.toString().split('\n').map(canonical).join('\n');
  if (/\.(checkpoint|safetensors)$/.test(path)) return withoutProgressTimes(bytes);
  if (/\.csv$/.test(path)) return bytes.toString().replaceAll(INSTANT, '');
  // A page shows how long the run took.
  return /\.html$/.test(path) ? '' : bytes;
}

function canonical(text) {
  try {
    return JSON.stringify(JSON.parse(text, (key, value) => (VARYING.has(key) ? undefined : value)));
  } catch {
    return text;
  }
}

/** A checkpoint without the seconds in its header. */
function withoutProgressTimes(bytes) {
  try {
    const end = 8 + Number(bytes.readBigUInt64LE());
    const { __metadata__: metadata, ...tensors } = JSON.parse(bytes.toString('utf8', 8, end));
    const header = { ...metadata, progress: canonical(metadata.progress) };
    return Buffer.concat([Buffer.from(JSON.stringify({ header, tensors })), bytes.subarray(end)]);
  } catch {
    return bytes;
  }
}
