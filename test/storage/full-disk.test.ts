import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { StorageError } from '../../src/core/errors.js';
import { saveStatistics } from '../../src/evaluate/statistics/statistics-file.js';
import { writeSampleArrays } from '../../src/generators/write-samples.js';

const WRITERS: [string, (path: string) => Promise<void>][] = [
  [
    'statistics',
    (path) => saveStatistics(path, { mu: Float64Array.of(0), sigma: Float64Array.of(1), count: 2 }, {}),
  ],
  [
    'samples',
    (path) =>
      writeSampleArrays(path, {
        form: { height: 2, width: 2, channels: 1, classNames: ['a'] },
        conditional: false,
        count: 1,
        async *chunks() {
          yield { pixels: new Uint8Array(4), labels: new Int32Array(1) };
        },
      }),
  ],
];

/** Linux's device that is a full disk. */
test.skipIf(!existsSync('/dev/full')).each(WRITERS)('%s that find the disk full say so', async (_, write) => {
  const error = await write('/dev/full').catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(StorageError);
  expect((error as Error).message).toBe(
    'Cannot write to /dev/full: the disk is full: make room and run again, what is finished is kept.',
  );
});
