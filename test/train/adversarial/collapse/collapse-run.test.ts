import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunHooks } from '../../../../src/core/run-hooks.js';
import type { WatchEvent, WatchLine } from '../../../../src/documents/watch.js';
import { registerGradients } from '../../../../src/tfjs-backend/gradients.js';
import { CollapseResponse } from '../../../../src/train/adversarial/collapse/collapse-response.js';
import type { CollapseMonitor } from '../../../../src/train/adversarial/collapse/harm-watch.js';
import { KeptCheckpoints } from '../../../../src/train/adversarial/collapse/kept-checkpoints.js';
import { goesBack, type OnCollapse } from '../../../../src/train/adversarial/collapse/on-collapse.js';
import { pathsOf, withRunFolder } from '../../../../src/train/adversarial/run-folder.js';
import { picturesOfSet } from '../../../../src/train/adversarial/run-pictures.js';
import { eagerBackend } from '../../../../src/train/backend/training-backend.js';
import { readCheckpoint } from '../../../../src/train/loop/checkpoint.js';
import type { LogLine } from '../../../../src/train/loop/training-log.js';
import { colorSet } from '../../classifier/tiny.js';
import { runAdversarial } from '../run-adversarial.js';
import { toyFamily } from '../toy-family.js';

let folder: string;
beforeAll(async () => {
  await setBackend('cpu');
  await registerGradients();
  folder = await mkdtemp(join(tmpdir(), 'ganeval-collapse-'));
});
afterAll(() => rm(folder, { recursive: true }));

const pictures = picturesOfSet(colorSet(45, 8), 'colors');
const SEED = 7;
const EVERY = 4;
/** Samples of the class are alike from this step on, with the first latents and batches. */
const COLLAPSE = 16;

/** Tells a collapse when MS-SSIM crosses ½, since the set in which it did so, one set late; and the recovery. */
class CrossingMonitor implements CollapseMonitor {
  #last = 0;
  #crossed: WatchLine | undefined;

  observe(line: WatchLine): WatchEvent[] {
    const { value } = line.metrics[0];
    const before = this.#last;
    this.#last = value;
    const told = this.#crossed;
    this.#crossed = undefined;
    const event = (kind: WatchEvent['kind'], { set, step }: WatchLine): WatchEvent => ({
      kind,
      ...(kind === 'recovery' && { ends: 'collapse' }),
      class: 'red',
      metric: 'msssim',
      since: { set, step },
      message: `Samples of red ${kind === 'collapse' ? 'are' : 'are no more'} alike since step ${step}.`,
      evidence: { statistic: 5.25, threshold: 4 },
    });
    if (told) return [event('collapse', told)];
    if (before < 0.5 && value > 0.5 && line.step !== 0) this.#crossed = line;
    return before > 0.5 && value < 0.5 ? [event('recovery', line)] : [];
  }
}

interface Given {
  readonly hooks?: RunHooks;
  readonly resume?: boolean;
  readonly steps?: number;
  /** MS-SSIM at a step with latents and batches of a seed, and with a factor on D's learning rate. */
  readonly similarity?: (step: number, seed: number, rate: number) => number;
  /** Lead of D, with a factor on its learning rate, with noise, and with a factor on G's learning rate. @default the toy's, 0.8 */
  readonly lead?: (rate: number, noise: number, generatorRate: number) => number;
  /** MS-SSIM of the one class, beside 0.4 of its real pictures, with factors on the learning rates of D and of G. */
  readonly ofClass?: (rate: number, generatorRate: number) => number;
}

