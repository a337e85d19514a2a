import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeNpy, type NpyArray, parseNpy } from '../../../src/archives/npy.js';
import { readNpz, writeNpz } from '../../../src/archives/npz.js';
import { compareResults } from '../../../src/compare/compare.js';
import { scorePart } from '../../../src/distribute/part.js';
import type { EvaluationResult } from '../../../src/documents/result.js';
import type { ScoreInput } from '../../../src/evaluate/input.js';
import { withRun } from '../../../src/evaluate/open-run.js';
import { planScore } from '../../../src/evaluate/plan-score.js';
import { prepareSet } from '../../../src/evaluate/prepare-set.js';
import { score } from '../../../src/evaluate/score.js';
import { writeStatistics } from '../../../src/evaluate/statistics/write-statistics.js';
import { gate, updateBaseline } from '../../../src/gate/gate.js';
import { gateIllustrated } from '../../../src/gate/gate-illustrated.js';
import { scoreIllustrated } from '../../../src/illustrate/score-illustrated.js';
import type { Rows } from '../../../src/metrics/rows.js';
import { fixturePictures } from '../pictures.js';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');
const made = (name: string) => join(FIXTURES, 'features', name);
const golden = (name: string) => join(FIXTURES, 'golden/metrics', name);
const REFERENCE = made('reference.npy');

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-features-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, array: NpyArray): Promise<string> {
  await writeFile(at(name), encodeNpy(array));
  return at(name);
}

const scoreFile = (samples: string, more: Partial<ScoreInput> = {}) =>
  score({ samples, reference: REFERENCE, features: true, threads: 1, ...more });
const entry = ({ metrics }: EvaluationResult, id: string) => metrics.find((metric) => metric.id === id);
function numberOf(result: EvaluationResult, id: string): number {
  const found = entry(result, id);
  if (found?.status !== 'ok') throw new Error(`${id}: ${found?.reason}`);
  return found.value;
}

describe('the values of other tools', () => {
  test('FID, KID, precision, recall, density and coverage of 500 and 700 rows', async () => {
    const { cases } = JSON.parse(await readFile(golden('metrics.json'), 'utf8'));
    const { fid, kid, prdc_k3, prdc_k5 } = cases.general;
    const result = await score({
      samples: golden('fake.npy'),
      reference: golden('real.npy'),
      features: true,
      kidSubsetSize: 200,
      threads: 1,
    });
    expect(numberOf(result, 'fid')).toBeCloseTo(fid.pytorch_fid, 9);
    expect(numberOf(result, 'kid')).toBeCloseTo(kid.torch_fidelity_float64_input1_fake_input2_real.mean, 9);
    expect(numberOf(result, 'precision')).toBeCloseTo(prdc_k3.clovaai_float64.precision, 12);
    expect(numberOf(result, 'recall')).toBeCloseTo(prdc_k3.clovaai_float64.recall, 12);
    expect(numberOf(result, 'density')).toBeCloseTo(prdc_k5.clovaai_float64.density, 12);
    expect(numberOf(result, 'coverage')).toBeCloseTo(prdc_k5.clovaai_float64.coverage, 12);
    for (const id of ['fid', 'fid-infinity', 'kid', 'precision', 'recall', 'density', 'coverage']) {
      expect(entry(result, id)).toMatchObject({ n: 500, se: expect.any(Number) });
      expect(entry(result, id)).not.toHaveProperty('extractor');
    }
  });

  test.each([
    'little-f2.npy',
    'little-f4.npy',
    'little-f8.npy',
    'big-f2.npy',
    'big-f4.npy',
    'big-f8.npy',
    'fortran-f4.npy',
    'fortran-big-f8.npy',
    'stored.npz',
    'deflated.npz',
    'deflated-fortran.npz',
  ])("%s has SciPy's FID, and every number of the others", async (name) => {
    const { fid } = JSON.parse(await readFile(made('expected.json'), 'utf8'));
    const [result, other] = [await scoreFile(made(name)), await scoreFile(made('little-f4.npy'))];
    expect(numberOf(result, 'fid')).toBeCloseTo(fid, 9);
    expect(result.metrics).toEqual(other.metrics);
    expect(result.findings).toEqual(other.findings);
  });
});

