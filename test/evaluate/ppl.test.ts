import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EvaluationResult } from '../../src/documents/result.js';
import type { ScoreInput } from '../../src/evaluate/input.js';
import { gate, mergeParts, score, scorePart } from '../../src/index.js';
import { buildLpips, loadLpipsVgg16 } from '../../src/networks/architectures/vgg16/lpips.js';
import { storeNetwork } from '../../src/networks/store/store.js';
import { trainGan } from '../../src/train/train-gan.js';
import { toyGenerator } from '../generators/toy-generator.js';
import { networkWeights } from '../networks/formula-networks.js';
import { formulaNetwork } from '../networks/formula-shapes.js';
import { tinyCard } from '../networks/tiny-card.js';
import { writeClassFolders } from '../train/classifier/class-folders.js';
import { colorSet } from '../train/classifier/tiny.js';
import { FIXTURE } from './pictures.js';

const file = new URL('../../fixtures/golden/networks-2026/ppl/ppl.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8'));

const folder = mkdtempSync(join(tmpdir(), 'ganeval-ppl-'));
const modelsDir = join(folder, 'models');
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  const graph = buildLpips(
    (name) => networkWeights(formulaNetwork(name.startsWith('lin') ? 'lpips-vgg16' : 'vgg16'))(name),
    'LPIPS',
  );
  const bytes = graph.toBytes();
  const { input, outputs } = await (await loadLpipsVgg16()).describe();
  await storeNetwork({ ...tinyCard('lpips-vgg16', bytes), input, outputs }, bytes, modelsDir);
}, 120_000);

const OPTIONS = {
  device: 'cpu',
  threads: 2,
  modelsDir,
  cacheDir: join(folder, 'cache'),
  metrics: ['ppl'],
} as const;

/** A generator of the golden values. */
function write(n: number, gives?: '-1..1'): string {
  const { small_height: rows, small_width: columns, weight_key: key } = cases[n].generator;
  const path = join(folder, `${n}${gives ?? ''}.onnx`);
  writeFileSync(path, toyGenerator({ width: 6, key, rows, columns, repeat: 8, gives }));
  return path;
}

function drawn(n: number): ScoreInput {
  const { epsilon, interpolation, z_type: latent } = cases[n];
  const paths = { pplEpsilon: epsilon, pplInterpolation: interpolation };
  return { ...OPTIONS, metrics: ['ppl'], samples: write(n), sampleCount: 12, latent, seed: 2020, ...paths };
}

const pplOf = ({ metrics }: EvaluationResult) => metrics.find(({ id }) => id === 'ppl');

describe('perceptual path length', () => {
  it.each([0, 1, 2])(
    'is that of torch-fidelity 0.4.0 (case %i)',
    async (n) => {
      const result = await score(drawn(n));
      const entry = pplOf(result);
      if (entry?.status !== 'ok') throw new Error(JSON.stringify(entry));
      const { mean, std } = cases[n].discard_1_99_with_method_for_interpolation;
      expect(Math.abs(entry.value / mean - 1)).toBeLessThan(2e-5);
      expect(Math.abs((entry.std ?? 0) / std - 1)).toBeLessThan(2e-5);
      expect(entry).toMatchObject({
        n: 12,
        extractor: { name: 'lpips-vgg16' },
        details: { paths: 12, discarded: 0, equalPairs: 0, resize: 64 },
      });
      expect(result.settings).toMatchObject({ pplEpsilon: cases[n].epsilon, pplResize: 64 });
    },
    120_000,
  );

  it('is the same from the cache and from parts', async () => {
    const whole = pplOf(await score(drawn(0)));
    const parts = [1, 2].map((index) => ({ index, of: 2, out: join(folder, `part${index}`) }));
    for (const part of parts) await scorePart({ ...drawn(0), part });
    const merged = await mergeParts({ parts: parts.map(({ out }) => out), device: 'cpu', modelsDir });
    expect(pplOf(merged)).toEqual(whole);
  }, 120_000);

  it('is gated with the steps of its baseline, and with no others', async () => {
    const { run: _run, ...baseline } = await score(drawn(0));
    const { samples, sampleCount, latent } = drawn(0);
    const { device, threads, cacheDir } = OPTIONS;
    const again = { samples, sampleCount, latent, device, threads, cacheDir, modelsDir } as const;
    const { verdict, result } = await gate({ ...again, baseline });
    expect(result.settings).toEqual(baseline.settings);
    expect(pplOf(result)).toEqual(pplOf(baseline as EvaluationResult));
    expect(verdict.rows).toMatchObject([{ metric: 'ppl', kind: 'significant', status: 'pass', change: 0 }]);
    const other = { ...result, settings: { ...result.settings, pplEpsilon: 0.2, pplResize: 32 } };
    const [row] = (await gate({ samples: other, baseline })).verdict.rows;
    expect(row.differences.map(({ field }) => field)).toEqual(['settings.pplEpsilon', 'settings.pplResize']);
    expect(row).toMatchObject({
      status: 'not-comparable',
      remedy: `Score with --ppl-epsilon ${baseline.settings.pplEpsilon} --ppl-resize 64; or write a new baseline with --update.`,
    });
    const worse = structuredClone(result);
    const entry = pplOf(worse);
    if (entry?.status !== 'ok') throw new Error(JSON.stringify(entry));
    entry.value += 10 * (entry.se ?? 0);
    expect((await gate({ samples: worse, baseline })).verdict).toMatchObject({
      passed: false,
      rows: [{ metric: 'ppl', status: 'fail' }],
    });
  }, 120_000);

  it('warns of steps that rounding hides, which a generator of floating-point numbers does not have', async () => {
    const rounded = await score({ ...drawn(0), pplEpsilon: 1e-4 });
    expect(rounded.warnings.join()).toMatch(
      /steps of 0\.0001 change no pixel, since the generator rounds to bytes/,
    );
    const exact = await score({ ...drawn(0), samples: write(0, '-1..1'), pplEpsilon: 1e-4 });
    expect(exact.warnings.join()).not.toMatch(/change no pixel/);
  }, 120_000);

  it('is that of a run of ganeval train, too', async () => {
    const pictures = join(folder, 'pictures');
    await writeClassFolders(pictures, colorSet(12, 8));
    const samples = join(folder, 'run');
    const settings = { width: 0.03, batchSize: 4, latentWidth: 5 };
    const training = { out: samples, pictures, settings, steps: 1, device: 'cpu', threads: 1 } as const;
    await trainGan('acgan', { ...training, backend: 'onnx' });
    const input = { ...OPTIONS, metrics: ['ppl'], samples, sampleCount: 6, pplEpsilon: 0.1 };
    const entry = pplOf(await score(input));
    if (entry?.status !== 'ok') throw new Error(JSON.stringify(entry));
    expect(entry).toMatchObject({ n: 6, details: { paths: 6, equalPairs: 0 } });
    expect(entry.value).toBeGreaterThan(0);
    expect(pplOf(await score({ ...input, batchSize: 2 }))).toEqual(entry);
    // The quotient has a limit where a step is small.
    const smaller = pplOf(await score({ ...input, pplEpsilon: 0.05 }));
    if (smaller?.status !== 'ok') throw new Error(JSON.stringify(smaller));
    expect(Math.abs(smaller.value / entry.value - 1)).toBeLessThan(0.5);
  }, 120_000);

  it('needs a generator', async () => {
    const { metrics } = await score({ ...OPTIONS, metrics: ['ppl'], samples: FIXTURE });
    expect(metrics).toMatchObject([
      { status: 'not-computed', reason: expect.stringMatching(/^PPL needs a generator/) },
    ]);
  });
});
