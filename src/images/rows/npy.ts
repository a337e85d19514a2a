import { open } from 'node:fs/promises';
import { NPY_HEAD_BYTES } from '../../arrays/npy.js';
import type { FileListing } from '../file-source.js';
import { type RawPart, rawBytes } from '../workers/picture-place.js';
import { readArrayLayout } from './array-layout.js';
import { labelledEntries, rowIds } from './row-set.js';

/** Lists the pictures in a `.npy` file (see `readArrayLayout`), whose rows are read where they stand. Throws ImagesError. */
export async function listNpy(path: string): Promise<FileListing> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const head = Buffer.alloc(Math.min(NPY_HEAD_BYTES, size));
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    const shown = JSON.stringify(path);
    const { rows, layout, dataOffset } = readArrayLayout(shown, head.subarray(0, bytesRead), size);
    const place = (row: number): RawPart => ({
      kind: 'raw',
      file: path,
      offset: dataOffset + row * rawBytes(layout),
      layout,
    });
    return { ...labelledEntries(rowIds(rows), undefined), place, warnings: [] };
  } finally {
    await handle.close();
  }
}
