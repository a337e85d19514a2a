import { cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ablate } from '../../src/ablate/ablate.js';
import { mergeParts } from '../../src/distribute/merge.js';
import { scorePart } from '../../src/distribute/part.js';
import { type EvaluationResult, parseResult } from '../../src/documents/result.js';
import type { ScoreOptions } from '../../src/evaluate/options.js';
import { score } from '../../src/evaluate/score.js';
import { writeStatistics } from '../../src/evaluate/statistics/write-statistics.js';
import { updateBaseline } from '../../src/gate/gate.js';
import { encodePng } from '../../src/images/write-png.js';
import { writeNetwork } from './made-networks.js';
import { FIXTURE } from './pictures.js';

let folder: string;
const at = (name: string) => join(folder, name);
const MADE = { inputSize: 32, normalize: '[0,1]', threads: 2 } as const;
const METRICS = ['is', 'fid', 'kid', 'msssim', 'precision', 'recall', 'density', 'coverage'] as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-output-'));
  for (const name of await readdir(FIXTURE)) {
    if (!(await stat(join(FIXTURE, name))).isDirectory()) continue;
    for (const set of ['clean', 'dirty'])
      await cp(join(FIXTURE, name), join(at(set), name), { recursive: true });
  }
  const black = { width: 32, height: 32, channels: 3, pixels: new Uint8Array(3072) } as const;
  await mkdir(at('dirty/cat'), { recursive: true });
  await writeFile(at('dirty/cat/black.png'), await encodePng(black));
  await writeNetwork(at('standardizing.onnx'), { standardize: true });
  await writeNetwork(at('plain.onnx'));
  await writeNetwork(at('large.onnx'), { scale: 1e19 });
  await writeNetwork(at('softmax.onnx'), { logits: 'Softmax' });
  await writeNetwork(at('log-softmax.onnx'), { logits: 'LogSoftmax' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (samples: string, reference: string, options: ScoreOptions & { reference?: undefined }) =>
  score({
    samples: at(samples),
    reference: at(reference),
    ...MADE,
    metrics: [...METRICS],
    cacheDir: at('cache'),
    ...options,
  });
const bytes = ({ run: _run, ...rest }: EvaluationResult) => JSON.stringify(rest);
const statusOf = ({ metrics }: EvaluationResult) =>
  Object.fromEntries(
    metrics.filter(({ subject }) => subject === 'samples').map(({ id, status }) => [id, status]),
  );
const found = ({ metrics }: EvaluationResult, id: string) => {
  const entry = metrics.find((each) => each.id === id);
  if (entry?.status !== 'ok') throw new Error(`${id}: ${entry?.reason}`);
  return entry;
};
const ALL_BUT_PAIRS = Object.fromEntries(METRICS.map((id) => [id, id === 'msssim' ? 'ok' : 'not-computed']));

describe('a picture for which a network gives NaN', () => {
  const SENTENCE =
    /^The network standardizing gives features that are not finite for one picture of \S+dirty \("cat\/black\.png"\): remove/;

  test.each(['fresh', 'cached'])(
    'of the samples is named, and no metric reads the network (%s)',
    async () => {
      const result = await run('dirty', 'clean', { model: at('standardizing.onnx') });
      expect(statusOf(result)).toEqual(ALL_BUT_PAIRS);
      for (const entry of result.metrics) {
        if (entry.status === 'not-computed') expect(entry.reason).toMatch(SENTENCE);
      }
      expect(result.samples.unusable).toEqual([
        {
          network: 'standardizing',
          reason: expect.stringMatching(SENTENCE),
          pictures: [{ id: 'cat/black.png', reason: 'gives features that are not finite' }],
        },
      ]);
      expect(() => parseResult(JSON.parse(JSON.stringify(result)))).not.toThrow();
    },
  );

  test('of the reference keeps metrics from comparing with it, and leaves those of the samples', async () => {
    const result = await run('clean', 'dirty', { model: at('standardizing.onnx') });
    expect(statusOf(result)).toEqual({ ...ALL_BUT_PAIRS, is: 'ok' });
    expect(result.reference?.unusable).toHaveLength(1);
  });

  test('goes with --on-bad-image skip as a bad picture', async () => {
    const options = { model: at('standardizing.onnx'), onBadImage: 'skip' } as const;
    const [skipped, clean] = [await run('dirty', 'clean', options), await run('clean', 'clean', options)];
    for (const id of ['fid', 'kid', 'precision', 'coverage']) {
      expect(found(skipped, id)).toEqual(found(clean, id));
    }
    expect(skipped.samples.skipped).toEqual([
      {
        id: 'cat/black.png',
        reason: 'cannot be used: standardizing gives features that are not finite for it',
      },
    ]);
    expect(skipped.samples).toMatchObject({ count: 200 });
    expect(skipped.samples.unusable).toBeUndefined();
    await expect(run('dirty', 'clean', { ...options, maxBad: 0 })).rejects.toThrow(
      /One picture of \S+dirty would be left out, more than 0 \(the last: "cat\/black\.png"/,
    );
  });

  test('is left out for the other networks too, and the result says so', async () => {
    const { metrics, warnings } = await run('dirty', 'clean', {
      model: at('standardizing.onnx'),
      metrics: ['fid', 'fid@inception-mnist'],
      onBadImage: 'skip',
    });
    expect(metrics.map((entry) => entry.status === 'ok' && entry.n)).toEqual([200, 200]);
    expect(warnings).toContain(
      `One bad picture of ${at('dirty')} left out. It is left out for every network because standardizing cannot use it: numbers of all networks are of the same pictures.`,
    );
  });

  test.each(['fail', 'skip'] as const)('is the same in parts that are merged (%s)', async (onBadImage) => {
    const input = {
      samples: at('dirty'),
      reference: at('clean'),
      ...MADE,
      model: at('standardizing.onnx'),
      metrics: [...METRICS],
      onBadImage,
    };
    const parts = [1, 2].map((index) => ({ index, of: 2, out: at(`part-${onBadImage}-${index}`) }));
    for (const part of parts) await scorePart({ ...input, part });
    const merged = await mergeParts({ parts: parts.map(({ out }) => out), threads: 2 });
    expect(bytes(merged)).toBe(bytes(await score({ ...input, cacheDir: at('cache') })));
  });

  test('makes no statistics file, no baseline and no curve', async () => {
    const options = { ...MADE, model: at('standardizing.onnx'), cacheDir: at('cache') };
    await expect(writeStatistics({ images: at('dirty'), out: at('s.npz'), ...options })).rejects.toThrow(
      SENTENCE,
    );
    await expect(stat(at('s.npz'))).rejects.toThrow(/ENOENT/);
    await writeStatistics({ images: at('dirty'), out: at('s.npz'), ...options, onBadImage: 'skip' });
    const result = await run('dirty', 'clean', { model: at('standardizing.onnx') });
    await expect(updateBaseline({ samples: result, baseline: at('baseline.json') })).rejects.toThrow(
      SENTENCE,
    );
    const { sets } = await ablate({
      samples: [at('dirty')],
      resolutions: [16, 32],
      metrics: ['is'],
      ...options,
    });
    for (const curve of sets[0].curves) expect(curve.status).toBe('not-computed');
    expect(sets[0].images.unusable).toHaveLength(1);
  });
});

test('features that would overflow in distances are refused, and logits beside them too', async () => {
  const result = await run('clean', 'clean', { model: at('large.onnx') });
  expect(statusOf(result)).toEqual(ALL_BUT_PAIRS);
  expect(result.samples.unusable?.[0].reason).toMatch(
    /gives features beyond ±1000000000000000 for 200 pictures of \S+ \("airplane\/\S+", .* and 197 more\)/,
  );
});

describe('a network that ends in a softmax', () => {
  test('gives the Inception Score of its logits, and the result says that it gives probabilities', async () => {
    const plain = await run('clean', 'clean', { model: at('plain.onnx') });
    const soft = await run('clean', 'clean', { model: at('softmax.onnx') });
    expect(found(soft, 'is').value).toBeCloseTo(found(plain, 'is').value, 5);
    expect(found(soft, 'is').se).toBeCloseTo(found(plain, 'is').se ?? 0, 5);
    expect(found(plain, 'is').value).toBeGreaterThan(1.2);
    const said = /^The network softmax gives probabilities, not logits/;
    expect(soft.warnings.filter((warning) => said.test(warning))).toHaveLength(1);
    expect(plain.warnings.join()).not.toMatch(/probabilities/);
  });

  test('or in a log-softmax gives it, too', async () => {
    const [plain, log] = [
      await run('clean', 'clean', { model: at('plain.onnx') }),
      await run('clean', 'clean', { model: at('log-softmax.onnx') }),
    ];
    expect(found(log, 'is').value).toBeCloseTo(found(plain, 'is').value, 5);
  });
});
