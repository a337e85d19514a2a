import type { NpyData, NpyType } from '../../archives/npy.js';
import { writeStreamedNpz } from '../../archives/npz.js';
import { writeWholeWith } from '../../storage/write-whole.js';
import { toBytes } from '../adversarial/draw-samples.js';
import { encodePictureTable } from '../adversarial/sample-grid.js';
import type { PictureForm } from '../adversarial/trainer.js';
import type { Inverted } from './reconstruct.js';

/** Pictures in a grid: three columns of ten, each with its two reconstructions. */
const [GROUPS, ROWS] = [3, 10];

/**
 * The first pictures beside their reconstructions, as PNG: original, by the network, by optimization; ten rows, and up to three such
 * groups side by side.
 *
 * @param pixels uint8 [n, size, size, channels]
 */
export async function encodeReconstructions(
  pixels: Uint8Array,
  { network, optimization }: Inverted,
  form: PictureForm,
): Promise<Buffer> {
  const width = form.size ** 2 * form.channels;
  const count = pixels.length / width;
  const rows = Math.min(ROWS, count);
  const groups = Math.min(GROUPS, Math.ceil(count / ROWS));
  const kinds = [pixels, toBytes(network.values), toBytes(optimization.values)];
  const table = new Uint8Array(rows * groups * kinds.length * width);
  for (let picture = 0; picture < Math.min(count, rows * groups); picture++) {
    const place = (picture % rows) * groups + Math.floor(picture / rows);
    for (const [i, kind] of kinds.entries()) {
      const own = kind.subarray(picture * width, (picture + 1) * width);
      table.set(own, (place * kinds.length + i) * width);
    }
  }
  return encodePictureTable(table, groups * kinds.length, form);
}

/**
 * Writes the latents of pictures as `.npz`: `rows` (of the source, from 0), `z_network`, `z_optimized`, `mse_network`, `mse_optimized`
 * and, where the generator takes classes, `classes`.
 *
 * @throws {StorageError} if it cannot be written
 */
export async function writeLatents(
  path: string,
  rows: Int32Array,
  { network, optimization, classes }: Inverted,
): Promise<void> {
  const latentsOf = (z: Float32Array) => array('<f4', [rows.length, z.length / rows.length], z);
  const arrays = {
    rows: array('<i4', [rows.length], rows),
    z_network: latentsOf(network.z),
    z_optimized: latentsOf(optimization.z),
    mse_network: array('<f8', [rows.length], network.errors),
    mse_optimized: array('<f8', [rows.length], optimization.errors),
    ...(classes && { classes: array('<i4', [rows.length], classes) }),
  };
  await writeWholeWith(path, (partial) => writeStreamedNpz(partial, arrays));
}

function array(type: NpyType, shape: number[], { buffer, byteOffset, byteLength }: NpyData) {
  return { type, shape, pieces: piece(new Uint8Array(buffer, byteOffset, byteLength)) };
}

async function* piece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
