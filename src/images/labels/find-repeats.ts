/**
 * Finds keys that stand more than once. Hashes are compared first, so that millions of keys need not be in memory.
 *
 * @param count how many keys there are
 * @param keyOf the key at a place, from 0
 * @returns the second place of each such key, in order
 */
export function findRepeats(count: number, keyOf: (place: number) => string): number[] {
  const hashes = new Uint32Array(count);
  for (let place = 0; place < count; place++) hashes[place] = hash(keyOf(place));
  const shared = findShared(hashes);
  if (shared.size === 0) return [];
  const times = new Map<string, number>();
  const repeats: number[] = [];
  for (let place = 0; place < count; place++) {
    if (!shared.has(hashes[place])) continue;
    const key = keyOf(place);
    const before = times.get(key) ?? 0;
    if (before === 1) repeats.push(place);
    times.set(key, before + 1);
  }
  return repeats;
}

/** Numbers that stand more than once. */
function findShared(numbers: Uint32Array): Set<number> {
  const sorted = numbers.slice().sort();
  const shared = new Set<number>();
  for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) shared.add(sorted[i]);
  return shared;
}

/** FNV-1a over UTF-16 units. */
function hash(key: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) value = Math.imul(value ^ key.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
