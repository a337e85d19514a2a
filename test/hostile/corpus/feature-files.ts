import { join } from 'node:path';
import { encodeNpy } from '../../../src/archives/npy.js';
import { type TestEntry, writeZip } from '../../images/zip-file.js';
import { type HostileCase, type Invocation, put } from '../hostile-case.js';
import { header, npy, PICKLE } from './arrays.js';

const SOUND = encodeNpy({ shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 7) });

/** Scores a file of features against a sound one. */
function scoreFeatures(folder: string, name: string): Invocation {
  put(folder, { 'real.npy': SOUND });
  const [samples, real] = [join(folder, name), join(folder, 'real.npy')];
  return {
    args: ['score', samples, '--reference', real, '--features', '--metrics', 'fid', '--threads', '1'],
  };
}

function refused(name: string, bytes: () => Buffer, says: string): HostileCase {
  return {
    name: `features: ${name}`,
    make: (folder) => {
      put(folder, { 'set.npy': bytes() });
      return scoreFeatures(folder, 'set.npy');
    },
    exit: 3,
    says: new RegExp(`set\\.npy" ${says}`),
  };
}

function npz(name: string, entries: readonly TestEntry[], says: string): HostileCase {
  return {
    name: `features: ${name}`,
    make: async (folder) => {
      await writeZip(join(folder, 'set.npz'), entries);
      return scoreFeatures(folder, 'set.npz');
    },
    exit: 3,
    says: new RegExp(says),
  };
}

export const featureFiles: readonly HostileCase[] = [
  refused(
    'Python objects',
    () => npy(header('|O', '3, 2'), PICKLE),
    'holds Python objects, which may run code',
  ),
  refused(
    'more rows than there are',
    () => npy(header('<f4', '1000000, 2')),
    'is \\d+ bytes long instead of',
  ),
  refused('fewer rows than there are', () => npy(header('<f4', '1, 2')), 'is \\d+ bytes long instead of'),
  refused(
    '10^15 rows of 10^4',
    () => npy(header('<f4', '999999999999999, 9999')),
    'is \\d+ bytes long instead of',
  ),
  refused(
    'rows that lie about their length in Fortran order',
    () => npy(header('<f8', '1000000, 2', 'True')),
    'is \\d+ bytes long instead of',
  ),
  refused('no rows', () => npy(header('<f4', '0, 2'), Buffer.alloc(0)), 'holds no pictures'),
  refused(
    'a row of a billion',
    () => npy(header('<f2', '1, 1000000000')),
    'has 1000000000 features a row, more than the 16384',
  ),
  refused('three axes', () => npy(header('<f4', '1, 3, 1')), 'has the shape 1×3×1 instead of N×D'),
  refused('complex numbers', () => npy(header('<c8', '1, 1'), Buffer.alloc(8)), 'holds values of type <c8'),
  refused(
    'a row of NaN',
    () => encodeNpy({ shape: [2, 2], data: Float32Array.of(1, 2, Number.NaN, 0) }),
    'has one row of 2 that no metric can take \\(row 1 holds features that are not finite',
  ),
  refused('no array', () => Buffer.from('nothing'), 'is not a .npy array'),
  refused('an empty file', () => Buffer.alloc(0), 'is not a .npy array'),
  npz(
    'npz whose array states 10 GB',
    [{ name: 'a.npy', bytes: npy(header('<f4', '1250000000, 2')) }],
    'bytes long instead of',
  ),
  npz(
    'npz with two arrays of one name',
    ['a.npy', 'a.npy'].map((name) => ({ name, bytes: SOUND })),
    'set\\.npz" (has several arrays|cannot be used)',
  ),
  npz(
    'npz whose array is of objects',
    [{ name: 'a.npy', bytes: npy(header('|O', '1, 2'), PICKLE) }],
    'Python objects',
  ),
];
