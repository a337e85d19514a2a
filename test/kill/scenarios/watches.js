import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyPictures, PROGRAM } from './program.js';

const STEPS = 5;

/** Scores of the sets in a folder, one of which is no set. */
const watch = {
  name: 'watch',
  prepare: (shared) => ({ reference: copyPictures(join(shared, 'reference'), 3, 8, 8) }),
  begin(place) {
    mkdirSync(join(place, 'run'));
    for (let step = 0; step < STEPS; step++)
      copyPictures(join(place, 'run', `step_${step * 90}`), 3, 4, step);
    writeFileSync(join(place, 'run', 'step_100.npz'), 'no archive');
  },
  args: (place, { reference }) => [
    ...[PROGRAM, 'watch', join(place, 'run'), '--reference', reference, '--once', '--settle', '0'],
    ...['--metrics', 'is,fid,msssim', '--msssim-pairs', '4', '--cache-dir', join(place, 'cache')],
    ...['--threads', '1', '--device', 'cpu', '--quiet'],
  ],
};

export const watches = [watch];
