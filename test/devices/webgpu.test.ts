import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { buildVisionTransformer } from '../../src/networks/architectures/vision-transformer/build.js';
import { CLIP_TRAITS } from '../../src/networks/architectures/vision-transformer/clip.js';
import { runNode, runProgram, SAMPLES } from '../cli/run-program.js';
import { networkWeights } from '../networks/formula-networks.js';
import { formulaNetwork } from '../networks/formula-shapes.js';
import { NO_SWIFTSHADER, swiftShader } from './swiftshader.js';

const environment = swiftShader();
if (!environment) console.log(`WebGPU in software: ${NO_SWIFTSHADER}`);

const folder = mkdtempSync(join(tmpdir(), 'ganeval-webgpu-'));
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** A CLIP tower of one block with weights by the formula. */
function writeTransformer(): string {
  const spec = {
    ...CLIP_TRAITS,
    size: 32,
    patch: 8,
    width: 64,
    depth: 1,
    heads: 1,
    hidden: 256,
    projection: 32,
  };
  const path = join(folder, 'transformer.onnx');
  writeFileSync(
    path,
    buildVisionTransformer(spec, networkWeights(formulaNetwork('clip-vit-tiny'))).toBytes(),
  );
  return path;
}

/** Three pictures of each of two classes. */
function writePictures(): string {
  const samples = join(folder, 'samples');
  mkdirSync(samples);
  for (const name of readdirSync(SAMPLES).slice(0, 2)) {
    for (const picture of readdirSync(join(SAMPLES, name)).slice(0, 3)) {
      cpSync(join(SAMPLES, name, picture), join(samples, `${name}-${picture}`));
    }
  }
  return samples;
}

// A second on an idle machine is ten on one that compiles shaders for others.
describe.skipIf(!environment)('WebGPU in software', { timeout: 300_000 }, () => {
  it('gives the features of the CPU for a network of the package and a transformer', async () => {
    const models = [file('../../models/inception-mnist.onnx'), writeTransformer()];
    const args = [file('./device-distances.js'), 'webgpu', ...models];
    const { stdout, stderr } = await runNode(args, { env: environment });
    const distances: number[] = JSON.parse(stdout.trim() || JSON.stringify(stderr));
    expect(distances).toHaveLength(models.length);
    for (const distance of distances) expect(distance).toBeLessThan(2e-5);
    // It did not run on the CPU by mistake.
    expect(Math.max(...distances)).toBeGreaterThan(0);
  });

  it('scores a folder as the CPU does, after a self-test of the other network of the package', async () => {
    const samples = writePictures();
    const run = (...args: string[]) => runProgram(args, { env: environment });
    const cache = (name: string) => ['--cache-dir', join(folder, name)];
    const doctor = await run('doctor', '--test-devices', ...cache('cache'));
    expect(doctor.stdout).toMatch(
      /✓ device webgpu +not used by --device auto, since it is slower than the CPU: features \d\.\de-7 from the CPU's, \d+\.\d pictures a second to/,
    );
    const score = (device: string, name: string) => {
      const flags = ['--model', 'inception-mnist', '--metrics', 'is', '--splits', '1', '--json', '-'];
      return run('score', samples, '--device', device, '--profile-run', ...flags, ...cache(name));
    };
    const { code, stdout, stderr } = await score('webgpu', 'cache');
    expect(stderr).toMatch(/WebGPU is \d+ times slower than the CPU here, as a driver in software is/);
    expect(code).toBe(0);
    const [{ tests }] = JSON.parse(readFileSync(join(folder, 'cache/devices.json'), 'utf8')).machines;
    expect(tests.webgpu.test.distance).toBeLessThan(5e-6);
    const found = JSON.parse(stdout);
    expect(found.run).toMatchObject({ device: 'webgpu', picturesExtracted: 6 });
    expect(found.run).not.toHaveProperty('adapter');
    // The network ran in the thread of the GPU.
    const threads = ({ run: { profile } }: typeof found) =>
      profile.shares
        .filter(({ part }: { part: string }) => part === 'infer')
        .map((share: { thread: string }) => share.thread);
    expect(threads(found)).toContain('session');
    const expected = JSON.parse((await score('cpu', 'other-cache')).stdout);
    expect(threads(expected)).toEqual(['main']);
    expect(found.metrics[0].value / expected.metrics[0].value).toBeCloseTo(1, 5);
    // Rows of a device are rows of the CPU: what is in the cache holds for all.
    const again = JSON.parse((await score('cpu', 'cache')).stdout);
    expect(again.run).toMatchObject({ device: null, picturesFromCache: 6 });
    expect(again.metrics).toEqual(found.metrics);
  });
});
