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

async function runOn<Printed>(script: string, device: string): Promise<Printed> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { stdout, stderr } = await runNode([path, device], { env: environment });
  return JSON.parse(stdout.trim() || JSON.stringify(stderr));
}

const trainOn = (device: string) => runOn<Trained>('./train-on-device.js', device);

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

  it('reads tensors of every type, those that stay on the device once where they are the same', async () => {
    const [onDevice, onCpu] = await Promise.all(
      ['webgpu', 'cpu'].map((device) =>
        runOn<{ values: number[][]; bytesOnDevice: number }>('./read-on-device.js', device),
      ),
    );
    expect(onDevice.values).toEqual(onCpu.values);
    expect(onCpu.values).toEqual([
      [2, 4, 6],
      [2, 4, 6],
      [0, 0, 1],
      [1, 2, 3],
      [2],
      [2, 4, 3],
      [1, 1, 0],
      [3, 6, 9],
    ]);
    // Three numbers in float32 and four whole ones; booleans come to memory.
    expect(onDevice.bytesOnDevice).toBe(28);
  });
});
