import { afterAll, expect, it } from 'vitest';
import { openMatrixProduct } from '../../../src/onnx/matrix-product.js';
import { Xoshiro } from '../../../src/tfjs-backend/xoshiro.js';
import type { ConditionForm } from '../../../src/train/conditions/condition-form.js';
import { measureConsistency } from '../../../src/train/conditions/consistency.js';
import { fitProbe } from '../../../src/train/conditions/probe.js';

const matrix = openMatrixProduct({ threads: 1 });
afterAll(() => matrix.close());

const FORM: ConditionForm = { attributes: ['seen', 'hidden'], boxes: true, embeddings: 2 };
const COUNT = 400;
const WIDTH = 12;

/** Features that have every condition in a mixture, but for the attribute `hidden`. */
function knownPictures() {
  const rng = new Xoshiro(3);
  const conditions = new Float32Array(COUNT * 8);
  const features = new Float32Array(COUNT * WIDTH);
  const mixture = rng.normal(8 * WIDTH);
  for (let i = 0; i < COUNT; i++) {
    const [a, b, x, y, turn] = rng.uniform(5, 0, 1);
    const own = [a > 0.7, b > 0.5, 0.3 + 0.4 * x, 0.3 + 0.4 * y, 0.4, 0.3].map(Number);
    conditions.set([...own, Math.cos(turn), Math.sin(turn)], i * 8);
    const noise = rng.normal(WIDTH);
    for (let k = 0; k < WIDTH; k++) {
      let value = 0.02 * noise[k];
      for (let j = 0; j < 8; j++) if (j !== 1) value += conditions[i * 8 + j] * mixture[j * WIDTH + k];
      features[i * WIDTH + k] = value;
    }
  }
  return { count: COUNT, features, conditions };
}

it('sees in other pictures what their features have, and nothing else', async () => {
  const { unseen, see } = await fitProbe(FORM, knownPictures(), matrix.multiply.bind(matrix));
  expect(unseen.count).toBe(80);
  const seen = await see(unseen.features);
  const order = Int32Array.from({ length: 80 }, (_, i) => (i + 1) % 80);
  const found = measureConsistency(FORM, { asked: unseen.conditions, seen, order });
  const value = (name: string) => found.find((each) => each.name === name)?.value ?? 0;
  expect(value('attribute:seen')).toBeGreaterThan(0.97);
  expect(value('attribute:hidden')).toBeLessThan(0.7);
  expect(value('boxes')).toBeGreaterThan(0.8);
  expect(value('embeddings')).toBeGreaterThan(0.98);
  // Cosines are those of rows of length 1.
  for (let i = 0; i < 80; i++) expect(Math.hypot(seen[i * 8 + 6], seen[i * 8 + 7])).toBeCloseTo(1, 5);
});
