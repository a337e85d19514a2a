import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scorePart } from '../../src/distribute/part.js';
import { type EvaluationResult, parseResult } from '../../src/documents/result.js';
import type { ScoreInput } from '../../src/evaluate/input.js';
import { chooseAskedMetrics } from '../../src/evaluate/metric-requests.js';
import { score } from '../../src/evaluate/score.js';
import { writeStatistics } from '../../src/evaluate/statistics/write-statistics.js';
import { findObstacle } from '../../src/gate/judging/comparable.js';
import { scoreAgain } from '../../src/gate/score-again.js';
import { FIXTURE, writeVariations } from './pictures.js';

const MODELS = ['inception-cifar10', 'inception-mnist'] as const;

type ScoredFacts = Omit<EvaluationResult, 'run'>;

let folder: string;
let input: ScoreInput;
let heldOut: string;
let result: EvaluationResult;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-validation-'));
  const samples = join(folder, 'samples');
  heldOut = join(folder, 'held-out');
  await writeVariations(samples, 1);
  await writeVariations(heldOut, 1);
  input = {
    samples,
    reference: FIXTURE,
    metrics: ['fid', 'fdr'],
    limit: 60,
    threads: 2,
    cacheDir: join(folder, 'cache'),
  };
  result = await score({ ...input, validation: heldOut, validationLimit: 40, model: [...MODELS] });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const computed = ({ metrics }: EvaluationResult, id: string, network?: string) => {
  const entry = metrics.find((each) => each.id === id && each.network === network);
  if (entry?.status !== 'ok') throw new Error(`${id} has no value: ${entry?.reason}`);
  return entry;
};

describe('a score with a validation set', () => {
  test('divides the distance of the samples by that of the validation set, on each network, and has their mean', async () => {
    const real = await score({
      ...input,
      samples: heldOut,
      limit: 40,
      metrics: ['fid'],
      model: [...MODELS],
    });
    const ratios = [undefined, MODELS[1]].map((network) => {
      const ratio = computed(result, 'fid', network).value / computed(real, 'fid', network).value;
      expect(computed(result, 'fdr', network).value).toBeCloseTo(ratio, 8);
      return ratio;
    });
    const mean = computed(result, 'fdr-mean');
    expect(mean.title).toBe('FDr²');
    expect(mean.value).toBeCloseTo((ratios[0] + ratios[1]) / 2, 8);
    expect(mean.details).toEqual({ networks: 'inception-cifar10, inception-mnist' });
  });

  test('is described in the result, whose form is that of the schema', () => {
    expect(result.validation).toMatchObject({ source: heldOut, count: 40 });
    expect(result.settings.validationLimit).toBe(40);
    expect(parseResult(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });

  test('has FDr among the usual metrics, which a score without one has not', () => {
    const ids = (...asked: Parameters<typeof chooseAskedMetrics>) =>
      chooseAskedMetrics(...asked).map(({ id }) => id);
    expect(ids({}, true)).toContain('fdr');
    expect(ids({ fdrDivisors: 'imagenet-256' }, false)).toContain('fdr');
    expect(ids({}, false)).not.toContain('fdr');
    expect(ids({ metrics: ['fid'] }, true)).toEqual(['fid']);
  });

  test('takes statistics for one, and computes nothing on networks that those are not of', async () => {
    const out = join(folder, 'held-out.npz');
    await writeStatistics({ images: heldOut, out, limit: 90, model: MODELS[0], cacheDir: input.cacheDir });
    const found = await score({ ...input, validation: out, model: [...MODELS] });
    expect(found.validation).toMatchObject({ kind: 'statistics' });
    expect(computed(found, 'fdr').details?.validationN).toBe(90);
    expect(found.metrics.find(({ id, network }) => id === 'fdr' && network)).toMatchObject({
      reason: expect.stringContaining('pass real pictures with --validation'),
    });
  });

  test('is found again by the gate, which compares FDr with no other one', async () => {
    const { run: _run, ...before } = result;
    const again = await scoreAgain({ samples: input.samples, before, limit: 60, cacheDir: input.cacheDir });
    expect(again.metrics).toEqual(result.metrics);
    const other = { ...before, validation: { ...before.samples, digest: 'other' } };
    expect(findObstacle(before, other, { metric: 'fdr' })?.remedy).toContain(`--validation ${heldOut}`);
    expect(findObstacle(before, other, { metric: 'fid' })).toBeUndefined();
    const withCt = (set: ScoredFacts) => ({
      ...set,
      metrics: set.metrics.map((entry) => (entry.id === 'fid' ? { ...entry, id: 'ct' } : entry)),
    });
    expect(findObstacle(withCt(before), withCt(other), { metric: 'ct' })?.remedy).toContain('--validation');
  });

  test('cannot be divided among machines, and has no published distances on other networks', async () => {
    const part = { index: 1, of: 2, out: join(folder, 'part') };
    await expect(scorePart({ ...input, validation: heldOut, part })).rejects.toThrow(
      'leave --validation out',
    );
    const { metrics } = await score({ ...input, model: MODELS[0], fdrDivisors: 'imagenet-256' });
    expect(metrics.find(({ id }) => id === 'fdr')).toMatchObject({
      reason: expect.stringContaining('No distance of real pictures is published for this network'),
    });
    await expect(score({ ...input, validationSplit: 'test' })).rejects.toThrow('name one with --validation');
  });

  test('says what else than the published distance its features and pictures are', async () => {
    const model = join(folder, 'mae.onnx');
    const own = new URL('../../models/inception-cifar10', import.meta.url).pathname;
    const card = JSON.parse(await readFile(`${own}.json`, 'utf8'));
    await copyFile(`${own}.onnx`, model);
    await writeFile(join(folder, 'mae.json'), JSON.stringify({ ...card, name: 'mae-vit-l-16' }));
    const found = await score({ ...input, model, fdrDivisors: 'imagenet-256' });
    expect(computed(found, 'fdr').details?.divisor).toBe(0.04);
    const about = found.warnings.filter((warning) => /published/.test(warning));
    expect(
      about.map((warning) => warning.match(/bfloat16|--profile fdr|50000|few digits|256×256/)?.[0]),
    ).toEqual(['256×256', '256×256', 'bfloat16', '--profile fdr', '50000', 'few digits']);
  });
});
