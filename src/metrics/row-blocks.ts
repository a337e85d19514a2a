import type { Rows } from './rows.js';

/** Numbers read at a time: 4 MB of float32. */
const BLOCK_ELEMENTS = 2 ** 20;

export interface RowVisit {
  readonly signal?: AbortSignal;
  /** Called after each block with a fraction in [0, 1]. */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Calls `visit` with every row in order, reading them in blocks. The row is a view that the next block may overwrite.
 *
 * @throws the signal's reason when it aborts
 */
export async function visitRows(
  rows: Rows,
  visit: (row: Float32Array, index: number) => void,
  { signal, onProgress }: RowVisit = {},
): Promise<void> {
  const { count, width } = rows;
  const perBlock = Math.max(1, Math.floor(BLOCK_ELEMENTS / width));
  for (let start = 0; start < count; start += perBlock) {
    signal?.throwIfAborted();
    const end = Math.min(start + perBlock, count);
    const block = await rows.read(start, end);
    for (let i = start; i < end; i++) visit(block.subarray((i - start) * width, (i - start + 1) * width), i);
    onProgress?.(end / count);
  }
}
