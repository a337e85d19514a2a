import { expect, it } from 'vitest';
import { LoaderSearch } from '../../../src/devices/cuda/libraries/loader-search.js';
import { MachineFiles } from '../../../src/devices/cuda/machine-files.js';

const requester = { path: '/ort/cuda.so', facts: { isX64: true, needed: [], runpath: '$ORIGIN/:/' } };

const folders = (LD_LIBRARY_PATH: string) =>
  new LoaderSearch(new MachineFiles({ environment: { LD_LIBRARY_PATH } })).folders(requester);

it('searches folders without their last slashes', () => {
  expect(folders('/a//:/b;://').slice(0, 5)).toEqual(['/a', '/b', '/', '/ort', '/']);
});

it('takes no time for a hundred thousand slashes in the middle of a folder', () => {
  const long = `/a${'/'.repeat(200_000)}b`;
  const start = performance.now();
  expect(folders(long)[0]).toBe(long);
  expect(performance.now() - start).toBeLessThan(1000);
});
