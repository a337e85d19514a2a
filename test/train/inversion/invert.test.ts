import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpz } from '../../../src/archives/npz.js';
import { inversionSchema } from '../../../src/documents/trained/inversion.js';
import type { InvertOptions } from '../../../src/train/inversion/invert-options.js';
import { invert } from '../../../src/train/invert.js';
import { trainGan } from '../../../src/train/train-gan.js';
import { toyFamily } from '../adversarial/toy-family.js';
import { writeClassFolders } from '../classifier/class-folders.js';
import { colorSet } from '../classifier/tiny.js';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);

const SHARED = { backend: 'onnx', device: 'cpu', threads: 1 } as const;
const SMALL = { generatorUnits: 8, discriminatorUnits: 4, latentWidth: 3, batchSize: 6 };

const train = (name: 'gan' | 'improved' | 'acgan', out: string, settings: Record<string, unknown>) =>
  trainGan(name, {
    ...SHARED,
    out: at(out),
    pictures: at('pictures'),
    steps: 2,
    settings,
    cacheDir: at('cache'),
  });

/** Ten steps of the network, three of the descent. */
const options = (out: string, changes: Partial<InvertOptions> = {}): InvertOptions => ({
  ...SHARED,
  ...{ out: at(out), pictures: at('others'), cacheDir: at('cache'), count: 5 },
  ...{ networkSteps: 10, batchSize: 8, units: 6, steps: 3, starts: 2, seed: 4 },
  ...changes,
});

const bytesOf = (...names: string[]) => readFile(at(...names), 'latin1');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-invert-'));
  await writeClassFolders(at('pictures'), colorSet(24, 8));
  await writeClassFolders(at('others'), colorSet(12, 8, 3, 6));
  await train('gan', 'plain', SMALL);
  await train('gan', 'classes', { ...SMALL, conditional: true, latent: 'normal' });
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

describe('invert', () => {
  it('writes the network, grids, latents and errors of both sets', async () => {
    const result = await invert(at('plain'), options('both', { training: at('pictures') }));
    expect((await readdir(at('both'))).filter((name) => !name.startsWith('.')).sort()).toEqual([
      ...['inference.safetensors', 'inversion.json', 'latents-training.npz', 'latents.npz', 'log.jsonl'],
      ...['reconstructions-training.png', 'reconstructions.png'],
    ]);
    expect(inversionSchema.parse(JSON.parse(await bytesOf('both', 'inversion.json')))).toEqual(result);
    expect(result.sets.map(({ n, isTrainingSet, classesFrom }) => [n, isTrainingSet, classesFrom])).toEqual([
      [5, false, 'none'],
      [5, true, 'none'],
    ]);
    expect(result.generator.latentBounds).toEqual([-Math.sqrt(3), Math.sqrt(3)]);
    const { gap, sets } = result;
    expect(gap?.network.value).toBeCloseTo(sets[0].network.mse.value - sets[1].network.mse.value, 12);

    const names = ['rows', 'z_network', 'z_optimized', 'mse_network', 'mse_optimized'] as const;
    const arrays = await readNpz(at('both', 'latents.npz'), names);
    expect(arrays.z_optimized.shape).toEqual([5, 3]);
    const errors = [...(arrays.mse_optimized.data as Float64Array)];
    expect(errors.reduce((sum, each) => sum + each, 0) / 5).toBeCloseTo(sets[0].optimization.mse.value, 12);
    // Red, green, blue pictures in rows of three: original, by the network, by optimization.
    const png = await readFile(at('both', 'reconstructions.png'));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([3 * 28, 5 * 28]);
  });

  it('goes on after a stop to the same bytes, and takes a network that is trained', async () => {
    await invert(at('classes'), options('whole'));
    const controller = new AbortController();
    const stopping = invert(at('classes'), options('stopped'), {
      signal: controller.signal,
      onProgress: ({ stage, done }) => {
        if (stage === 'train' && done === 4) controller.abort(new Error('stopped'));
      },
    });
    await expect(stopping).rejects.toThrow('stopped');
    expect(await readdir(at('stopped'))).not.toContain('inversion.json');
    await expect(invert(at('classes'), options('stopped'))).rejects.toThrow(/take it with --resume/);
    await invert(at('classes'), options('stopped', { resume: true }));
    for (const name of ['inversion.json', 'latents.npz', 'log.jsonl', 'reconstructions.png']) {
      expect(await bytesOf('stopped', name), name).toBe(await bytesOf('whole', name));
    }
    const notes: string[] = [];
    const { sets } = await invert(
      at('classes'),
      options('whole', { resume: true, inferClasses: true, steps: 1 }),
      { onNote: (note) => notes.push(note) },
    );
    expect(notes).toContain('Resuming after step 10 of 10.');
    expect(sets[0].classesFrom).toBe('network');
  });

  it('takes the classes of labels, which change the pictures', async () => {
    const given = await invert(at('classes'), options('labels'));
    expect(given.sets[0].classesFrom).toBe('labels');
    const className = colorSet(3, 8).classNames[0];
    const one = await invert(at('classes'), options('labels', { resume: true, className }));
    expect(one.sets[0].classesFrom).toBe('option');
    expect(one.sets[0].network.mse).not.toEqual(given.sets[0].network.mse);
  });

  it('inverts the other papers, too', async () => {
    await train('acgan', 'acgan', { width: 0.02, batchSize: 6, latentWidth: 4 });
    const { sets } = await invert(at('acgan'), options('of-acgan', { count: 2, steps: 1, starts: 1 }));
    expect(sets[0].optimization.mse.value).toBeGreaterThan(0);
  });
});

