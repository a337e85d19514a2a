import { createHash } from 'node:crypto';
import { Inspections } from '../images/inspections.js';
import { visitRows } from '../metrics/row-blocks.js';
import type { Rows } from '../metrics/rows.js';
import type { DigestedRows } from './same-bytes.js';

/**
 * The rows of a set by digests of their features, where pictures have no bytes of their own: a network gives equal pictures equal features,
 * to the bit.
 */
export async function digestRows(features: Rows): Promise<DigestedRows> {
  const inspections = new Inspections(features.count);
  await visitRows(features, (row, index) => {
    const bytes = new Uint8Array(row.buffer, row.byteOffset, row.byteLength);
    inspections.set(index, createHash('sha256').update(bytes).digest(), 0, 0);
  });
  return { inspections, kept: Int32Array.from({ length: features.count }, (_, row) => row) };
}
