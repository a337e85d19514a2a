import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { compressed, matArray, matHeader } from '../../archives/mat/mat-file.js';
import { type HostileCase, put, score, scoreFile } from '../hostile-case.js';

/** An IDX file of bytes in this shape. */
function idx(shape: readonly number[], data: Uint8Array): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, 8, shape.length]);
  for (const [i, side] of shape.entries()) head.writeUInt32BE(side, 4 + 4 * i);
  return Buffer.concat([head, data]);
}

const IMAGES = 'train-images-idx3-ubyte';
const LABELS = 'train-labels-idx1-ubyte';
const RECORD = 3073;

function refused(name: string, files: () => Record<string, Uint8Array>, says: string): HostileCase {
  return { name, make: (folder) => score(put(folder, files())), exit: 3, says: new RegExp(says) };
}

/** SVHN's training file for a training of one step. */
function refusedMat(name: string, elements: () => Uint8Array, says: string): HostileCase {
  return {
    name,
    make: (folder) => {
      put(folder, { 'train_32x32.mat': elements() });
      const out = ['-o', join(folder, 'run'), '--steps', '1', '--data-dir', folder];
      return { args: ['train', 'improved', '--preset', 'svhn-semi', ...out] };
    },
    exit: 3,
    says: new RegExp(says),
  };
}

export const officialFiles: readonly HostileCase[] = [
  refusedMat(
    '.mat file whose pictures are 3 GB by its own word',
    () =>
      Buffer.concat([
        matHeader(),
        compressed(matArray('X', [32, 32, 3, 999_999], Buffer.alloc(9), { stated: 3_071_996_928 })),
      ]),
    'train_32x32.mat is cut short',
  ),
  refusedMat('.mat file of HDF5', () => matHeader({ version: 0x0200 }), 'is of MATLAB 7.3, which is HDF5'),
  refused(
    'CIFAR-10 batch cut in a picture',
    () => ({ 'test_batch.bin': Buffer.alloc(RECORD * 2 - 1) }),
    'no whole number of CIFAR',
  ),
  refused(
    'CIFAR-10 batch with the label 200',
    () => ({ 'test_batch.bin': Buffer.alloc(RECORD * 2, 200) }),
    'gives picture 0 the label 200',
  ),
  refused(
    'CIFAR-10 batch of no bytes',
    () => ({ 'test_batch.bin': Buffer.alloc(0) }),
    'no whole number of CIFAR',
  ),
  refused(
    'IDX file that states 4 billion pictures',
    () => ({ [IMAGES]: idx([2 ** 32 - 1, 2, 2], Buffer.alloc(8)) }),
    '',
  ),
  refused(
    'IDX file cut in a picture',
    () => ({ [IMAGES]: idx([2, 2, 2], Buffer.alloc(7)) }),
    'it is cut short',
  ),
  refused(
    'IDX file of 0×0 pixels',
    () => ({ [IMAGES]: idx([5, 0, 0], Buffer.alloc(0)) }),
    'no IDX file of N×H×W pictures',
  ),
  refused(
    'IDX file of labels in place of pictures',
    () => ({ [IMAGES]: idx([4], Buffer.alloc(4)) }),
    'no IDX file of N×H×W pictures',
  ),
  refused(
    'IDX labels for other pictures',
    () => ({ [IMAGES]: idx([2, 2, 2], Buffer.alloc(8)), [LABELS]: idx([3], Buffer.alloc(3)) }),
    `${LABELS} is 11 bytes long instead of 10`,
  ),
  refused(
    'IDX file packed and cut',
    () => ({ [`${IMAGES}.gz`]: gzipSync(idx([2, 20, 20], Buffer.alloc(800, 'abc'))).subarray(0, -12) }),
    'gzip',
  ),
  refused(
    'gzip bomb: an IDX file of two pictures that unpacks to 1 GB',
    () => ({
      [`${IMAGES}.gz`]: gzipSync(Buffer.concat([idx([2, 2, 2], Buffer.alloc(0)), Buffer.alloc(1 << 28)]), {
        level: 1,
      }),
    }),
    'more than 24',
  ),
  refused(
    'gzip bomb: labels of two pictures that unpack to 256 MB',
    () => ({
      [IMAGES]: idx([2, 2, 2], Buffer.alloc(8)),
      [`${LABELS}.gz`]: gzipSync(Buffer.alloc(1 << 28), { level: 1 }),
    }),
    'unpacks to more than 10 bytes',
  ),
  {
    name: 'gzip file of noise',
    make: (folder) => scoreFile(folder, 'set.gz', Buffer.from([0x1f, 0x8b, ...Array<number>(100).fill(7)])),
    exit: 3,
    says: /is packed by gzip/,
  },
];
