import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareResults } from '../../../src/compare/compare.js';
import { mergeParts } from '../../../src/distribute/merge.js';
import { scorePart } from '../../../src/distribute/part.js';
import { type EvaluationResult, parseResult } from '../../../src/documents/result.js';
import type { ScoreInput } from '../../../src/evaluate/input.js';
import { score } from '../../../src/evaluate/score.js';
import { readStatistics, saveStatistics } from '../../../src/evaluate/statistics/statistics-file.js';
import { writeStatistics } from '../../../src/evaluate/statistics/write-statistics.js';
import { gate } from '../../../src/gate/gate.js';
import { scoreAgain } from '../../../src/gate/score-again.js';
import { GraphBuilder } from '../../../src/onnx/graph.js';
import { float32 } from '../../../src/onnx/tensor.js';
import { formulaNumbers } from '../../networks/formula-weights.js';
import { FIXTURE, writeVariations } from '../pictures.js';

// float16 on the CPU, which rounds as GPUs do.

let folder: string;
let samples: string;
let cacheDir: string;
let model: string;
let exact: EvaluationResult;
let reduced: EvaluationResult;

const NETWORK = { inputSize: 16, normalize: '[-1,1]' } as const;
const PLAIN = {
  ...NETWORK,
  metrics: ['fid', 'is', 'msssim'],
  device: 'cpu',
  limit: 300,
  msssimPairs: 3,
  splits: 1,
  reference: FIXTURE,
} as const;
const again = (more: Partial<ScoreInput> = {}) =>
  score({ ...PLAIN, metrics: [...PLAIN.metrics], model, samples, cacheDir, ...more });

