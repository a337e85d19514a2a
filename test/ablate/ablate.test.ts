import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ablate, planAblation } from '../../src/ablate/ablate.js';
import { listResolutions } from '../../src/ablate/options.js';
import { type AblatedSet, type Ablation, parseAblation } from '../../src/documents/ablation.js';
import { score } from '../../src/evaluate/score.js';
import { writeStatistics } from '../../src/evaluate/statistics/write-statistics.js';
import { imagesInMemory } from '../../src/images/memory.js';
import { encodePng } from '../../src/images/write-png.js';
import { FIXTURE, fixturePictures } from '../evaluate/pictures.js';

let folder: string;
let cacheDir: string;
/** The fixture's pictures enlarged to 64×64 by repeating each pixel: no detail beyond 32×32. */
let enlarged: string;
/** The fixture's pictures with 2×2 pixels of one color each: no detail beyond 16×16. */
let coarse: string;
let ablation: Ablation;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-ablate-'));
  cacheDir = join(folder, 'cache');
  enlarged = join(folder, 'enlarged');
  coarse = join(folder, 'coarse');
  await writeSampled(enlarged, 64, (y, x) => [y >> 1, x >> 1]);
  await writeSampled(coarse, 32, (y, x) => [y & ~1, x & ~1]);
  ablation = await ablate({
    samples: [coarse, enlarged],
    reference: FIXTURE,
    cacheDir,
    resolutions: [8, 16, 32],
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Writes the fixture's pictures with pixels taken from elsewhere. */
async function writeSampled(to: string, side: number, from: (y: number, x: number) => [number, number]) {
  for (const { id, picture } of await fixturePictures()) {
    const pixels = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
      const [y, x] = from(Math.floor(i / 3 / side), Math.floor(i / 3) % side);
      return picture.pixels[(y * 32 + x) * 3 + (i % 3)];
    });
    await mkdir(dirname(join(to, id)), { recursive: true });
    await writeFile(join(to, id), await encodePng({ width: side, height: side, channels: 3, pixels }));
  }
}

function curveOf(set: AblatedSet, id: string) {
  const curve = set.curves.find((each) => each.id === id);
  if (curve?.status !== 'ok') throw new Error(`${id} was not computed: ${curve?.reason}`);
  return curve;
}

const valuesOf = (set: AblatedSet, id: string) => curveOf(set, id).points.map(({ value }) => value);

