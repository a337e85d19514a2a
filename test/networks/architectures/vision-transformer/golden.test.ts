import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadArchitecture } from '../../../../src/networks/architectures/index.js';
import { inputUnderProfile } from '../../../../src/networks/cards/card.js';
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

/** Rows of other tools, and the profile that feeds as these do. */
const OTHER_TOOLS = [
  ['dgm-eval', 'dgm_eval'],
  ['clean-fid', 'dgm_eval_clean_resize'],
  ['cmmd', 'cmmd_pytorch_normalised'],
] as const;

const GOLDEN = new URL('../../../../fixtures/golden/networks-2026/', import.meta.url);

function unitLength(row: Float32Array): Float32Array {
  const length = Math.hypot(...row);
  return row.map((value) => value / length);
}

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
      for (const [profile, file] of OTHER_TOOLS) {
        if (!existsSync(new URL(`${name}/${file}.npy`, GOLDEN))) continue;
        const fed = await featuresOf(model, inputUnderProfile(input, profile), await goldenPictures());
        const lengths = fed.map((row) => (file.endsWith('_normalised') ? unitLength(row) : row));
        const others = goldenRows(`${name}/${file}.npy`).map((row, i) => relativeL2(lengths[i], row));
        if (NAMES.length > 1) console.log(name, file, Math.max(...others));
        expect(Math.max(...others), file).toBeLessThan(BAR);
      }
    },
    900_000,
  );
});
