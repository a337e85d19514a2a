import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flush, type OnnxBackend, useOnnxBackend } from '../../../src/tfjs-backend/index.js';
import { drawSamples, planOfAll } from '../../../src/train/adversarial/draw-samples.js';
import { openGenerator } from '../../../src/train/adversarial/open-generator.js';
import { pathsOf, withRunFolder } from '../../../src/train/adversarial/run-folder.js';
import { picturesOfSet } from '../../../src/train/adversarial/run-pictures.js';
import { FAMILY_NAMES, type FamilyName, findFamily, loadFamily } from '../../../src/train/families.js';
import { readCheckpoint } from '../../../src/train/loop/checkpoint.js';
import { colorSet } from '../classifier/tiny.js';
import { runAdversarial } from './run-adversarial.js';

/** A run's length, and where the one that is resumed was stopped. */
const [STEPS, STOP] = [10, 6];
const SEED = 3;

/** What a preset has of these becomes so small. */
const TOY: Readonly<Record<string, number>> = {
  width: 0.05,
  batchSize: 6,
  latentWidth: 8,
  minibatchKernels: 3,
  minibatchDimensions: 2,
  labelsPerClass: 2,
};

function toToyWidth(settings: object): object {
  const small = Object.entries(settings).map(([name, value]) => [
    name,
    name in TOY ? Math.min(TOY[name], value) : value,
  ]);
  return Object.fromEntries(small);
}

const families = await Promise.all(FAMILY_NAMES.map(async (name) => [name, await loadFamily(name)] as const));

let folder: string;
let backend: OnnxBackend;
beforeAll(async () => {
  backend = await useOnnxBackend();
  folder = await mkdtemp(join(tmpdir(), 'ganeval-presets-'));
});
afterAll(async () => {
  await backend.close();
  await rm(folder, { recursive: true });
});

interface Given {
  readonly family: FamilyName;
  readonly preset: string;
  readonly resume?: boolean;
  /** Aborts once so many steps are done. */
  readonly stop?: number;
}

/** Trains into a folder of that name with pictures made here. */
async function train(name: string, { family: familyName, preset, resume = false, stop }: Given) {
  const family = await loadFamily(familyName);
  const { size, channels, settings: published } = family.presets[preset];
  const settings = family.settings.parse(toToyWidth(published as object));
  const pictures = picturesOfSet(colorSet(24, size, channels), 'colors');
  const trainer = family.create(settings, pictures.form, SEED, pictures.labels);
  const controller = new AbortController();
  try {
    await withRunFolder(join(folder, name), resume, (paths) =>
      runAdversarial(
        {
          trainer,
          pictures,
          paths,
          resume,
          seed: SEED,
          length: { steps: STEPS },
          gridEvery: STEPS,
          checkpointMs: 1e9,
          backend: { name: 'onnx', flush },
          identity: {
            family: family.name,
            settings: JSON.stringify(settings),
            form: JSON.stringify(pictures.form),
            seed: String(SEED),
          },
        },
        {
          signal: controller.signal,
          onProgress: ({ done }) => void (done === stop && controller.abort()),
        },
      ),
    );
  } finally {
    trainer.dispose();
  }
}

/** Everything that a run leaves but its times. */
async function contentOf(name: string) {
  const { checkpoint, log, samples } = pathsOf(join(folder, name));
  const saved = await readCheckpoint(checkpoint);
  const grids = (await readdir(samples)).sort();
  return {
    step: saved?.progress.step,
    tensors: [...(saved?.tensors ?? [])].map(([name, { data }]) => [name, digestOf(data)]),
    log: await readFile(log, 'utf8'),
    grids: await Promise.all(grids.map((grid) => readFile(join(samples, grid), 'base64'))),
  };
}

/** A comparison of millions of numbers one by one takes longer than making them. */
function digestOf({ buffer, byteOffset, byteLength }: Float32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}

/** Samples of a run's last checkpoint. */
async function sample(name: string): Promise<Uint8Array> {
  const path = join(folder, name);
  const checkpoint = await readCheckpoint(pathsOf(path).checkpoint);
  if (!checkpoint) throw new Error(`${name} has no checkpoint`);
  const { trainer, form } = await openGenerator(path, checkpoint, findFamily);
  try {
    const { pixels } = await drawSamples(trainer, form, planOfAll(form, SEED), 5);
    expect(pixels).toHaveLength(5 * form.size ** 2 * form.channels);
    return pixels;
  } finally {
    trainer.dispose();
  }
}

describe.each(families)('the presets of %s, at toy width', (family, { presets }) => {
  it.each(Object.keys(presets))(
    '%s starts, takes ten steps, saves, resumes bit for bit, samples',
    async (preset) => {
      const [through, stopped] = [`${family}-${preset}`, `${family}-${preset}-stopped`];
      await train(through, { family, preset });
      const content = await contentOf(through);
      expect(content.step).toBe(STEPS);

      await expect(train(stopped, { family, preset, stop: STOP })).rejects.toThrow('abort');
      const before = await contentOf(stopped);
      expect(before.step).toBe(STOP);
      expect(before.tensors).not.toEqual(content.tensors);
      await train(stopped, { family, preset, resume: true });
      expect(await contentOf(stopped)).toEqual(content);

      const samples = await sample(through);
      expect(new Set(samples).size).toBeGreaterThan(1);
      expect(await sample(stopped)).toEqual(samples);
    },
  );
});
