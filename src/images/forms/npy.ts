import { NPY_HEAD_BYTES } from '../../archives/npy.js';
import { openRegular } from '../../storage/open-regular.js';
import type { PictureReading } from '../picture-reading.js';
import { readArrayLayout } from '../rows/array-layout.js';
import { listRows, type RowSet, rowsInPlace } from '../rows/row-set.js';
import type { InputForm } from './input-form.js';

/** "\x93NUMPY" */
const NPY_MARK = '934e554d5059';

/** An array of pictures as `numpy.save` writes it. */
export const NPY: InputForm = {
  id: 'npy',
  matches: (file) => file.startsWith(NPY_MARK),
  extensions: ['.npy'],
  list: async ({ path }, reading) => listRows([await readNpyRows(path, reading)]),
};
/**
 * The pictures in a `.npy` file (see `readArrayLayout`), whose rows are read where they stand.
 *
 * @throws {ImagesError}
 */
async function readNpyRows(path: string, reading: PictureReading): Promise<RowSet> {
  const handle = await openRegular(path);
  try {
    const { size } = await handle.stat();
    const head = Buffer.alloc(Math.min(NPY_HEAD_BYTES, size));
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    const { rows, layout, dataOffset } = readArrayLayout(
      JSON.stringify(path),
      head.subarray(0, bytesRead),
      size,
      reading,
    );
    return { rows, ...rowsInPlace(path, dataOffset, layout) };
  } finally {
    await handle.close();
  }
}
