import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EvaluationResult } from '../../src/documents/result.js';
import type { ScoreInput } from '../../src/evaluate/input.js';
import { score } from '../../src/evaluate/score.js';
import { mergeParts, scorePart } from '../../src/index.js';
import { buildLpips, loadLpipsVgg16 } from '../../src/networks/architectures/vgg16/lpips.js';
import { storeNetwork } from '../../src/networks/store/store.js';
import { toyGenerator } from '../generators/toy-generator.js';
import { networkWeights } from '../networks/formula-networks.js';
import { formulaNetwork } from '../networks/formula-shapes.js';
import { tinyCard } from '../networks/tiny-card.js';
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

  it('warns of steps that rounding hides, which a generator of floating-point numbers does not have', async () => {
    const rounded = await score({ ...drawn(0), pplEpsilon: 1e-4 });
    expect(rounded.warnings.join()).toMatch(
      /steps of 0\.0001 change no pixel, since the generator rounds to bytes/,
    );
    const exact = await score({ ...drawn(0), samples: write(0, '-1..1'), pplEpsilon: 1e-4 });
    expect(exact.warnings.join()).not.toMatch(/change no pixel/);
  }, 120_000);

  it('needs a generator', async () => {
    const { metrics } = await score({ ...OPTIONS, metrics: ['ppl'], samples: FIXTURE });
    expect(metrics).toMatchObject([
      { status: 'not-computed', reason: expect.stringMatching(/^PPL needs a generator/) },
    ]);
  });
});
