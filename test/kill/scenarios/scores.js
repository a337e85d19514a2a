import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { copyPictures, PROGRAM } from './program.js';

const QUICK = ['--threads', '1', '--device', 'cpu', '--quiet', '--batch-size', '16'];

const prepare = (shared) => ({
  samples: copyPictures(join(shared, 'samples'), 5, 8),
  reference: copyPictures(join(shared, 'reference'), 5, 8, 8),
});

const scoreArgs = (place, { samples, reference }, ...more) => [
  ...[PROGRAM, 'score', samples, '--reference', reference],
  ...['--cache-dir', join(place, 'cache'), ...QUICK, ...more],
];

const score = {
  name: 'score',
  prepare,
  args: (place, input) => scoreArgs(place, input, '--json', join(place, 'result.json')),
};

const shard = {
  name: 'shard',
  prepare,
  args: (place, input) => scoreArgs(place, input, '--shard', '1/2', '--out', join(place, 'part')),
};

const merge = {
  name: 'merge',
  prepare(shared) {
    const input = prepare(shared);
    const parts = [1, 2].map((number) => {
      const part = join(shared, `part-${number}`);
      const args = scoreArgs(shared, input, '--shard', `${number}/2`, '--out', part);
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      return part;
    });
    return { ...input, parts };
  },
  args: (place, { parts }) => [
    ...[PROGRAM, 'merge', ...parts, '--threads', '1', '--device', 'cpu', '--quiet'],
    ...['--json', join(place, 'result.json'), '--html', join(place, 'page.html')],
  ],
};

/** A score while its cache is pruned. */
const prune = {
  ...score,
  name: 'prune',
  beside: (place) => [PROGRAM, 'cache', 'prune', '--all', '--cache-dir', join(place, 'cache')],
};

export const scores = [score, shard, merge, prune];
