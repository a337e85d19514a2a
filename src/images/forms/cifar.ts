import { dirname, join } from 'node:path';
import { ImagesError } from '../../core/errors.js';
import { NotRegularFile, openRegular } from '../../storage/open-regular.js';
import { readDocument } from '../../storage/read-whole.js';
import { listRowFiles } from '../rows/row-files.js';
import { listRows, type RowSet, refuseRowCount } from '../rows/row-set.js';
import { type RawLayout, rawBytes } from '../workers/picture-place.js';
import type { InputForm } from './input-form.js';

/** The binary version of CIFAR-10 or CIFAR-100: one batch, or a folder of them. */
export const CIFAR: InputForm = {
  id: 'cifar',
  extensions: ['.bin'],
  list: async ({ path }) => listRows([await readCifarRows(path)]),
  folder: {
    names: /^(data_batch_\d+|test_batch|train|test)\.bin$/,
    list: (path, names, { split }) => listRowFiles(path, names, readCifarRows, split),
  },
};

export const CIFAR10_CLASS_NAMES: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

/** A binary version that the authors publish: a picture is its label bytes and the red, the green and the blue plane. */
interface CifarVersion {
  /** The last one is the class: CIFAR-100 has the coarse class before it. */
  readonly labelBytes: number;
  readonly classes: number;
  /** File beside the batches with a class name a line. */
  readonly namesFile: string;
  /** Used if that file is absent. */
  readonly classNames?: readonly string[];
}

const LAYOUT: RawLayout = { width: 32, height: 32, channels: 3, isPlanar: true };
const VERSIONS: readonly CifarVersion[] = [
  { labelBytes: 1, classes: 10, namesFile: 'batches.meta.txt', classNames: CIFAR10_CLASS_NAMES },
  { labelBytes: 2, classes: 100, namesFile: 'fine_label_names.txt' },
];
const RECORDS_AT_ONCE = 512;

/**
 * The pictures of a file of CIFAR-10's or CIFAR-100's binary version (Krizhevsky 2009), recognized by its length.
 *
 * @throws {ImagesError} if it is neither
 */
async function readCifarRows(path: string, prefix?: string): Promise<RowSet> {
  const shown = JSON.stringify(path);
  const handle = await openRegular(path);
  try {
    const { size } = await handle.stat();
    const version = VERSIONS.find(({ labelBytes }) => size > 0 && size % recordBytes(labelBytes) === 0);
    if (!version) {
      const records = VERSIONS.map(({ labelBytes }) => recordBytes(labelBytes)).join(' or ');
      throw new ImagesError(
        `${shown} has ${size} bytes, which is no whole number of CIFAR's records of ${records} bytes: it is cut short or another file.`,
      );
    }
    const { labelBytes } = version;
    const record = recordBytes(labelBytes);
    const rows = size / record;
    refuseRowCount(shown, rows);
    const labels = new Uint8Array(rows);
    const records = Buffer.alloc(Math.min(rows, RECORDS_AT_ONCE) * record);
    for (let first = 0; first < rows; first += RECORDS_AT_ONCE) {
      const { bytesRead } = await handle.read(records, 0, records.length, first * record);
      for (let i = 0; (i + 1) * record <= bytesRead; i++)
        labels[first + i] = records[i * record + labelBytes - 1];
    }
    return {
      prefix,
      rows,
      labels: nameLabels(shown, labels, version, await readClassNames(path, version)),
      place: (row) => ({ kind: 'raw', file: path, offset: row * record + labelBytes, layout: LAYOUT }),
    };
  } finally {
    await handle.close();
  }
}

function recordBytes(labelBytes: number): number {
  return labelBytes + rawBytes(LAYOUT);
}

async function readClassNames(
  path: string,
  { namesFile, classNames, classes }: CifarVersion,
): Promise<readonly string[] | undefined> {
  const text = await readDocument(join(dirname(path), namesFile)).catch((error) => {
    if (error instanceof NotRegularFile) throw error;
    return '';
  });
  const names = text.split(/\r?\n/).filter((line) => line !== '');
  return names.length === classes ? names : classNames;
}

function nameLabels(
  shown: string,
  labels: Uint8Array,
  { classes }: CifarVersion,
  classNames: readonly string[] | undefined,
): string[] {
  const row = labels.findIndex((label) => label >= classes);
  if (row >= 0) {
    throw new ImagesError(
      `${shown} gives picture ${row} the label ${labels[row]}, where 0 to ${classes - 1} are possible: it is damaged or another file.`,
    );
  }
  return Array.from(labels, (label) => classNames?.[label] ?? String(label));
}