describe("a network's own features", () => {
  const cache = () => ({ cache: true, cacheDir: at('cache'), threads: 1 });
  let pictured: EvaluationResult;
  beforeAll(async () => {
    const pictures = (await fixturePictures()).map(({ picture }) => picture.pixels);
    for (const [name, from, to] of [
      ['samples', 0, 80],
      ['real', 80, 200],
    ] as const) {
      const data = Buffer.concat(pictures.slice(from, to));
      await writeNpz(at(`${name}-pictures.npz`), { arr_0: { shape: [to - from, 32, 32, 3], data } });
    }
    const input = { samples: at('samples-pictures.npz'), reference: at('real-pictures.npz'), ...cache() };
    pictured = await score(input);
    await withRun({ ...input, metrics: ['fid'] }, {}, async ({ plan, store, hooks }) => {
      const { options } = plan;
      for (const set of plan.sets) {
        const { subject } = await prepareSet(set, { options, store, hooks });
        const { count, width, read } = subject.features as Rows;
        const data = await read.call(subject.features, 0, count);
        await put(set.set.role === 'samples' ? 'samples.npy' : 'real.npy', { shape: [count, width], data });
      }
    });
    await writeStatistics({ images: at('real-pictures.npz'), out: at('pictured.npz'), ...cache() });
  });

  test('as files give the values of the pictures', async () => {
    const result = await scoreFile(at('samples.npy'), { reference: at('real.npy') });
    for (const id of ['fid', 'precision', 'recall', 'density', 'coverage'])
      expect(numberOf(result, id)).toBe(numberOf(pictured, id));
    expect(numberOf(result, 'kid')).toBeCloseTo(numberOf(pictured, 'kid'), 3);
    for (const id of ['is', 'accuracy', 'msssim']) {
      expect(entry(result, id)).toMatchObject({
        status: 'not-computed',
        reason: expect.stringMatching(/^The samples are features alone, without (class scores|classes): /),
      });
    }
    expect(result.metrics.every(({ subject }) => subject === 'samples')).toBe(true);
  });

  test('give the statistics of the pictures, without a network', async () => {
    const written = await writeStatistics({ images: at('real.npy'), out: at('own.npz'), features: true });
    expect(written).toEqual({ count: 120, dimensions: 480, out: at('own.npz') });
    const [own, theirs] = await Promise.all(
      ['own.npz', 'pictured.npz'].map((name) => readNpz(at(name), ['mu', 'sigma', 'count'])),
    );
    expect(own).toEqual(theirs);
    await expect(readNpz(at('own.npz'), ['network'])).rejects.toThrow('has no array named network');
    const results = [];
    for (const name of ['own.npz', 'pictured.npz']) {
      results.push(await scoreFile(at('samples.npy'), { reference: at(name), metrics: ['fid', 'kid'] }));
    }
    for (const result of results) {
      expect(numberOf(result, 'fid')).toBe(numberOf(pictured, 'fid'));
      expect(entry(result, 'kid')).toMatchObject({
        reason: expect.stringContaining('a statistics file holds none'),
      });
      expect(result.reference).toMatchObject({ kind: 'statistics', count: 120 });
    }
    expect(results[0].warnings.join()).not.toContain('with which network');
    expect(results[1].warnings[0]).toContain('says with which network it was made');
  });

  test('are not compared with pictures, nor with features of another width', async () => {
    const ofFile = await scoreFile(at('samples.npy'), { reference: at('real.npy'), metrics: ['fid'] });
    const narrow = await scoreFile(made('little-f4.npy'), { metrics: ['fid'] });
    for (const [other, was, is] of [
      [pictured, '480 a picture', 'none'],
      [narrow, '480 a picture', '4 a picture'],
    ] as const) {
      const { rows } = compareResults([
        { name: 'file', result: ofFile },
        { name: 'other', result: other },
      ]);
      const [, cell] = rows.find(({ metric }) => metric === 'fid')?.cells ?? [];
      expect(cell).toMatchObject({ comparable: false });
      expect(cell).toMatchObject({
        differences: expect.arrayContaining([{ field: 'samples.features', yardstick: was, here: is }]),
      });
    }
  });
});

test('the result says what the file is', async () => {
  const result = await scoreFile(made('deflated.npz'), { metrics: ['fid'] });
  const digest = createHash('sha256')
    .update(await readFile(made('deflated.npz')))
    .digest('hex');
  expect(result.samples).toEqual({
    source: made('deflated.npz'),
    kind: 'features',
    digest,
    count: 70,
    classes: null,
    sizes: null,
    features: { width: 4, type: 'float32', array: 'pool' },
    changed: {},
    skipped: [],
  });
  expect(result.reference).toMatchObject({
    kind: 'features',
    count: 90,
    features: { width: 4, type: 'float32' },
  });
  expect(result.comparableWith).toContain('features of the same network alone (4 a picture)');
});

