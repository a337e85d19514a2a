import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runNode } from '../cli/run-program.js';
import { NO_SWIFTSHADER, swiftShader } from '../devices/swiftshader.js';

const environment = swiftShader();
if (!environment) console.log(`training on WebGPU in software: ${NO_SWIFTSHADER}`);

interface Trained {
  losses: number[];
  weights: number[];
  compiles: number;
  bytesOnDevice: number;
}

async function trainOn(device: string): Promise<Trained> {
  const script = fileURLToPath(new URL('./train-on-device.js', import.meta.url));
  const { stdout, stderr } = await runNode([script, device], { env: environment });
  return JSON.parse(stdout.trim() || JSON.stringify(stderr));
}

// Shaders are compiled on a machine that others may use.
describe.skipIf(!environment)('the backend on WebGPU', { timeout: 300_000 }, () => {
  it('trains as on the CPU, with weights that stay on the device between steps', async () => {
    const [onDevice, onCpu] = await Promise.all([trainOn('webgpu'), trainOn('cpu')]);
    expect(onDevice.losses).toHaveLength(6);
    for (const [i, loss] of onDevice.losses.entries()) expect(loss).toBeCloseTo(onCpu.losses[i], 4);
    for (const [i, value] of onDevice.weights.entries()) expect(value).toBeCloseTo(onCpu.weights[i], 4);
    // Weights and what the optimizers remember: 2,000 numbers at least.
    expect(onDevice.bytesOnDevice).toBeGreaterThan(8000);
    expect(onCpu.bytesOnDevice).toBe(0);
    // No step makes another session than the one before.
    expect(onDevice.compiles).toBe(onCpu.compiles);
  });
});
