import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ImagesError } from '../../core/errors.js';
import { streamRegular } from '../../storage/open-regular.js';
import { isSystemError } from '../../storage/system-error.js';
import { type IdxHeader, parseIdxHeader, readIdx } from '../rows/read-idx.js';
import { listRowFiles } from '../rows/row-files.js';
import { listRows, type RowSet, refuseRowCount, rowsInPlace, rowsUnpacked } from '../rows/row-set.js';
import { type RawLayout, rawBytes } from '../workers/picture-place.js';
import { GZIP_MARK } from './gzip.js';
import type { InputForm } from './input-form.js';

/** The files of MNIST, packed by gzip or not: one, or a folder of them. */
export const IDX: InputForm = {
  id: 'idx',
  // Files of bytes in one or three dimensions.
  matches: async (file) =>
    file.startsWith('00000801', '00000803') || (file.startsWith(GZIP_MARK) && (await isPackedIdx(file.path))),
  list: async ({ path }) => listRows([await readIdxRows(path)]),
  folder: {
    names: /images[-.]idx3-ubyte(\.gz)?$/,
    list: (path, names, { split }) => listRowFiles(path, names, readIdxRows, split),
  },
};

const HEAD_BYTES = 64;
const GZIP_MAGIC = 0x1f8b;

/** Whether a packed file begins as an IDX file does. */
async function isPackedIdx(path: string): Promise<boolean> {
  const head = await readHead(gunzip(path)).catch(() => Buffer.alloc(0));
  return parseIdxHeader(head) !== undefined;
}

/**
 * The pictures of an IDX file of N×H×W bytes in gray (the format of MNIST), packed by gzip or not, with the
 * labels of the file beside it whose name has "labels-idx1" for "images-idx3".
 *
 * @throws {ImagesError} if one of them is damaged
 */
async function readIdxRows(path: string, prefix?: string): Promise<RowSet> {
  const shown = JSON.stringify(path);
  const plain = await readHead(await streamRegular(path, { end: HEAD_BYTES - 1 }));
  const isPacked = plain.length >= 2 && plain.readUInt16BE(0) === GZIP_MAGIC;
  const unpack = (signal?: AbortSignal) => gunzip(path, signal);
  const { layout, rows, dataOffset } = readLayout(shown, isPacked ? await readHead(unpack()) : plain);
  const bytes = dataOffset + rows * rawBytes(layout);
  if (!isPacked) refuseOtherLength(shown, (await stat(path)).size, bytes);
  const labels = await findLabels(path);
  return {
    prefix,
    rows,
    labels: labels === undefined ? undefined : Array.from(await readIdx(labels, [rows]), String),
    ...(isPacked
      ? rowsUnpacked((signal) => measured(shown, unpack(signal), bytes), bytes, dataOffset, layout)
      : rowsInPlace(path, dataOffset, layout)),
  };
}

function readLayout(shown: string, head: Buffer): { layout: RawLayout; rows: number; dataOffset: number } {
  const { shape, dataOffset } = parseIdxHeader(head) ?? ({ shape: [], dataOffset: 0 } satisfies IdxHeader);
  const [rows, height, width] = shape;
  if (shape.length !== 3 || width === 0 || height === 0) {
    const found = shape.length > 0 ? `holds ${shape.join('×')} bytes` : 'does not begin as such a file';
    throw new ImagesError(
      `${shown} ${found}, which is no IDX file of N×H×W pictures: give the file of the images.`,
    );
  }
  refuseRowCount(shown, rows);
  return { layout: { width, height, channels: 1, isPlanar: false }, rows, dataOffset };
}

function refuseOtherLength(shown: string, found: number, expected: number): void {
  if (found === expected) return;
  const reason = found < expected ? 'it is cut short' : 'it is damaged or another file';
  throw new ImagesError(
    `${shown} holds ${found < expected ? found : `more than ${expected}`} bytes instead of the ${expected} that its header states: ${reason}, get it again.`,
  );
}

/** The file of the labels, as it is or packed. */
async function findLabels(path: string): Promise<string | undefined> {
  const name = path.replace(/images([-.])idx3/, 'labels$1idx1').replace(/\.gz$/, '');
  if (name === path.replace(/\.gz$/, '')) return undefined;
  for (const candidate of [name, `${name}.gz`]) {
    const stats = await stat(candidate).catch(() => undefined);
    // Unpacked, it may lie in a folder of its name.
    if (stats && !stats.isDirectory()) return candidate;
  }
  return undefined;
}

/**
 * Passes chunks on.
 *
 * @throws {ImagesError} unless they are `bytes` bytes together
 */
async function* measured(
  shown: string,
  chunks: AsyncIterable<Buffer>,
  bytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  let found = 0;
  for await (const chunk of chunks) {
    found += chunk.length;
    if (found > bytes) break;
    yield chunk;
  }
  refuseOtherLength(shown, found, bytes);
}

/**
 * The unpacked bytes.
 *
 * @throws {ImagesError} if they are damaged, and the signal's reason if it is aborted
 */
async function* gunzip(path: string, signal?: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  try {
    // The error comes to the consumer through the stream that it reads.
    yield* pipeline(await streamRegular(path, { signal }), createGunzip(), () => {});
  } catch (error) {
    signal?.throwIfAborted();
    if (isSystemError(error)) throw error;
    const { message } = error as Error;
    throw new ImagesError(`${JSON.stringify(path)} cannot be unpacked by gzip (${message}): get it again.`, {
      cause: error,
    });
  }
}

async function readHead(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  for await (const chunk of chunks) {
    head = Buffer.concat([head, chunk]);
    if (head.length >= HEAD_BYTES) break;
  }
  return head;
}