/** Eight features and ten class scores of a convolution: FID of so few takes no time. */
function smallNetwork(): Uint8Array {
  const graph = new GraphBuilder('small', { opset: 18 });
  const weights = (name: string, ...shape: number[]) =>
    graph.constant(float32(formulaNumbers(name, shape, [0, 0.5]), shape));
  const image = graph.input('image', 'float32', ['n', 3, 16, 16]);
  const planes = graph.node('Relu', [graph.node('Conv', [image, weights('filters', 8, 3, 5, 5)])]);
  const features = graph.node('Flatten', [graph.node('GlobalAveragePool', [planes])]);
  graph.output('features', features, 'float32', ['n', 8]);
  graph.output('logits', graph.node('MatMul', [features, weights('classes', 8, 10)]), 'float32', ['n', 10]);
  return graph.toBytes();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-precision-'));
  samples = join(folder, 'samples');
  cacheDir = join(folder, 'cache');
  await writeVariations(samples, 2);
  model = join(folder, 'small.onnx');
  await writeFile(model, smallNetwork());
  exact = await again();
  reduced = await again({ precision: 'fp16' });
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const numberOf = ({ metrics }: EvaluationResult, id: string) => {
  const entry = metrics.find((each) => each.id === id && each.subject === 'samples');
  return entry?.status === 'ok' ? entry.value : Number.NaN;
};

describe('a score in float16', () => {
  it('shares no row with float32, and says its precision and how far its features are', () => {
    expect(reduced.run.picturesFromCache).toBe(0);
    expect(exact.settings.precision).toBeUndefined();
    expect(exact).not.toHaveProperty('featureDistances');
    expect(reduced.settings.precision).toBe('fp16');
    const [{ network, pictures, median, largest }] = reduced.featureDistances ?? [];
    expect({ network, pictures }).toEqual({ network: 'small', pictures: 100 });
    expect(median).toBeGreaterThan(1e-5);
    expect(median).toBeLessThan(2e-3);
    expect(largest).toBeGreaterThan(median);
    expect(largest).toBeLessThan(2e-2);
    expect(reduced.warnings[0]).toMatch(
      /^small computed in float16: its features are \d\.\de-\d from those of float32 in the median of 100 pictures, .* compare the numbers with those of float16 alone\.$/,
    );
    expect(reduced.comparableWith).toMatch(
      / They are computed in float16: compare them with others that are\.$/,
    );
    expect(parseResult(JSON.parse(JSON.stringify(reduced)))).toEqual(reduced);
  });

  it('gives numbers near those of float32; what no network reads is the same', () => {
    expect(numberOf(reduced, 'is')).not.toBe(numberOf(exact, 'is'));
    expect(numberOf(reduced, 'is')).toBeCloseTo(numberOf(exact, 'is'), 2);
    expect(Math.abs(numberOf(reduced, 'fid') / numberOf(exact, 'fid') - 1)).toBeLessThan(0.01);
    expect(numberOf(reduced, 'msssim')).toBe(numberOf(exact, 'msssim'));
  });

  it('is the same from the cache, and of parts', async () => {
    const bytes = ({ run: _, ...rest }: EvaluationResult) => JSON.stringify(rest);
    const cached = await again({ precision: 'fp16' });
    expect(cached.run).toMatchObject({ picturesExtracted: 0, device: null });
    expect(bytes(cached)).toBe(bytes(reduced));
    const outs = [1, 2].map((index) => join(folder, `part${index}`));
    for (const [i, out] of outs.entries()) {
      const part = { index: i + 1, of: 2, out };
      await scorePart({ ...PLAIN, metrics: [...PLAIN.metrics], model, samples, precision: 'fp16', part });
    }
    expect(bytes(await mergeParts({ parts: outs }))).toBe(bytes(reduced));
  });

  it('is refused with a device that is not named, or the wrong one', async () => {
    await expect(
      again({ precision: 'fp16', device: 'auto', cacheDir: join(folder, 'empty') }),
    ).rejects.toThrow(/--precision fp16 is for GPUs, and none was found/);
    await expect(again({ precision: 'tf32' })).rejects.toThrow(
      '--precision tf32 is of CUDA alone, and --device is cpu: leave one of them out.',
    );
  });
});

describe('compare and gate', () => {
  it('compare no number of a network with one at another precision', () => {
    const { rows, notes } = compareResults([
      { name: 'a.json', result: exact },
      { name: 'b.json', result: reduced },
    ]);
    const differences = (metric: string) => {
      const cell = rows.find((row) => row.metric === metric)?.cells[1];
      return cell?.status === 'ok' && cell.differences;
    };
    const precision = { field: 'settings.precision', yardstick: 'float32', here: 'fp16' };
    expect(differences('fid')).toEqual([precision]);
    expect(differences('is')).toEqual([precision]);
    expect(differences('msssim')).toEqual([]);
    expect(notes.join('\n')).toContain('settings.precision is fp16, not float32');
  });

  it('judge pictures at the precision of the baseline, and refuse a result at another one', async () => {
    const { run: _, ...baseline } = reduced;
    const scored = await scoreAgain({
      ...NETWORK,
      model,
      samples,
      before: baseline,
      limit: 300,
      device: 'cpu',
      cacheDir,
    });
    expect(scored.settings.precision).toBe('fp16');
    expect(scored.run.picturesExtracted).toBe(0);
    const rowsOf = async (result: EvaluationResult) => {
      const { verdict } = await gate({ samples: result, baseline });
      return new Map(verdict.rows.map((row) => [row.metric, row]));
    };
    expect((await rowsOf(scored)).get('fid')?.status).toBe('pass');
    const refused = (await rowsOf(exact)).get('fid');
    expect(refused).toMatchObject({
      status: 'not-comparable',
      differences: [{ field: 'settings.precision', baseline: 'fp16', now: 'float32' }],
    });
    expect(JSON.stringify(refused)).toContain('--precision fp16');
    expect((await rowsOf(exact)).get('msssim')?.status).toBe('pass');
  });
});

describe('statistics', () => {
  it('say what they were computed in, and are refused by samples at another precision', async () => {
    const [own, half] = [join(folder, 'own.npz'), join(folder, 'half.npz')];
    const options = { ...NETWORK, model, images: FIXTURE, cacheDir, device: 'cpu' } as const;
    await writeStatistics({ ...options, out: own });
    await writeStatistics({ ...options, out: half, precision: 'fp16' });
    expect((await readStatistics(own)).precision).toBe('float32');
    expect((await readStatistics(half)).precision).toBe('fp16');
    await expect(again({ reference: half })).rejects.toThrow(
      `The statistics file ${half} was made in float16, and the features of this run are in float32: add --precision fp16, or make it again with ganeval stats --precision float32.`,
    );
    await expect(again({ reference: own, precision: 'fp16' })).rejects.toThrow(
      /was made in float32, and the features of this run are in float16/,
    );
    const matching = await again({ reference: half, precision: 'fp16' });
    expect(numberOf(matching, 'fid')).toBeCloseTo(numberOf(reduced, 'fid'), 6);
  });

  it('of others, which do not say it, are taken with a warning', async () => {
    const { statistics } = await readStatistics(join(folder, 'own.npz'));
    const foreign = join(folder, 'foreign.npz');
    await saveStatistics(foreign, statistics, {});
    const result = await again({ reference: foreign, precision: 'fp16' });
    expect(result.warnings).toContain(
      `The statistics file ${foreign} does not say what it was computed in, float32 by all odds, and the features of this run are in float16: FID has that difference in it.`,
    );
    expect((await again({ reference: foreign })).warnings.join()).not.toContain('by all odds');
  });
});