describe('one sentence, and nothing lost', () => {
  it('for a network of another generator', async () => {
    await invert(at('plain'), options('mine', { steps: 1 }));
    const before = await bytesOf('mine', 'inference.safetensors');
    await expect(invert(at('classes'), options('mine', { resume: true }))).rejects.toThrow(
      /was trained for another generator \(its checkpoint has SHA-256 [0-9a-f]{12}…, that of .* has [0-9a-f]{12}…\)/,
    );
    await expect(invert(at('plain'), options('mine', { resume: true, units: 7 }))).rejects.toThrow(
      /is of another run \(it differs in settings\)/,
    );
    await expect(invert(at('plain'), options('mine', { resume: true, networkSteps: 3 }))).rejects.toThrow(
      /was trained for 10 steps, more than the 3 that are asked for: give --network-steps 10 or more/,
    );
    expect(await bytesOf('mine', 'inference.safetensors')).toBe(before);
  });

  it.each([
    ['an ONNX generator', 'g.onnx', {}, /no gradients go through an ONNX generator/],
    ['a folder that is no run', 'pictures', {}, /has no checkpoint/],
    [
      'a run as the folder',
      'plain',
      { out: 'plain' },
      /holds "checkpoint.safetensors", which is of no inversion/,
    ],
    ['a class where there are none', 'plain', { out: 'new', className: 'cat' }, /takes none/],
    ['one picture of many', 'plain', { count: 1 }, /^-n 1 inverts one picture/],
  ] as const)(
    'for %s',
    async (_, run, {
      out = 'new',
      ...changes
    }: { out?: string; className?: string; count?: number }, message) => {
      await expect(invert(at(run), options(out, changes))).rejects.toThrow(message);
      expect(await readdir(folder)).not.toContain('new');
    },
  );

  it('for other checkpoints as the network, and for a trainer without gradients', async () => {
    const { checkpoint } = await trainGan(toyFamily, {
      ...SHARED,
      ...{ out: at('toy'), pictures: at('pictures'), steps: 1, cacheDir: at('cache') },
    });
    const toy = { ...options('of-toy'), family: toyFamily };
    await expect(invert(at('toy'), toy)).rejects.toThrow(/needs generateFrom/);
    await writeFile(at('mine', 'inference.safetensors'), await readFile(checkpoint));
    await expect(invert(at('plain'), options('mine', { resume: true }))).rejects.toThrow(
      /is no inference network/,
    );
    await expect(invert(at('plain'), options('one', { pictures: at('one.png') }))).rejects.toThrow();
  });
});
