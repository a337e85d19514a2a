import { stat } from 'node:fs/promises';
import { ImagesError, UsageError } from '../../core/errors.js';
import { omitUndefined } from '../../core/omit-undefined.js';
import type { ClassGroup, ClassPlan } from '../../documents/class-plan.js';
import { cacheFolder } from '../../storage/cache-folder.js';
import { findPreset } from '../adversarial/choose-settings.js';
import { pathsOf } from '../adversarial/run-folder.js';
import { type TrainedGan, type TrainingHooks, trainFamily } from '../adversarial/train-family.js';
import type { TrainGanOptions } from '../adversarial/train-options.js';
import type { Family } from '../adversarial/trainer.js';
import { withTrainingLock } from '../loop/training-lock.js';
import { type GroupStatus, progressOf, writeStatus } from './group-status.js';
import { findGroup, type OpenPlan, pathsOfGroup, readPlan } from './plan-folder.js';
import { openPlanPictures } from './plan-pictures.js';

/** What may differ from one process to the next that trains a group: nothing that decides its numbers. */
export interface GroupOptions
  extends Pick<TrainGanOptions, 'backend' | 'device' | 'threads' | 'cacheDir' | 'dataDir'> {
  /** Where the pictures of the plan are on this machine. @default where they were when the plan was made */
  readonly pictures?: string;
}

/** How the training of a group ended. */
export interface TrainedGroup extends TrainedGan {
  readonly group: ClassGroup;
  /** Of the plan. */
  readonly groups: number;
}

/**
 * Trains the GAN of one group of a plan, from its last checkpoint if there is one. Its state stands in a file beside its run; other groups
 * are not touched.
 *
 * @param path the folder of the plan
 * @param number of the group, from 1
 * @throws {ImagesError} if a class of the group is gone
 * @throws {UsageError} for a group that there is not, that another process trains, or whose pictures have changed since the plan was made
 * @throws as `trainGan`
 */
export async function trainGroup(
  family: Family<unknown>,
  { path, number }: { readonly path: string; readonly number: number },
  options: GroupOptions,
  hooks: TrainingHooks = {},
): Promise<TrainedGroup> {
  const open = await readPlan(path);
  const group = findGroup(open, number);
  const groups = open.plan.sets.flatMap((set) => set.groups).length;
  const paths = pathsOfGroup(open.folder, group);
  const place = {
    where: `group ${number} of ${open.folder}`,
    instead: 'another group with --plan-group',
    checkpoint: pathsOf(paths.run).checkpoint,
  };
  // Seen before this process holds the lock, which would look like a running one.
  const before = await progressOf(open, group);
  if (before.state === 'done') {
    hooks.onNote?.(`Group ${number} of ${open.folder} is done.`);
    const { checkpoint } = pathsOf(paths.run);
    return {
      folder: paths.run,
      checkpoint,
      steps: before.step,
      seconds: 0,
      isStopped: false,
      isEarly: false,
      group,
      groups,
    };
  }
  return withTrainingLock(paths.lock, place, async (requirePlace) => {
    let { steps } = before;
    const say = (state: GroupStatus['state'], reason?: string) =>
      writeStatus(paths.status, { plan: open.digest, state, steps, reason }, requirePlace);
    await say('running');
    let saying: Promise<void> | undefined;
    const onProgress: TrainingHooks['onProgress'] = (event) => {
      hooks.onProgress?.(event);
      if (event.stage !== 'train' || saying) return;
      // How long the run is stands in the file as soon as it is known; what fails here fails again at the end.
      steps = event.total;
      saying = say('running').catch(() => undefined);
    };
    try {
      hooks.onNote?.(`Group ${number} of ${groups}: ${nameClasses(group.classes)}.`);
      await requireSamePictures(family, open, group, { ...options, signal: hooks.signal });
      // Where nothing was begun, there is nothing to resume.
      const resume = await isThere(paths.run);
      const trained = await trainFamily(
        family,
        { ...optionsOf(open.plan, group, paths.run, options), resume },
        {
          ...hooks,
          continued: 'the same command',
          onProgress,
        },
      );
      await saying;
      if (!trained.isStopped) steps = trained.steps;
      await (trained.isStopped ? say('stopped', 'A collapse stopped it.') : say('done'));
      return { ...trained, group, groups };
    } catch (error) {
      await saying;
      const failed = hooks.signal?.aborted ? say('stopped') : say('failed', (error as Error).message);
      await failed.catch(() => undefined);
      throw error;
    }
  });
}

function isThere(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}

function nameClasses(classes: readonly string[]): string {
  const some = classes.slice(0, 10).join(', ');
  return classes.length > 10 ? `${some} and ${classes.length - 10} more` : some;
}

/** @throws {UsageError} if a picture, a label or a name of a class is not what it was */
async function requireSamePictures(
  family: Family<unknown>,
  { folder, plan }: OpenPlan,
  { classes, digest, number }: ClassGroup,
  { signal, ...options }: GroupOptions & Pick<TrainingHooks, 'signal'>,
): Promise<void> {
  const preset = findPreset(family, plan.training.preset);
  const { dataset, trainingPictures } = preset;
  const where = options.pictures ?? plan.pictures.path;
  const pictures = await openPlanPictures(
    {
      onMissing: (name) => {
        throw new ImagesError(
          `Group ${number} of the plan needs the class ${JSON.stringify(name)}, which ${where} no longer has: put it back, or make a new plan.`,
        );
      },
      ...{ dataset, trainingPictures, preset: plan.training.preset, cacheDir: cacheFolder(options.cacheDir) },
      ...{ classes, dataDir: options.dataDir, pictures: where },
    },
    preset,
    { signal },
  );
  try {
    if ((await pictures.digestOf(classes)) === digest) return;
  } finally {
    await pictures.close();
  }
  throw new UsageError(
    `The pictures of group ${number} have changed since the plan in ${folder} was made: bring them back, or make a new plan.`,
  );
}

function optionsOf(
  { training, pictures: { path } }: ClassPlan,
  { classes, seed }: ClassGroup,
  out: string,
  options: GroupOptions,
): TrainGanOptions {
  const pictures = options.pictures ?? path;
  // The schema leaves it to the networks what ranges there are.
  const { normalize, ...kept } = training;
  const range = normalize as TrainGanOptions['normalize'];
  return omitUndefined({ ...kept, normalize: range, ...options, pictures, seed, classes, out });
}
