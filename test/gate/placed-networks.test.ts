import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EvaluationResult } from '../../src/documents/result.js';
import type { ScoreInput } from '../../src/evaluate/input.js';
import { score } from '../../src/evaluate/score.js';
import { gate, updateBaseline } from '../../src/gate/gate.js';
import { writeNetwork } from '../evaluate/made-networks.js';
import { FIXTURE } from '../evaluate/pictures.js';

let folder: string;
let input: ScoreInput;
/** The network of a metric, the same file under another name, and another network of the first name. */
let placed: string;
let moved: string;
let other: string;

const cardOf = (name: string) => ({
  name,
  input: {
    name: 'image',
    layout: 'NCHW',
    size: 32,
    resize: 'bilinear',
    normalize: { scale: [1, 1, 1], offset: [0, 0, 0] },
  },
  outputs: { features: { name: 'features', width: 48 }, logits: { name: 'logits', width: 10 } },
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-placed-'));
  placed = await writeNetwork(join(folder, 'x.onnx'));
  await writeFile(join(folder, 'x.json'), JSON.stringify(cardOf('x')));
  moved = join(folder, 'moved.onnx');
  await cp(placed, moved);
  await writeFile(join(folder, 'moved.json'), JSON.stringify(cardOf('x')));
  const there = await mkdtemp(join(folder, 'other-'));
  other = await writeNetwork(join(there, 'x.onnx'), { scale: 2 });
  await writeFile(join(there, 'x.json'), JSON.stringify(cardOf('x')));
  input = { samples: FIXTURE, reference: FIXTURE, threads: 2, cacheDir: join(folder, 'cache') };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function scoreBefore(options: Partial<ScoreInput>): Promise<Omit<EvaluationResult, 'run'>> {
  const { run: _run, ...before } = await score({ ...input, ...options });
  return before;
}

const samples = FIXTURE;

describe('a metric on a file', () => {
  test('is gated on pictures again where --model says which file it is, whatever its name', async () => {
    const baseline = await scoreBefore({ metrics: ['fid', `fid@${placed}`] });
    expect(baseline.settings.metrics).toEqual(['fid', 'fid@x']);
    const { cacheDir } = input;
    for (const model of [moved, ['inception-cifar10', placed]] as const) {
      const asked = typeof model === 'string' ? model : ([...model] as [string, string]);
      const { result, verdict } = await gate({ samples, baseline, model: asked, cacheDir });
      expect(result.metrics).toEqual(baseline.metrics);
      expect(result.settings).toEqual(baseline.settings);
      expect(verdict.rows.map(({ network, status }) => [network, status])).toEqual([
        [undefined, 'pass'],
        ['x', 'pass'],
      ]);
    }
  });

  test('is refused in one sentence where the file is not named, is not there, or is another', async () => {
    const baseline = await scoreBefore({ metrics: ['fid', `fid@${placed}`] });
    const gated = (model?: string) => gate({ samples, baseline, ...(model && { model }) });
    await expect(gated()).rejects.toThrow(
      /^The baseline was made with the network x with the SHA-256 \w{12}…, which is not here: name its file with --model FILE\.onnx\.$/,
    );
    await expect(gated(join(folder, 'none.onnx'))).rejects.toThrow(
      /none\.onnx is neither a network that comes with ganeval .* nor a file: check the name\.$/,
    );
    await expect(gated(other)).rejects.toThrow(
      /^The baseline has fid@x on the network x with the SHA-256 \w{12}…, and .*x\.onnx \(\w{12}…\) is another: name its file with --model FILE\.onnx, or make a new baseline with --update\.$/,
    );
    const path = join(folder, 'baseline.json');
    await writeFile(path, JSON.stringify({ ...baseline, run: undefined }));
    const { changes } = await updateBaseline({
      samples,
      baseline: path,
      model: other,
      cacheDir: input.cacheDir,
    });
    expect(changes?.map(({ what }) => what)).toContain('network of Fréchet distance (x)');
  });

  test('that is the first network of --model too stays on it', async () => {
    const baseline = await scoreBefore({ model: placed, metrics: ['fid', `cmmd@${placed}`] });
    expect(baseline.settings.metrics).toEqual(['fid', 'cmmd@x']);
    const { result } = await gate({ samples, baseline, model: moved, cacheDir: input.cacheDir });
    expect(result.metrics).toEqual(baseline.metrics);
  });
});

describe('the networks of a baseline', () => {
  test('are scored in its order, whatever the order of --model', async () => {
    const baseline = await scoreBefore({
      model: ['inception-cifar10', placed],
      metrics: ['accuracy', 'is', 'fid'],
    });
    expect(baseline.metrics.find(({ id }) => id === 'accuracy')?.status).toBe('ok');
    const model: [string, string] = [placed, 'inception-cifar10'];
    const { result, verdict } = await gate({ samples, baseline, model, cacheDir: input.cacheDir });
    expect(result.settings.networks).toEqual(['inception-cifar10', 'x']);
    expect(result.metrics).toEqual(baseline.metrics);
    expect(verdict.rows.every(({ status }) => status === 'pass')).toBe(true);
  });
});
