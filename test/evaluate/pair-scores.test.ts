import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { score } from '../../src/evaluate/score.js';
import { FIXTURE } from './pictures.js';

/** A shard holds as many: each class has a shard of the same pictures. */
const PAIRS = 128;

test('pairs of one picture count for their own class, where several classes hold that picture alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ganeval-pairs-'));
  try {
    for (const name of ['cat', 'dog', 'frog']) {
      await mkdir(join(folder, 'samples', name), { recursive: true });
      for (let i = 0; i < 20; i++)
        await cp(join(FIXTURE, 'cat/00000.png'), join(folder, 'samples', name, `${i}.png`));
    }
    const { metrics } = await score({
      samples: join(folder, 'samples'),
      metrics: ['msssim'],
      msssimPairs: PAIRS,
      cacheDir: join(folder, 'cache'),
    });
    const [entry] = metrics;
    expect(
      entry.status === 'ok' && entry.perClass?.map(({ class: name, value, n }) => [name, value, n]),
    ).toEqual(['cat', 'dog', 'frog'].map((name) => [name, 1, PAIRS]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
