import { describe, expect, it } from 'vitest';
import { clipRn50 } from '../../../src/networks/architectures/clip-resnet/rn50.js';
import { vgg16 } from '../../../src/networks/architectures/vgg16/vgg16.js';
import { readModel } from '../../../src/onnx/model-file.js';
import { networkWeights } from '../formula-networks.js';
import { formulaNetwork } from '../formula-shapes.js';
import { readGoldenPictures, readGoldenRows, relativeL2, runPictures } from '../golden-pictures.js';

/** Relative L2. */
const BAR = 2e-5;

// `npm run golden` runs them, which takes minutes and gigabytes.
describe.each([
  ['clip-rn50', clipRn50, 'features', 'torch_fidelity.npy'],
  ['vgg16', vgg16, 'fc2', 'torch_fidelity_fc2.npy'],
] as const)('%s of full size', (name, { build, describe: card }, output, file) => {
  it(`agrees with ${file}`, { timeout: 600_000 }, async () => {
    const model = readModel(build(networkWeights(formulaNetwork(name)), 'the formula').toBytes(), name);
    const { input } = await card();
    const rows = await runPictures(model, input, await readGoldenPictures(), output);
    const distances = readGoldenRows(`${name}/${file}`).map((row, i) => relativeL2(rows[i], row));
    console.log(name, distances.map((each) => each.toExponential(1)).join(' '));
    for (const distance of distances) expect(distance).toBeLessThan(BAR);
  });
});
