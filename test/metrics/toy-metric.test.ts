import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  compareResults,
  type EvaluationResult,
  gate,
  imagesInMemory,
  listMetrics,
  planGatePower,
  planScore,
  registerMetric,
  score,
} from '../../src/index.js';
import { describeMetrics } from '../../src/metrics/describe-metrics.js';
import { toComparisonMarkdown } from '../../src/report/comparison/markdown.js';
import { toGateMarkdown } from '../../src/report/gate/markdown.js';
import { toScoreCsv } from '../../src/report/score/csv.js';
import { toScoreHtml } from '../../src/report/score/html.js';
import { toScoreMarkdown } from '../../src/report/score/markdown.js';
import { toScoreTerminal } from '../../src/report/score/terminal.js';
import { FIXTURE, fixturePictures } from '../evaluate/pictures.js';
import { confidence } from './toy-metric.js';

// One file (toy-metric.ts) and one line (this): all that it takes to add a metric.
registerMetric(confidence);

const METRICS = ['is', 'mean-confidence'];
let folder: string;
let result: EvaluationResult;
/** Of the same pictures, all of one gray. */
let worse: EvaluationResult;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-toy-'));
  const options = { metrics: METRICS, cacheDir: join(folder, 'cache') };
  result = await score({ samples: FIXTURE, ...options });
  const gray = (await fixturePictures()).map(({ id, picture: { width, height } }, i) => {
    return { id, width, height, pixels: new Uint8Array(width * height * 3).fill(100 + (i % 32)) };
  });
  worse = await score({ samples: imagesInMemory({ name: 'gray', pictures: gray }), ...options });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function entryOf({ metrics }: EvaluationResult) {
  const entry = metrics.find(({ id }) => id === 'mean-confidence');
  if (entry?.status !== 'ok') throw new Error(`not computed: ${entry?.reason}`);
  return entry;
}

describe('a metric that was registered', () => {
  it('is listed after those of ganeval', () => {
    expect(listMetrics().at(-1)).toBe(confidence);
  });

  it('is scored, with the network that it read and its error', () => {
    const entry = entryOf(result);
    expect(entry).toMatchObject({ title: 'Mean confidence', direction: 'higher', n: 200 });
    expect(entry.extractor?.name).toBe('inception-cifar10');
    expect(entry.se).toBeGreaterThan(0);
    expect(result.settings.metrics).toEqual(METRICS);
  });

  it('is computed for a reference of pictures, too, because it needs none', async () => {
    const both = await score({
      samples: FIXTURE,
      reference: FIXTURE,
      metrics: ['mean-confidence'],
      cacheDir: join(folder, 'cache'),
    });
    expect(both.metrics.map(({ id, subject }) => [id, subject])).toEqual([
      ['mean-confidence', 'samples'],
      ['mean-confidence', 'reference'],
    ]);
  });

  it('is one of all metrics where none is named', async () => {
    const plan = await planScore({ samples: FIXTURE, cacheDir: join(folder, 'cache') });
    expect(plan.metrics.at(-1)).toBe('mean-confidence');
  });

  it('is printed by every report', async () => {
    const terminal = toScoreTerminal(result, { color: false, width: 100 });
    const texts = [terminal, toScoreMarkdown(result), await toScoreHtml({ result })];
    for (const text of texts) expect(text).toContain('Mean confidence');
    expect(await toScoreCsv(result)).toMatch(/^.*mean-confidence.*$/m);
  });

  it('passes the gate where nothing changed and fails it where it fell', async () => {
    const same = await gate({ samples: result, baseline: result });
    expect(same.verdict.passed).toBe(true);
    const { verdict } = await gate({ samples: worse, baseline: result });
    const row = verdict.rows.find(({ metric }) => metric === 'mean-confidence');
    expect(row).toMatchObject({ kind: 'significant', status: 'fail', title: 'Mean confidence' });
    expect(toGateMarkdown(verdict)).toContain('Mean confidence');
  });

  it('may be gated and compared at another number of samples and another seed, as it says', () => {
    const fewer: EvaluationResult = {
      ...result,
      settings: { ...result.settings, seed: 1 },
      metrics: result.metrics.map((entry) => (entry.status === 'ok' ? { ...entry, n: 100 } : entry)),
    };
    const { rows } = compareResults([
      { name: 'all', result },
      { name: 'fewer', result: fewer },
    ]);
    const comparable = Object.fromEntries(
      rows.map(({ metric, cells }) => [metric, cells[1].status === 'ok' && cells[1].comparable]),
    );
    expect(comparable).toEqual({ is: false, 'mean-confidence': true });
  });

  it('is compared, and the better result is marked', () => {
    const comparison = compareResults([
      { name: 'real', result },
      { name: 'gray', result: worse },
    ]);
    const row = comparison.rows.find(({ metric }) => metric === 'mean-confidence');
    expect(row?.cells.map((cell) => cell.status === 'ok' && cell.best)).toEqual([true, false]);
    expect(toComparisonMarkdown(comparison)).toContain('Mean confidence');
  });

  it('has its part in a plan of the power of the gate', async () => {
    const { rows, assumptions } = await planGatePower({ baseline: result, drop: 0.05 });
    expect(rows.map(({ metric, sizeOf }) => [metric, sizeOf])).toContainEqual(['mean-confidence', 'samples']);
    expect(assumptions.join(' ')).toContain('Confidence: the standard error falls');
  });

  it('stands in the table of the documentation', () => {
    const row = describeMetrics()
      .split('\n')
      .find((line) => line.startsWith('| `mean-confidence`'));
    expect(row).toBe(
      '| `mean-confidence` | Mean confidence | higher | logits | `--model` | at any number of samples | Mean over the samples of the largest logit of the network. | none, an example |',
    );
  });

  it('is refused under an id that is taken, or that no option could name', () => {
    expect(() => registerMetric(confidence)).toThrow('There is a metric with the id mean-confidence already');
    expect(() => registerMetric({ ...confidence, id: 'Mean confidence' })).toThrow('lower-case letters');
  });
});

describe('an option that names a metric', () => {
  it('takes those of ganeval and those that were registered, and names them where it refuses one', async () => {
    await expect(score({ samples: FIXTURE, metrics: ['confidence'] })).rejects.toThrow(
      /Option metrics\.0 is wrong: .*"is".*"mean-confidence"/,
    );
  });
});
