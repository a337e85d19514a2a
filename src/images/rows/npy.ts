import { open } from 'node:fs/promises';
import { NPY_HEAD_BYTES } from '../../archives/npy.js';
import { readArrayLayout } from './array-layout.js';
import { type RowSet, rowsInPlace } from './row-set.js';

/** The pictures in a `.npy` file (see `readArrayLayout`), whose rows are read where they stand. Throws ImagesError. */
export async function readNpyRows(path: string): Promise<RowSet> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const head = Buffer.alloc(Math.min(NPY_HEAD_BYTES, size));
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    const { rows, layout, dataOffset } = readArrayLayout(
      JSON.stringify(path),
      head.subarray(0, bytesRead),
      size,
    );
    return { rows, ...rowsInPlace(path, dataOffset, layout) };
  } finally {
    await handle.close();
  }
}