describe('ablate', () => {
  test('writes a valid document with the samples in order and the reference last', () => {
    expect(parseAblation(JSON.parse(JSON.stringify(ablation)))).toEqual(ablation);
    expect(ablation.sets.map(({ subject, fullSize }) => [subject, fullSize])).toEqual([
      ['samples', 32],
      ['samples', 64],
      ['reference', 32],
    ]);
  });

  test('agrees with score at every resolution, for samples and reference', async () => {
    const options = {
      reference: FIXTURE,
      cacheDir,
      resolutions: [8, 16, 32],
      metrics: ['accuracy'] as const,
    };
    const { metrics } = await score({ samples: coarse, ...options, metrics: ['accuracy', 'is', 'fid'] });
    for (const [subject, set] of [
      ['samples', ablation.sets[0]],
      ['reference', ablation.sets[2]],
    ] as const) {
      const entry = metrics.find((each) => each.id === 'accuracy' && each.subject === subject);
      if (entry?.status !== 'ok') throw new Error('no accuracy');
      const points = curveOf(set, 'accuracy').points.map(({ resolution, value, se, interval }) => ({
        ...{ resolution, value, se, interval },
      }));
      expect(points).toEqual(
        (entry.perResolution ?? []).map(({ resolution, value, se, interval }) => ({
          ...{ resolution, value, se, interval },
        })),
      );
    }
    for (const id of ['is', 'fid'] as const) {
      const entry = metrics.find((each) => each.id === id && each.subject === 'samples');
      expect(entry).toMatchObject({ value: valuesOf(ablation.sets[0], id)[2] });
    }
  });

  test('warns of the samples alone, not of the FID of the reference with itself', () => {
    const named = ablation.warnings.filter((warning) => warning.includes('Fréchet'));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((warning) => warning.startsWith(FIXTURE))).toEqual([]);
    expect(ablation.warnings.filter((warning) => warning.includes('of the reference:'))).toEqual([]);
  });

  test('finds where detail ends: reduction that takes nothing away changes nothing', () => {
    const [set] = ablation.sets;
    expect(set.finding).toMatchObject({ kind: 'up-to', resolution: 16, networkTooSmall: false });
    expect(set.finding.sentences[0]).toBe(
      'These samples carry class information up to about 16×16 of their 32×32 pixels.',
    );
    // Decimation finds each 2×2 block's own color; the bilinear way back is not the block's, so that some answers change.
    const accuracy = curveOf(set, 'accuracy');
    expect(accuracy.points[1].loss?.value).toBeLessThan(0.5);
    expect(accuracy.points[0].loss?.value).toBeGreaterThan(accuracy.points[1].loss?.value ?? 1);
  });

  test('says that a network of 32 pixels can’t judge those of 64', () => {
    const [, set] = ablation.sets;
    expect(set.finding).toMatchObject({ kind: 'network-limit', resolution: 32, networkTooSmall: true });
    expect(curveOf(set, 'accuracy').points.map(({ informative }) => informative)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(set.steps.map(({ verdict }) => verdict)[2]).toBe('not-tested');
  });

  test('compares the reduced samples with the reference as it is, and the reference with itself', async () => {
    const [, , reference] = ablation.sets;
    const fid = curveOf(reference, 'fid');
    expect(fid.points[2].value).toBe(0);
    expect(fid.points[0].value).toBeGreaterThan(fid.points[1].value);
    expect(fid.points.every(({ se, interval }) => se === undefined && interval === undefined)).toBe(true);
    const { sets } = await ablate({
      samples: [FIXTURE],
      reference: FIXTURE,
      cacheDir,
      resolutions: [8],
      metrics: ['fid'],
    });
    expect(valuesOf(sets[0], 'fid')[0]).toBe(fid.points[0].value);
    expect(sets[0].finding.kind).toBe('no-accuracy');
    expect(sets[0].steps).toEqual([]);
  });

  test('gives the same at and above full size, and marks what is above', async () => {
    const { sets } = await ablate({
      samples: [FIXTURE],
      cacheDir,
      resolutions: [16, 32, 40, 64],
      metrics: ['accuracy', 'is'],
    });
    for (const id of ['accuracy', 'is']) {
      const [, full, ...above] = curveOf(sets[0], id).points;
      for (const point of above) {
        expect(point).toEqual({ ...full, resolution: point.resolution, informative: false });
      }
    }
    expect(sets[0].steps.map(({ from, to }) => [from, to])).toEqual([[16, 32]]);
    const classes = curveOf(sets[0], 'accuracy').perClass ?? [];
    expect(classes).toHaveLength(10);
    for (const { points } of classes) expect(points[3].value).toBe(points[1].value);
  });

  test('is the same whatever the batch and the cache', async () => {
    const { sets, run } = await ablate({
      samples: [coarse],
      ...{ resolutions: [8, 16], metrics: ['accuracy', 'is'] },
      ...{ cache: false, batchSize: 7 },
    });
    expect(run.picturesFromCache).toBe(0);
    const [before] = ablation.sets;
    expect(sets[0]).toEqual({ ...before, curves: before.curves.filter(({ id }) => id !== 'fid') });
  });

  test('takes a statistics file as reference, and pictures without labels', async () => {
    const out = join(folder, 'real.npz');
    await writeStatistics({ images: FIXTURE, out, cacheDir });
    const plain = imagesInMemory({
      name: 'plain',
      pictures: (await fixturePictures()).slice(0, 40).map(({ id, picture }) => ({ ...picture, id })),
    });
    const { sets, referenceStatistics } = await ablate({
      samples: [plain],
      reference: out,
      cacheDir,
      resolutions: [8],
    });
    expect(sets).toHaveLength(1);
    expect(referenceStatistics).toMatchObject({ kind: 'statistics', source: out });
    expect(sets[0].curves.map(({ status }) => status)).toEqual(['not-computed', 'ok', 'ok']);
    expect(sets[0].finding.sentences[0]).toMatch(/no labels/);
  });

  test('plans its passes without running them', async () => {
    const plan = await planAblation({
      samples: [FIXTURE, coarse],
      cacheDir: join(folder, 'other'),
      reference: FIXTURE,
    });
    expect(plan.passes.map(({ subject, resolution }) => `${subject} ${resolution}`)).toEqual(
      ['samples', 'samples', 'reference'].flatMap((subject) => [
        `${subject} full`,
        `${subject} 8`,
        `${subject} 16`,
      ]),
    );
    expect(plan.resolutions).toEqual([8, 16, 32]);
  });

  test('refuses what makes no sense, in a sentence', async () => {
    await expect(ablate({ samples: [] })).rejects.toThrow(/nothing to ablate/);
    const several = { model: ['inception-cifar10', 'inception-mnist'] as unknown as string };
    await expect(ablate({ ...several, samples: [FIXTURE] })).rejects.toThrow(
      /an ablation reads one network of --model, so name one/,
    );
    await expect(ablate({ samples: [FIXTURE, coarse], labels: 'x.csv' })).rejects.toThrow(
      /one set of pictures/,
    );
    const wrong = { metrics: ['kid'] } as object;
    await expect(ablate({ ...wrong, samples: [FIXTURE] })).rejects.toThrow(/metrics/);
  });
});

describe('the resolutions', () => {
  test('are powers of two up to the largest pictures, and the size of each set', () => {
    expect(listResolutions(undefined, [128])).toEqual([8, 16, 32, 64, 128]);
    expect(listResolutions(undefined, [48, 64])).toEqual([8, 16, 32, 48, 64]);
    expect(listResolutions(undefined, [100])).toEqual([8, 16, 32, 64, 100]);
    expect(listResolutions(undefined, [8])).toEqual([2, 4, 8]);
    expect(listResolutions([64, 10], [32])).toEqual([10, 32, 64]);
  });
});
