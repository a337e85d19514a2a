import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readComparedResult } from '../../src/compare/read-results.js';
import { readResult } from '../../src/gate/baseline-file.js';
import { makeResult } from '../report/result-fixture.js';

const CLASSES = 20_000;
const interval = { level: 0.95, low: 0.2, high: 0.6 };

it('results of twenty thousand classes can be read back', async () => {
  const result = makeResult();
  const metrics = result.metrics.map((entry) => {
    if (entry.status !== 'ok' || entry.id !== 'accuracy') return entry;
    const { confusion: _confusion, ...rest } = entry;
    const perResolution = [8, 16, 32, 64, 128, 256, 512, 1024].map((resolution) => ({
      resolution,
      value: 0.4,
    }));
    const perClass = Array.from({ length: CLASSES }, (_, i) => {
      return { class: `class ${i}`, value: 0.4, se: 0.1, interval, n: 50, perResolution };
    });
    return { ...rest, perClass };
  });
  const classes = Array.from({ length: CLASSES }, (_, i) => ({ name: `class ${i}`, count: 50 }));
  const samples = { ...result.samples, classes };
  const reference = { ...result.samples, classes };
  const folder = await mkdtemp(join(tmpdir(), 'ganeval-large-'));
  try {
    const path = join(folder, 'result.json');
    await writeFile(path, JSON.stringify({ ...result, samples, reference, metrics }));
    for (const { metrics: read } of [await readComparedResult(path), await readResult(path)]) {
      const accuracy = read.find(({ id }) => id === 'accuracy');
      expect(accuracy?.status === 'ok' && accuracy.perClass?.length).toBe(CLASSES);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
