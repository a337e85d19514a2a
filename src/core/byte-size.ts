const BYTES_PER_UNIT: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

/** A number of bytes as people write it: 500M, 1.5 GB, 2000000. */
export const BYTE_SIZE = /^(\d+(?:\.\d+)?) ?([kmgt]?)b?$/i;

/**
 * Reads a number of bytes.
 *
 * @param text a number, perhaps with k, M, G or T
 * @returns bytes; undefined for another text
 */
export function parseByteSize(text: string): number | undefined {
  const [, number, unit] = BYTE_SIZE.exec(text.trim()) ?? [];
  return number === undefined ? undefined : Number(number) * BYTES_PER_UNIT[unit.toLowerCase()];
}