test('the order of the rows changes no number', async () => {
  const { data } = parseNpy(await readFile(golden('fake.npy')));
  const rows = Array.from({ length: 500 }, (_, row) =>
    [...data.subarray(64 * row, 64 * row + 64)].map(Number),
  );
  const reversed = Float32Array.from(rows.toReversed().flat());
  const more = { reference: golden('real.npy') };
  const one = await scoreFile(golden('fake.npy'), more);
  const other = await scoreFile(await put('reversed.npy', { shape: [500, 64], data: reversed }), more);
  for (const id of ['fid', 'fid-infinity', 'precision', 'density', 'coverage']) {
    const [a, b] = [entry(one, id), entry(other, id)];
    if (a?.status !== 'ok' || b?.status !== 'ok') throw new Error('not computed');
    expect(b.value).toBeCloseTo(a.value, 7);
    expect(b.se).toBeCloseTo(a.se as number, 7);
  }
});

test('repeated rows and rows of the reference are named', async () => {
  const { data } = parseNpy(await readFile(REFERENCE));
  const rows = (data as Float32Array).slice(0, 4 * 40);
  rows.copyWithin(4, 0, 4);
  const { findings } = await scoreFile(await put('copied.npy', { shape: [40, 4], data: rows }));
  expect(findings?.duplicates.exact).toEqual({ count: 1, examples: [{ picture: 'row 1', other: 'row 0' }] });
  expect(findings?.memorized?.exact.count).toBe(40);
});

describe('the gate', () => {
  test('takes features as its baseline has them, and refuses others', async () => {
    const baseline = at('baseline.json');
    const input = { samples: made('little-f4.npy'), baseline, features: true, reference: REFERENCE };
    await updateBaseline(input);
    const { verdict, result } = await gate({ samples: made('stored.npz'), baseline });
    expect(verdict.passed).toBe(true);
    expect(result.samples.kind).toBe('features');
    const wide = await put('wide.npy', { shape: [70, 2], data: new Float32Array(140).map((_, i) => i % 13) });
    await expect(gate({ samples: wide, baseline })).rejects.toThrow(
      'have 2 features a row and the reference',
    );
    const shown = await gateIllustrated({ samples: made('stored.npz'), baseline });
    expect(shown.illustrations.missing).toEqual(['The samples are features: there are no pictures to show.']);
  });
});

