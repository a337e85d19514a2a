import { readFileSync } from 'node:fs';
import { parseNpy } from '../../src/archives/npy.js';
import type { Rows } from '../../src/metrics/rows.js';

const folder = new URL('../../fixtures/golden/metrics/', import.meta.url);

/** The values that the field's own code printed for these arrays. */
export const golden = JSON.parse(
  readFileSync(new URL('metrics.json', folder), 'utf8').replaceAll('NaN', 'null'),
);

/** A golden float32 array as a table of rows. */
export function goldenRows(name: string): Rows {
  const { shape, data } = parseNpy(readFileSync(new URL(`${name}.npy`, folder)));
  return rowsOf(data as Float32Array, shape[1]);
}

export function goldenBytes(file: string): Buffer {
  return readFileSync(new URL(file, folder));
}

/** Row-major values as a table of rows. */
export function rowsOf(values: Float32Array, width: number): Rows {
  return {
    count: values.length / width,
    width,
    read: async (start, end) => values.slice(start * width, end * width),
  };
}
