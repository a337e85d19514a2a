import { describe, expect, it } from 'vitest';
import { loadArchitecture } from '../../../../src/networks/architectures/index.js';
import { networkWeights } from '../../formula-networks.js';
import { formulaNetwork } from '../../formula-shapes.js';
import { featuresOf, goldenPictures, goldenRows, relativeL2 } from './golden-features.js';

/** Relative L2. Rounding in float32 gives up to 2e-6; the mildest mistake that was tried, another epsilon in the norms, 8e-6. */
const BAR = 5e-6;

/** `npm run golden` runs them all, which takes minutes. */
const NAMES =
  process.env.GANEVAL_GOLDEN === 'all'
    ? (['dinov2-vit-s-14', 'dinov2-vit-b-14', 'clip-vit-b-32', 'clip-vit-l-14-336px'] as const)
    : (['dinov2-vit-s-14'] as const);

describe('from pictures to features', () => {
  it.each(NAMES)(
    '%s is what torch-fidelity computes',
    async (name) => {
      const architecture = await loadArchitecture(name);
      const formula = formulaNetwork(name);
      expect(architecture.findMismatch(formula.shapes)).toBeUndefined();
      const model = architecture.build(networkWeights(formula), name).toBytes();
      const { input } = await architecture.describe();
      const rows = await featuresOf(model, input, await goldenPictures());
      const distances = goldenRows(`${name}/torch_fidelity.npy`).map((row, i) => relativeL2(rows[i], row));
      if (NAMES.length > 1) console.log(name, Math.max(...distances));
      expect(Math.max(...distances)).toBeLessThan(BAR);
    },
    900_000,
  );
});
