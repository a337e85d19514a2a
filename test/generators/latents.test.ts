import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseNpy } from '../../src/archives/npy.js';
import { interpolateLatents } from '../../src/generators/interpolate-latents.js';
import { parseLatent } from '../../src/generators/latent-spec.js';
import { LatentStream } from '../../src/generators/latent-stream.js';

const folder = new URL('../../fixtures/golden/networks-2026/ppl/', import.meta.url);
const read = (name: string) => Float32Array.from(parseNpy(readFileSync(new URL(name, folder))).data, Number);

const farthest = (a: Float32Array, b: Float32Array) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i])));

const CASES = [
  { n: 0, distribution: 'normal', interpolation: 'lerp', epsilon: 0.1 },
  { n: 1, distribution: 'normal', interpolation: 'slerp_any', epsilon: 0.1 },
  { n: 2, distribution: 'unit', interpolation: 'slerp_unit', epsilon: 0.05 },
] as const;

describe('latents, as torch-fidelity 0.4.0 draws them', () => {
  it.each(CASES)('are drawn from $distribution and interpolated by $interpolation', (golden) => {
    const { n, distribution, interpolation, epsilon } = golden;
    const stream = new LatentStream(2020, distribution, 6);
    const own = stream.rows(0, 12);
    const expected = read(`ppl_${n}_z_e0.npy`);
    expect(farthest(own, expected)).toBeLessThanOrEqual(6e-8);
    if (distribution === 'normal') expect(own).toEqual(expected);
    const stepped = interpolateLatents(own, stream.rows(12, 12), 6, { interpolation, epsilon });
    const ends = read(`ppl_${n}_z_e1.npy`);
    expect(farthest(stepped, ends)).toBeLessThanOrEqual(4e-7);
    if (interpolation === 'lerp') expect(stepped).toEqual(ends);
  });

  it.each(['normal', 'uniform', 'unit'] as const)('of %s are the same rows however they are read', (from) => {
    const width = 5;
    const whole = new LatentStream(1, from, width).rows(0, 3000);
    const stream = new LatentStream(1, from, width);
    for (const [first, count] of [
      [2047, 3],
      [0, 1],
      [1023, 2],
      [2999, 1],
      [5, 1500],
      [1024, 1],
    ]) {
      expect(stream.rows(first, count)).toEqual(whole.subarray(first * width, (first + count) * width));
    }
  });

  it('of uniform numbers are from 0 to 1', () => {
    const rows = new LatentStream(0, 'uniform', 3).rows(0, 2);
    // np.random.RandomState(0).rand(2, 3).astype(np.float32)
    expect(Array.from(rows)).toEqual(
      [
        0.5488135039273248, 0.7151893663724195, 0.6027633760716439, 0.5448831829968969, 0.4236547993389047,
        0.6458941130666561,
      ].map(Math.fround),
    );
  });

  it('go along the line where there is no arc', () => {
    const a = Float32Array.of(1, 0, 0, 0);
    const b = Float32Array.of(3, 0, 1, 1);
    const between = interpolateLatents(a, b, 2, { interpolation: 'slerp_any', epsilon: 0.5 });
    expect(Array.from(between)).toEqual([2, 0, 0.5, 0.5]);
  });
});

describe('what --latent takes', () => {
  it.each([
    ['normal', { distribution: 'normal' }],
    ['uniform:100', { distribution: 'uniform', shape: [100] }],
    ['unit:4x64x64', { distribution: 'unit', shape: [4, 64, 64] }],
    ['gauss:3', undefined],
    ['normal:0', undefined],
    ['normal:', undefined],
    ['normal:3:4', undefined],
    ['normal:99999999x99999999', undefined],
    ['normal:1e3', undefined],
  ])('%s', (text, spec) => {
    expect(parseLatent(text)).toEqual(spec);
  });
});
