import { join } from 'node:path';
import { encodeNpy, type NpyArray } from '../../../src/archives/npy.js';
import { type TestEntry, writeZip } from '../../images/zip-file.js';
import { type HostileCase, score, scoreFile } from '../hostile-case.js';

/** A .npy file with a header of any text. */
export function npy(text: string, data = Buffer.alloc(12)): Buffer {
  const head = Buffer.from('\x93NUMPY\x01\0\0\0', 'latin1');
  head.writeUInt16LE(text.length + 1, 8);
  return Buffer.concat([head, Buffer.from(`${text}\n`, 'latin1'), data]);
}

export const header = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape}), }`;

function refused(name: string, bytes: () => Buffer, says: string): HostileCase {
  return {
    name,
    make: (folder) => scoreFile(folder, 'set.npy', bytes()),
    exit: 3,
    says: new RegExp(`set\\.npy" ${says}`),
  };
}

const PICTURES: NpyArray = { shape: [3, 2, 2, 3], data: new Uint8Array(36) };

/** An .npz file of pictures and of labels that lie. */
function labels(name: string, array: NpyArray | Buffer, says: string): HostileCase {
  return npz(name, [{ name: 'arr_1.npy', bytes: Buffer.isBuffer(array) ? array : encodeNpy(array) }], says);
}

function npz(
  name: string,
  others: readonly TestEntry[],
  says: string,
  pictures = encodeNpy(PICTURES),
): HostileCase {
  return {
    name,
    make: async (folder) =>
      score(await writeZip(join(folder, 'set.npz'), [{ name: 'arr_0.npy', bytes: pictures }, ...others])),
    exit: 3,
    says: new RegExp(says),
  };
}

const FAR_APART: NpyArray = { shape: [3], data: BigInt64Array.of(0n, 2n ** 63n - 1n, 2n) };
const CODE =
  "{'descr': '|u1', 'fortran_order': False, 'shape': __import__('os').system('touch /tmp/hacked'), }";
/** What numpy.save writes for an array of one object: a pickle that would run a command. */
export const PICKLE = Buffer.from("\x80\x04cposix\nsystem\n(S'touch /tmp/hacked'\ntR.", 'latin1');

export const arrays: readonly HostileCase[] = [
  refused('npy with code for a shape', () => npy(CODE), 'has a header that is no plain array'),
  refused(
    'npy of Python objects',
    () => npy(header('|O', '1,'), PICKLE),
    'holds Python objects, which may run code',
  ),
  refused(
    'npy of records',
    () => npy("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }"),
    'has a header that is no plain array',
  ),
  refused(
    'npy that states more pictures than it has',
    () => npy(header('|u1', '1000000, 2, 2, 3')),
    'is \\d+ bytes long instead of',
  ),
  refused(
    'npy that states fewer pictures than it has',
    () => npy(header('|u1', '1, 1, 2, 3')),
    'is \\d+ bytes long instead of',
  ),
  refused(
    'npy of 10^15 × 10^15 × 10^15 pictures',
    () => npy(header('|u1', '999999999999999, 999999999999999, 999999999999999, 3')),
    'is \\d+ bytes long instead of',
  ),
  refused(
    'npy of a billion pictures without pixels',
    () => npy(header('|u1', '1000000000, 0, 2, 3'), Buffer.alloc(0)),
    'has the shape 1000000000×0×2×3, which has no pixels',
  ),
  refused('npy of no pictures', () => npy(header('|u1', '0, 2, 2, 3'), Buffer.alloc(0)), 'holds no pictures'),
  refused(
    'npy of negative shape',
    () => npy(header('|u1', '-1, 2, 2, 3')),
    'has a header that is no plain array',
  ),
  refused('npy of eight axes', () => npy(header('|u1', '1, 1, 1, 1, 1, 2, 2, 3')), 'has the shape'),
  refused(
    'npy of a single value',
    () => npy(header('|u1', ''), Buffer.alloc(1)),
    'has the shape of a single value',
  ),
  refused(
    'npy with the channels first',
    () => npy(header('|u1', '1, 3, 2, 2')),
    'has the shape 1×3×2×2 instead of',
  ),
  refused(
    'npy of five channels',
    () => npy(header('|u1', '1, 1, 3, 5'), Buffer.alloc(15)),
    'has the shape 1×1×3×5 instead of',
  ),
  refused('npy in Fortran order', () => npy(header('|u1', '1, 2, 2, 3', 'True')), 'is in Fortran order'),
  refused(
    'npy of floats, NaN among them',
    () => encodeNpy({ shape: [1, 1, 1, 3], data: Float32Array.of(Number.NaN, 0, 1) }),
    'holds floating-point values',
  ),
  refused(
    'npy of int16',
    () => encodeNpy({ shape: [1, 1, 1, 3], data: Int16Array.of(-1, 0, 1) }),
    'holds integers of type <i2',
  ),
  refused(
    'npy of a type with 10,000 letters',
    () => npy(header(`|u${'1'.repeat(10_000)}`, '1, 2, 2, 3')),
    'has a header that is no plain array',
  ),
  refused(
    'npy of format version 9',
    () => {
      const bytes = npy(header('|u1', '1, 2, 2, 3'));
      bytes.writeUInt8(9, 6);
      return bytes;
    },
    'has .npy format version 9',
  ),
  refused(
    'npy with a header of 4 GB',
    () => Buffer.concat([Buffer.from('\x93NUMPY\x02\0\xff\xff\xff\xff', 'latin1'), Buffer.alloc(100)]),
    'has a header of 4294967295 bytes',
  ),
  refused(
    'npy cut in its header',
    () => npy(header('|u1', '1, 2, 2, 3')).subarray(0, 20),
    'is cut short in its header',
  ),
  refused('npy of its signature alone', () => Buffer.from('\x93NUMPY', 'latin1'), 'is not a .npy array'),
  labels(
    'npz with negative labels',
    { shape: [3], data: Int32Array.of(0, -1, 2) },
    'gives picture 1 the label -1',
  ),
  { ...labels('npz with labels of 2^63 − 1', FAR_APART, ': 3 pictures of 3 classes'), exit: 0 },
  labels(
    'npz with labels that are NaN',
    { shape: [3], data: Float64Array.of(0, Number.NaN, 2) },
    'holds floating-point labels',
  ),
  labels(
    'npz with fewer labels than pictures',
    { shape: [2], data: Int32Array.of(0, 1) },
    'has the shape 2, but there are 3 pictures',
  ),
  labels('npz with labels that are objects', npy(header('|O', '3,'), PICKLE), 'holds values of type \\|O'),
  labels(
    'npz with 100 MB of labels for three pictures',
    Buffer.alloc(100 << 20),
    'more than the labels of 3 pictures',
  ),
  npz('npz whose array is no array', [], 'is not a .npy array', Buffer.from('nothing')),
  npz(
    'npz whose array states 10 GB and has 12 bytes',
    [],
    'bytes long instead of',
    npy(header('|u1', '3355444, 32, 32, 3')),
  ),
  npz('npz whose array is of objects', [], 'holds Python objects', npy(header('|O', '1,'), PICKLE)),
  {
    name: 'npz of statistics in place of pictures',
    make: async (folder) =>
      score(
        await writeZip(
          join(folder, 'stats.npz'),
          ['mu', 'sigma'].map((name) => ({ name: `${name}.npy`, bytes: encodeNpy(PICTURES) })),
        ),
      ),
    exit: 3,
    says: /holds statistics \(mu and sigma\) and no pictures/,
  },
];