describe('what is refused', () => {
  const floats = (shape: readonly number[], fill = 0.5): NpyArray => ({
    shape,
    data: new Float32Array(shape.reduce((all, side) => all * side, 1)).fill(fill),
  });

  test.each([
    ['three axes', floats([3, 2, 2]), /has the shape 3×2×2 instead of N×D: save array.reshape/],
    [
      'pictures',
      { shape: [3, 2, 2, 3], data: new Uint8Array(36) },
      /if these are pictures, leave --features out/,
    ],
    ['one axis', floats([12]), /has the shape 12 instead of N×D, a row for each picture/],
    [
      'whole numbers',
      { shape: [3, 4], data: new Int32Array(12) },
      /holds values of type <i4 instead of float16/,
    ],
    ['no rows', floats([0, 4]), /holds no pictures/],
    ['no columns', floats([3, 0]), /has no features/],
    ['too many columns', floats([1, 16_385]), /has 16385 features a row, more than the 16384/],
  ] as const)('%s', async (_, array, says) => {
    await expect(scoreFile(await put('refused.npy', array))).rejects.toThrow(says);
  });

  test.each([
    ['float32', new Float32Array(12), Number.NaN, 'row 1 holds features that are not finite'],
    ['float64', new Float64Array(12), 1e300, 'row 1 holds features beyond ±1000000000000000'],
    ['float64', new Float64Array(12), -2e15, 'row 1 holds features beyond ±1000000000000000'],
  ])('%s rows that no metric can take', async (_, data, value, says) => {
    data[5] = value;
    await expect(scoreFile(await put('faulty.npy', { shape: [3, 4], data }))).rejects.toThrow(
      `has one row of 3 that no metric can take (${says}; the first row is 0)`,
    );
  });

  test('several arrays without a name, and an array that is not there', async () => {
    await expect(scoreFile(made('two.npz'))).rejects.toThrow(
      /has several arrays that may be features \(.*pool/,
    );
    const { fidOfReversed } = JSON.parse(await readFile(made('expected.json'), 'utf8'));
    const flat = await scoreFile(made('two.npz'), { array: 'flat' });
    expect(numberOf(flat, 'fid')).toBeCloseTo(fidOfReversed, 9);
    await expect(scoreFile(made('two.npz'), { array: 'none' })).rejects.toThrow('has no array named none');
    await expect(scoreFile(made('little-f4.npy'), { array: 'pool' })).rejects.toThrow('leave --array out');
  });

  test('one row: nothing can be computed of it', async () => {
    const one = await put('one.npy', floats([1, 4]));
    const { metrics } = await scoreFile(one);
    expect(metrics.filter(({ status }) => status === 'ok').map(({ id }) => id)).toEqual(
      expect.not.arrayContaining(['fid']),
    );
    await expect(writeStatistics({ images: one, out: at('one.npz'), features: true })).rejects.toThrow(
      'Statistics need at least 2 pictures',
    );
  });

  test('no file, a folder, statistics as samples', async () => {
    await expect(scoreFile(at('none.npy'))).rejects.toThrow('do not exist: with --features give');
    await expect(scoreFile(folder)).rejects.toThrow('cannot be read (it is not a regular file)');
    await expect(scoreFile(golden('stats_real.npz'))).rejects.toThrow('holds statistics (mu and sigma)');
  });

  test('another width than that of the reference', async () => {
    await expect(scoreFile(golden('fake.npy'))).rejects.toThrow(
      /have 64 features a row and the reference .* has 4: give features of one and the same network/,
    );
  });

  test('options that go with pictures', async () => {
    await expect(scoreFile(made('little-f4.npy'), { model: 'inception-cifar10' })).rejects.toThrow(
      'Option model goes with pictures',
    );
    await expect(scoreFile(made('little-f4.npy'), { labels: 'labels.csv' })).rejects.toThrow(
      'Option labels goes with pictures',
    );
  });

  test('what runs, shows or divides pictures', async () => {
    const input = { samples: made('little-f4.npy'), features: true };
    for (const use of [planScore, scoreIllustrated]) {
      await expect(use(input)).rejects.toThrow('Option features goes with a score, statistics and a gate');
    }
    await expect(scorePart({ ...input, part: { index: 1, of: 2, out: at('part') } })).rejects.toThrow(
      'Option features goes with a score, statistics and a gate',
    );
  });

  test('without the option, features are named in the hint', async () => {
    for (const name of ['little-f4.npy', 'big-f2.npy', 'fortran-big-f8.npy', 'deflated-fortran.npz'])
      await expect(score({ samples: made(name) })).rejects.toThrow(/70 rows of 4 .*say --features/);
    await expect(
      score({ samples: join(FIXTURES, 'cifar10/test'), reference: REFERENCE, metrics: ['fid'] }),
    ).rejects.toThrow(/90 rows of 4 .*say --features/);
  });
});

test('--metrics names metrics of the features: cmmd is one, and what asks for a network is refused', async () => {
  const { metrics, settings } = await scoreFile(made('reference.npy'), { metrics: ['fid', 'cmmd'] });
  expect(metrics.map(({ id, status }) => [id, status])).toEqual([
    ['fid', 'ok'],
    ['cmmd', 'ok'],
  ]);
  expect(settings.metrics).toEqual(['fid', 'cmmd']);
  for (const [name, id] of [
    ['fd-dinov2', 'fid'],
    ['kid@dinov2-vit-s-14', 'kid'],
  ]) {
    await expect(scoreFile(REFERENCE, { metrics: ['fid', name] })).rejects.toThrow(
      `"${name}" in --metrics asks for a network, and --features names features that are there already: write ${id}, which is computed on them.`,
    );
  }
});

test('a metric without a standard error says why, in its entry and in one warning', async () => {
  const rows = (count: number, shift: number) => ({
    shape: [count, 4],
    data: Float32Array.from({ length: 4 * count }, (_, i) => Math.sin(i * i + shift)),
  });
  const result = await score({
    samples: await put('few.npy', rows(50, 0)),
    reference: await put('others.npy', rows(90, 1)),
    features: true,
    metrics: ['precision', 'recall', 'vendi', 'fid'],
    threads: 1,
  });
  const ofHalves = 'it comes from halves of both sets, which take 64 pictures each, and there are 50 samples';
  const ofGroups = 'it leaves out 20 groups of pictures in turn, which takes 60 of them, and there are 50';
  for (const [id, why] of [
    ['precision', ofHalves],
    ['recall', ofHalves],
    ['vendi', ofGroups],
  ]) {
    expect(entry(result, id)).toMatchObject({ status: 'ok', uncertainty: `none: ${why}` });
    expect(entry(result, id)).not.toHaveProperty('se');
  }
  expect(result.warnings).toEqual(
    expect.arrayContaining([
      `Precision, Recall: There is no standard error: ${ofHalves}.`,
      `Vendi score: There is no standard error: ${ofGroups}.`,
    ]),
  );
  expect(entry(result, 'fid')).toMatchObject({ se: expect.any(Number) });
});
