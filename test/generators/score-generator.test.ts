import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { EvaluationResult } from '../../src/documents/result.js';
import { mergeParts, openImages, planScore, type ScoreInput, score, scorePart } from '../../src/index.js';
import { toyGenerator } from './toy-generator.js';

const folder = mkdtempSync(join(tmpdir(), 'ganeval-score-generator-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What stands in `fixtures/generators/`. */
const FIXTURE = toyGenerator({
  width: 16,
  key: 'linear-generator',
  rows: 8,
  columns: 8,
  repeat: 4,
  gives: '-1..1',
  contrast: 20,
  classes: { count: 10, as: 'int64' },
});
const fixture = new URL('../../fixtures/generators/linear.onnx', import.meta.url);
const path = fixture.pathname;

const OPTIONS = { device: 'cpu', threads: 1, cacheDir: join(folder, 'cache'), seed: 1 } as const;
const DRAWN = { ...OPTIONS, samples: path, sampleCount: 40, generatorClasses: 10 } as const;

const withoutRun = ({ run: _, ...rest }: EvaluationResult) => rest;
const values = ({ metrics }: EvaluationResult) =>
  metrics.map((entry) => [entry.id, entry.subject, entry.status === 'ok' ? entry.value : entry.reason]);

it('the fixture is what the toy makes', () => {
  if (process.env.WRITE_FIXTURES) writeFileSync(fixture, FIXTURE);
  expect(new Uint8Array(readFileSync(fixture))).toEqual(FIXTURE);
});

describe('a score of a generator', () => {
  const metrics: ScoreInput['metrics'] = ['is', 'msssim', 'fid', 'kid', 'precision'];
  const reference = new URL('../../fixtures/cifar10/test', import.meta.url).pathname;

  it('is that of its pictures, written and read again, and makes none of them twice', async () => {
    const save = join(folder, 'drawn.npz');
    const input = { ...DRAWN, metrics, reference, kidSubsetSize: 20 };
    const result = await score({ ...input, save });
    expect(result.samples).toMatchObject({
      kind: 'generator',
      count: 40,
      reading: { layout: 'nchw', range: '-1..1' },
      generator: { latent: 'normal:16', classDraw: 'balanced' },
    });
    expect(result.run.picturesExtracted).toBeGreaterThan(0);
    const again = await score({ ...input, batchSize: 3 });
    expect(withoutRun(again)).toEqual(withoutRun(result));
    expect(again.run.picturesExtracted).toBe(0);
    const written = await score({ ...OPTIONS, samples: save, metrics, reference, kidSubsetSize: 20 });
    const own = (each: EvaluationResult) => values(each).filter(([id]) => id !== 'msssim' && id !== 'kid');
    expect(own(written)).toEqual(own(result));
  });

  it('is that of its parts', async () => {
    const whole = await score({ ...DRAWN, sampleCount: 600, metrics: ['is'] });
    const parts = [1, 2].map((index) => ({ index, of: 2, out: join(folder, `part${index}`) }));
    for (const part of parts) {
      await scorePart({
        ...DRAWN,
        sampleCount: 600,
        metrics: ['is'],
        part,
        cacheDir: join(folder, `cache${part.index}`),
      });
    }
    const merged = await mergeParts({ parts: parts.map(({ out }) => out), device: 'cpu', threads: 1 });
    expect(withoutRun(merged)).toEqual(withoutRun(whole));
  });

  it('finds equal pictures by their features', async () => {
    const constant = join(folder, 'constant.onnx');
    writeFileSync(
      constant,
      toyGenerator({ width: 2, key: 'none', rows: 4, columns: 4, repeat: 2, contrast: 0 }),
    );
    const { findings } = await score({
      ...OPTIONS,
      samples: constant,
      sampleCount: 5,
      metrics: ['is'],
      splits: 1,
    });
    expect(findings?.duplicates.exact).toEqual({
      count: 4,
      examples: [1, 2, 3, 4].map((i) => ({ picture: `00000000${i}`, other: '000000000' })),
    });
  });

  it('writes nothing where it is only planned, or where something else is wrong', async () => {
    const save = join(folder, 'not-drawn.npz');
    const input: ScoreInput = { ...DRAWN, metrics: ['is'], save };
    await planScore(input);
    await expect(score({ ...input, reference: join(folder, 'missing') })).rejects.toThrow('missing');
    await expect(score({ ...input, resolutions: [8, 8] })).rejects.toThrow('names a side twice');
    expect(existsSync(save)).toBe(false);
  });

  it('writes PNG files with a folder for each class', async () => {
    const save = join(folder, 'drawn');
    await score({ ...DRAWN, sampleCount: 20, metrics: ['is'], splits: 1, save });
    const source = await openImages(save);
    await source.close();
    expect(source.entries.map(({ id }) => id).slice(0, 2)).toEqual(['0/00000.png', '0/00010.png']);
    expect(source.entries.length).toBe(20);
  });
});

describe('what is said of a generator is refused', () => {
  it.each<[string, Partial<ScoreInput>, RegExp]>([
    [
      'without a number of samples',
      { sampleCount: undefined },
      /is a generator: say how many pictures to draw, as --samples 50000/,
    ],
    ['with labels', { labels: 'none' }, /Option labels goes with pictures that are there already/],
    ['with --bit-depth', { bitDepth: 10 }, /Option bitDepth does not go with a generator/],
    ['of a folder', { samples: folder }, /Option sampleCount goes with a generator/],
  ])('%s', async (_, options, says) => {
    await expect(score({ ...DRAWN, metrics: ['is'], ...options })).rejects.toThrow(says);
  });

  it('as the reference', async () => {
    const input = { ...OPTIONS, samples: folder, reference: path };
    await expect(score(input)).rejects.toThrow(
      /generator or a network: give real pictures|holds no pictures/,
    );
  });
});