async function train(
  name: string,
  mode: OnCollapse,
  { hooks, resume = false, steps = 50, ...given }: Given = {},
) {
  const { lead, ofClass } = given;
  const { similarity = (step, seed) => (step >= COLLAPSE && seed === SEED ? 0.9 : 0.4) } = given;
  const notes: string[] = [];
  const trainer = toyFamily.create(toyFamily.presets.classes.settings, pictures.form, SEED);
  try {
    const outcome = await withRunFolder(join(folder, name), resume, async (paths) => {
      const kept = new KeptCheckpoints(paths.kept);
      if (goesBack(mode) && !resume) await kept.open(-1);
      const collapse = new CollapseResponse({
        ...{ mode, kept, seed: SEED },
        trainer: lead
          ? {
              discriminatorLead: (_, adjustment) =>
                lead(
                  adjustment?.discriminatorRate ?? 1,
                  adjustment?.instanceNoise ?? 0,
                  adjustment?.generatorRate ?? 1,
                ),
            }
          : trainer,
        onNote: (note) => void notes.push(note),
        createMonitor: () => new CrossingMonitor(),
      });
      const scoreClass = (line: LogLine) => {
        if (!ofClass) return [];
        const { discriminatorRate = 1, generatorRate = 1 } = collapse.adjustment ?? {};
        return [
          { ...line, class: 'red', value: ofClass(discriminatorRate, generatorRate) },
          { ...line, class: 'red', subject: 'reference', value: 0.4 },
        ];
      };
      const score = async (step: number) => {
        const line = {
          ...{
            step,
            kind: 'metric',
            name: 'msssim',
            title: 'MS-SSIM',
            unit: 'similarity',
            subject: 'samples',
          },
          ...{ value: similarity(step, collapse.seed, collapse.adjustment?.discriminatorRate ?? 1), n: 10 },
        };
        return [line, ...scoreClass(line)];
      };
      return runAdversarial(
        {
          ...{ trainer, pictures, paths, seed: SEED, collapse, resume, length: { steps } },
          ...{ backend: eagerBackend('cpu'), identity: { pictures: pictures.digest }, checkpointMs: 1e9 },
          gridEvery: 1000,
          scoring: { every: EVERY, score },
        },
        hooks,
      );
    });
    return { ...outcome, notes };
  } finally {
    trainer.dispose();
  }
}

/** Stops a run that has done so many steps, for the nth time. */
function stopAfter(steps: number, time = 1): RunHooks {
  const controller = new AbortController();
  let times = 0;
  return {
    signal: controller.signal,
    onProgress: ({ done }) => {
      if (done === steps && ++times === time) controller.abort();
    },
  };
}

