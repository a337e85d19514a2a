import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openExtractor } from '../../../src/networks/extractor.js';
import { openNetwork } from '../../../src/networks/network.js';
import { halfModelOf } from '../../../src/networks/precision/half-network.js';
import { modelBytes } from '../../../src/onnx/model-file.js';
import { nameOutside } from '../../../src/onnx/outside-tensors.js';
import { formulaNumbers } from '../formula-weights.js';
import { outsideNetwork } from '../outside-network.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-half-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A network with 1 MiB of weights in a file beside it. */
async function openOutside(name: string, largest = 0.1) {
  const weights = formulaNumbers('weights', [512, 512], [0, 0.1]).fill(largest, 1000, 1001);
  const written: Uint8Array[] = [];
  const proto = await outsideNetwork(1, async () => weights).toModelBeside(async (_, bytes) => {
    written.push(bytes);
    return 0;
  });
  nameOutside(proto, `${name}.data`);
  await writeFile(join(folder, `${name}.data`), written[0]);
  await writeFile(join(folder, `${name}.onnx`), modelBytes(proto));
  return openNetwork(join(folder, `${name}.onnx`), { normalize: '[0,255]', inputSize: 8 });
}

describe('a network with weights in another file', () => {
  it('runs in float16, near what it gives in float32', async () => {
    const network = await openOutside('near');
    expect(network.outside).toBeDefined();
    const rows = await Promise.all(
      (['float32', 'fp16'] as const).map(async (precision) => {
        const extractor = await openExtractor(network, { downsample: 'decimate', device: 'cpu', precision });
        const pixels = Uint8Array.from({ length: 192 }, (_, i) => (i * 37) % 256);
        const { features } = await extractor.run({ pixels, count: 1, width: 8, height: 8 });
        await extractor.close();
        return features;
      }),
    );
    const [exact, own] = rows;
    const far = Math.hypot(...own.map((value, i) => value - exact[i])) / Math.hypot(...exact);
    expect(far).toBeGreaterThan(1e-5);
    expect(far).toBeLessThan(5e-3);
  });

  it('is refused where these are beyond float16', async () => {
    await expect(halfModelOf(await openOutside('beyond', 1e5))).rejects.toThrow(
      /beyond\.onnx can't be computed in float16, .* its weights "constant#\d" reach 1\.00e\+5/,
    );
  });
});