const linesOf = async (name: string, kind: string) =>
  (await readFile(pathsOf(join(folder, name)).log, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((line) => line.kind === kind);

/** Everything that a run leaves but its times. */
async function contentOf(name: string) {
  const { checkpoint, log, kept } = pathsOf(join(folder, name));
  const saved = await readCheckpoint(checkpoint);
  const names = await readdir(kept).catch(() => []);
  const tensors = await Promise.all(
    names.sort().map(async (each) => (await readCheckpoint(join(kept, each)))?.tensors),
  );
  return {
    ...{ tensors: saved?.tensors, facts: saved?.facts, step: saved?.progress.step },
    ...{ log: await readFile(log, 'utf8'), names, kept: tensors },
  };
}

describe('--on-collapse', () => {
  it('warn says which class, since which step, and with which evidence, and changes nothing', async () => {
    const { notes, steps } = await train('warned', 'warn');
    expect(steps).toBe(50);
    expect(notes).toEqual([
      'At step 20, samples of red are alike since step 16 (statistic 5.25, above 4.00).',
    ]);
    expect(await linesOf('warned', 'event')).toEqual([
      {
        ...{ step: 20, kind: 'event', event: 'collapse', metric: 'msssim', class: 'red', since: 16 },
        ...{ statistic: 5.25, threshold: 4, message: 'Samples of red are alike since step 16.' },
      },
    ]);
    await train('healthy', 'warn', { similarity: () => 0.4 });
    expect((await contentOf('healthy')).tensors).toEqual((await contentOf('warned')).tensors);
  });

  it('stop ends the run with a checkpoint, from which it goes on when it is resumed', async () => {
    expect((await train('ended', 'stop')).steps).toBe(20);
    expect((await contentOf('ended')).step).toBe(20);
    const { steps, notes } = await train('ended', 'stop', { resume: true });
    expect([steps, notes]).toEqual([50, []]);
    expect((await contentOf('ended')).tensors).toEqual((await contentOf('warned')).tensors);
  });

  /** Samples of the class are alike until D learns slowly. */
  const untilSlow: Given['similarity'] = (step, _seed, rate) => (step >= COLLAPSE && rate > 0.25 ? 0.9 : 0.4);

  it('adjust goes back a score further than the collapse, slows both networks, and lets them rise to half of what collapsed', async () => {
    const { notes, steps } = await train('adjusted', 'adjust', { similarity: untilSlow, steps: 90 });
    expect(steps).toBe(90);
    const lines = await linesOf('adjusted', 'adjustment');
    expect(lines).toMatchObject([
      {
        step: 8,
        winner: 'discriminator',
        generatorRate: 1 / 2,
        discriminatorRate: 1 / 4,
        instanceNoise: 0.05,
      },
      { step: 44, winner: 'discriminator', generatorRate: 1 / 4, discriminatorRate: 1 / 8, realTarget: 0.95 },
      // Ten healthy scores later. The rate at which samples collapsed again was ½.
      { step: 84, generatorRate: 1 / 4, discriminatorRate: 1 / 4, instanceNoise: 0, realTarget: 1 },
    ]);
    expect(lines[0].lead).toBeCloseTo(0.8, 12);
    expect(lines[2].winner).toBeUndefined();
    expect(notes.slice(1, 4)).toEqual([
      'Went back from step 20 to step 8: Samples of red are alike since step 16.',
      expect.stringMatching(
        /^Adjusted from step 8 on, where the discriminator leads: the generator's learning rate × 0\.5, the disc/,
      ),
      "Adjusted from step 48 on, after 10 healthy scores: the discriminator's learning rate × 0.5, instance noise of 0 of the pixels' range, a target of 1 for real pictures.",
    ]);
    const backs = [
      { from: 20, to: 8, since: 16, seed: SEED },
      { from: 56, to: 44, since: 52, seed: SEED },
    ];
    expect(await linesOf('adjusted', 'rollback')).toMatchObject(
      backs.map((back, i) => ({ step: back.to, attempt: i + 1, ...back })),
    );
    expect((await linesOf('adjusted', 'metric')).map(({ step }) => step)).toEqual([
      ...Array.from({ length: 23 }, (_, i) => 4 * i),
      90,
    ]);
    const content = await contentOf('adjusted');
    const { adjustments, rollbacks } = JSON.parse(content.facts?.collapse ?? '');
    expect(adjustments).toMatchObject(lines.map(({ kind: _, ...line }) => line));
    expect(rollbacks).toMatchObject(backs);
    expect(content.tensors).not.toEqual((await contentOf('warned')).tensors);
  });

  it('adjust, stopped and resumed anywhere, leaves the bytes of a run that was not', async () => {
    const through = await contentOf('adjusted');
    for (const [stop, time] of [[19], [20], [14, 2], [54], [46, 2], [87]]) {
      const name = `adjusted-${stop}`;
      const hooks = stopAfter(stop, time);
      await expect(train(name, 'adjust', { hooks, similarity: untilSlow, steps: 90 })).rejects.toThrow(
        'aborted',
      );
      await train(name, 'adjust', { resume: true, similarity: untilSlow, steps: 90 });
      expect(await contentOf(name)).toEqual(through);
    }
  });

  it('adjust answers a discriminator that hardly errs before samples collapse, from the first step if need be', async () => {
    const given: Given = { similarity: () => 0.4, lead: (rate) => (rate > 0.5 ? 0.95 : 0.6) };
    const { notes, steps } = await train('sure', 'adjust', given);
    expect([steps, notes[0]]).toEqual([
      50,
      'Went back from step 12 to step 0: The discriminator hardly errs since step 4.',
    ]);
    expect(await linesOf('sure', 'rollback')).toMatchObject([{ step: 0, from: 12, to: 0, since: 4 }]);
    // Rates rise after ten healthy scores, to half of those that went wrong.
    expect(await linesOf('sure', 'adjustment')).toMatchObject([
      { step: 0, winner: 'discriminator', lead: 0.95, discriminatorRate: 1 / 4, discriminatorCeiling: 1 / 2 },
      { step: 40, discriminatorRate: 1 / 2, instanceNoise: 0 },
    ]);
    const through = await contentOf('sure');
    await expect(train('sure-10', 'adjust', { ...given, hooks: stopAfter(10, 2) })).rejects.toThrow(
      'aborted',
    );
    await train('sure-10', 'adjust', { ...given, resume: true });
    expect(await contentOf('sure-10')).toEqual(through);
  });

  it('adjust slows a generator alone from where the discriminator could tell yet, and calls no score healthy with classes collapsed', async () => {
    const given: Given = {
      similarity: () => 0.4,
      lead: (_, _noise, generatorRate) => (generatorRate < 1 ? 0.3 : 0),
      ofClass: (_, generatorRate) => (generatorRate < 1 ? 0.9 : 1),
    };
    const { notes } = await train('overtaken', 'adjust', { ...given, steps: 46 });
    expect(notes[0]).toBe(
      "Went back from step 20 to step 0: The discriminator can't tell since step 4, and at least half of the classes are collapsed.",
    );
    const lines = await linesOf('overtaken', 'adjustment');
    expect(lines[0]).toMatchObject({
      ...{ step: 0, winner: 'generator', lead: 0, generatorRate: 1 / 16, discriminatorRate: 1 },
      ...{ instanceNoise: 0, realTarget: 1, generatorCeiling: 1 / 8 },
    });
    // Ten scores with its class alike raise no rate.
    expect(lines.filter(({ winner }) => winner === undefined)).toEqual([]);
  });

  it('adjust gives a discriminator its rate back that it slowed too much, where it is, and writes why', async () => {
    const given: Given = {
      similarity: () => 0.4,
      lead: (rate) => (rate > 0.5 ? 0.95 : rate < 0.5 ? 0 : 0.3),
      ofClass: (rate) => (rate === 0.5 ? 0.5 : 1),
      steps: 20,
    };
    const { notes } = await train('slowed', 'adjust', given);
    const message =
      "The discriminator can't tell since step 4, and at least half of the classes are collapsed.";
    expect(await linesOf('slowed', 'adjustment')).toMatchObject([
      { step: 0, winner: 'discriminator', generatorRate: 1 / 2, discriminatorRate: 1 / 4 },
      { step: 12, winner: 'generator', lead: 0, generatorRate: 1 / 4, discriminatorRate: 1 / 2, message },
    ]);
    expect(notes[2]).toMatch(/^Adjusted from step 12 on, where the generator leads: .*collapsed\.$/);
    const through = await contentOf('slowed');
    expect(JSON.parse(through.facts?.collapse ?? '').adjustments[1].message).toBe(message);
    for (const [stop, time] of [[10, 2], [12, 2], [14]]) {
      const name = `slowed-${stop}`;
      await expect(train(name, 'adjust', { ...given, hooks: stopAfter(stop, time) })).rejects.toThrow(
        'aborted',
      );
      await train(name, 'adjust', { ...given, resume: true });
      expect(await contentOf(name)).toEqual(through);
    }
  });

  it('adjust answers classes that are collapsed from the first score on, where it is, after five scores without fewer', async () => {
    const { notes } = await train('stalled', 'adjust', {
      ...{ similarity: () => 0.4, lead: () => 0.6, ofClass: () => 1, steps: 46 },
    });
    expect(await linesOf('stalled', 'adjustment')).toMatchObject([
      {
        ...{ step: 20, winner: 'discriminator', discriminatorRate: 1 / 4 },
        message: 'At least half of the classes are collapsed from the start, and not fewer since step 0.',
      },
      { step: 44, discriminatorRate: 1 / 16 },
    ]);
    expect(notes).toHaveLength(2);
  });

  it('adjust goes no further than its bounds: it says so once, and goes on', async () => {
    const { notes, steps } = await train('bounded', 'adjust', {
      similarity: (step) => (step >= COLLAPSE ? 0.9 : 0.4),
    });
    expect(steps).toBe(50);
    expect(notes.filter((note) => /at the end of their bounds/.test(note))).toEqual([
      'The adjustments are at the end of their bounds at step 20: the training goes on, with warnings alone.',
    ]);
    expect(
      (await linesOf('bounded', 'adjustment')).map(({ discriminatorRate }) => discriminatorRate),
    ).toEqual([1 / 16, 1 / 16, 1 / 16]);
    // Each time a score further back, to the first step in the end.
    expect((await linesOf('bounded', 'rollback')).map(({ to }) => to)).toEqual([8, 4, 0, 0, 0]);
  });

  it('adjust goes back eight times at most, whoever leads when, and goes on from where it is then', async () => {
    const { steps } = await train('turns', 'adjust', {
      similarity: (step) => (step >= COLLAPSE ? 0.9 : 0.4),
      lead: (_, noise) => (noise > 0.1 ? 0 : 0.6),
    });
    expect(steps).toBe(50);
    expect(await linesOf('turns', 'rollback')).toHaveLength(8);
  });

  it('adjust without an older checkpoint goes on from where it is, and up while the collapse is not over', async () => {
    for (const [name, end, rungs] of [
      ['lasting', 99, [20, 32, 44]],
      ['recovered', 28, [20]],
    ] as const) {
      const similarity = (step: number) => (step >= COLLAPSE && step < end ? 0.9 : 0.4);
      await expect(train(name, 'warn', { hooks: stopAfter(18), similarity })).rejects.toThrow('aborted');
      const { notes } = await train(name, 'adjust', { resume: true, similarity });
      expect((await linesOf(name, 'adjustment')).map(({ step }) => step)).toEqual(rungs);
      expect(notes.filter((note) => note.startsWith('Went back'))).toEqual([]);
    }
    expect((await linesOf('recovered', 'event')).map(({ event }) => event)).toEqual(['collapse', 'recovery']);
  });

  it('rollback goes on from before the collapse with other latents and batches', async () => {
    const { notes, steps } = await train('back', 'rollback');
    expect(steps).toBe(50);
    const [line] = await linesOf('back', 'rollback');
    expect(line).toMatchObject({ step: 12, attempt: 1, from: 20, to: 12, since: 16 });
    expect(notes[1]).toBe(
      `Rolled back from step 20 to step 12, with latents and batches by the seed ${line.seed}.`,
    );
    expect((await linesOf('back', 'metric')).map(({ step }) => step)).toEqual([
      0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 50,
    ]);
    const { facts, tensors } = await contentOf('back');
    expect(JSON.parse(facts?.collapse ?? '').rollbacks).toEqual([
      { from: 20, to: 12, since: 16, seed: line.seed, message: 'Samples of red are alike since step 16.' },
    ]);
    expect(tensors).not.toEqual((await contentOf('warned')).tensors);
  });

  it('rollback, stopped and resumed anywhere, leaves the bytes of a run that was not', async () => {
    const through = await contentOf('back');
    for (const stop of [14, 19, 33]) {
      const name = `back-${stop}`;
      await expect(train(name, 'rollback', { hooks: stopAfter(stop) })).rejects.toThrow('aborted');
      await train(name, 'rollback', { resume: true });
      expect(await contentOf(name)).toEqual(through);
    }
  });

  it('rollback gives up after three times, and says so', async () => {
    const { notes, steps } = await train('hopeless', 'rollback', {
      similarity: (step) => (step >= COLLAPSE ? 0.9 : 0.4),
    });
    expect(steps).toBe(50);
    expect(notes.filter((note) => note.startsWith('Rolled back'))).toHaveLength(3);
    expect(notes[notes.length - 1]).toBe(
      'The training was rolled back 3 times already, and goes on: try other settings.',
    );
    const seeds = (await linesOf('hopeless', 'rollback')).map(({ seed }) => seed);
    expect(new Set([SEED, ...seeds]).size).toBe(4);
  });

  it('rollback without an older checkpoint says so, and goes on', async () => {
    await expect(train('late', 'warn', { hooks: stopAfter(18) })).rejects.toThrow('aborted');
    const { notes, steps } = await train('late', 'rollback', { resume: true });
    expect(steps).toBe(50);
    expect(notes[1]).toBe('There is no checkpoint before step 16 to roll back to: the training goes on.');
  });
});
