import { join } from 'node:path';
import { UsageError } from '../../core/errors.js';
import { omitUndefined } from '../../core/omit-undefined.js';
import type { RunHooks } from '../../core/run-hooks.js';
import { ownVersion } from '../../core/versions.js';
import {
  CLASS_PLAN_SCHEMA,
  type ClassPlan,
  classPlanSchema,
  findPlanFault,
} from '../../documents/class-plan.js';
import { resolveOptions } from '../../evaluate/options.js';
import { requireFreeFolder } from '../../generators/write-samples.js';
import { cacheFolder } from '../../storage/cache-folder.js';
import { makeFolder } from '../../storage/make-folder.js';
import { writeNew, writeWhole } from '../../storage/write-whole.js';
import { changeSettings, findPreset, lengthOf } from '../adversarial/choose-settings.js';
import { RNG_STREAMS } from '../adversarial/rng-streams.js';
import type { TrainGanOptions } from '../adversarial/train-options.js';
import type { FamilyFacts } from '../adversarial/trainer.js';
import { rngFor } from '../loop/rng-for.js';
import { type PlanShape, sizesOf } from './divide-classes.js';
import { type Division, divideClasses } from './find-groups.js';
import type { Grouping } from './groupings.js';
import { isPlan, type OpenPlan, PLAN_FILE, placeOf, readPlan, SLURM_FILE } from './plan-folder.js';
import { openPlanPictures, type PlanPictures } from './plan-pictures.js';
import { slurmScript } from './slurm-script.js';

/** What of a training's options a plan keeps. */
const KEPT = [
  'checkpointMinutes',
  'gridEvery',
  'setsEvery',
  'evalEvery',
  'evalSamples',
  'validation',
  'stopEarly',
  'onCollapse',
  'inputSize',
  'normalize',
  'featuresOutput',
  'logitsOutput',
] as const satisfies readonly (keyof TrainGanOptions)[];

/** How `makePlan` plans. */
export interface PlanOptions extends Omit<TrainGanOptions, 'resume' | 'backend'> {
  /** Groups of one size, or one set of groups for each number of classes per model. */
  readonly shape: PlanShape | { readonly classesPerModel: readonly number[] };
  /** How classes come together. @default 'random' */
  readonly group?: Grouping;
}

/** @throws {UsageError} for what is known of pictures beside their class */
function refuseConditions({ conditions = {}, auxiliaryFeatures }: PlanOptions): void {
  const [kind] = Object.entries(conditions).flatMap(([name, file]) => (file === undefined ? [] : [name]));
  const named = kind === 'textTower' ? 'text-tower' : kind;
  const flag = named ?? (auxiliaryFeatures === undefined ? undefined : 'auxiliary-features');
  if (flag === undefined) return;
  throw new UsageError(
    `--${flag} does not go with a plan, whose groups learn classes from pictures alone: leave it out, or train without --plan.`,
  );
}

/**
 * Divides the classes of pictures into groups, for a GAN each, and writes the plan into a new folder. Nothing is trained.
 *
 * @returns the plan as it was written
 * @throws {UsageError} for a plan that does not fit the classes, options that don't go together, and a folder that is not empty
 * @throws {ImagesError} for pictures that cannot be used
 * @throws {NetworkError} for a network that cannot be used
 * @throws {StorageError} if the plan cannot be written; the folder is then not there
 */
export async function makePlan(
  facts: FamilyFacts<unknown>,
  options: PlanOptions,
  hooks: RunHooks = {},
): Promise<OpenPlan> {
  const { out, shape, group = 'random' } = options;
  refuseConditions(options);
  if (await isPlan(out)) {
    throw new UsageError(
      `${out} holds a plan already: train its groups with --plan-group, or name a new folder with -o.`,
    );
  }
  await requireFreeFolder(out);
  const presetName = options.preset ?? Object.keys(facts.presets)[0];
  const preset = findPreset(facts, presetName);
  // What is wrong with them must not wait for the first group.
  changeSettings(facts, preset, options.settings ?? {});
  lengthOf(options, preset);
  const { seed } = resolveOptions({ seed: options.seed, device: options.device, threads: options.threads });
  if ('classesPerModel' in shape && group !== 'random') {
    throw new UsageError(
      `--plan classes draws its groups at random, so that they differ in their sizes alone: leave --group ${group} out.`,
    );
  }
  const { dataset, trainingPictures } = preset;
  const choice = {
    ...options,
    ...{ dataset, trainingPictures, preset: presetName, cacheDir: cacheFolder(options.cacheDir) },
  };
  const pictures = await openPlanPictures(choice, preset, hooks);
  try {
    requireClasses(pictures, options.pictures ?? String(dataset));
    const known = pictures.classNames.length;
    const sizes =
      'classesPerModel' in shape
        ? shape.classesPerModel.map((each) => evenly(each, known))
        : [sizesOf(shape, known)];
    const division = await divideClasses({ sizes, group, seed, choice, options, preset }, hooks);
    const plan: ClassPlan = {
      schema: CLASS_PLAN_SCHEMA,
      ganeval: await ownVersion(),
      family: 'acgan',
      pictures: {
        ...(options.pictures === undefined ? { dataset } : { path: placeOf(options.pictures) }),
        count: pictures.count,
        classNames: [...pictures.classNames],
      },
      grouping: division.grouping,
      training: trainingOf(options, presetName, seed),
      sets: await describeSets(division.sets, pictures, seed),
    };
    return await writePlan(out, plan);
  } finally {
    await pictures.close();
  }
}

function requireClasses({ classNames, labels }: PlanPictures, name: string): void {
  if (classNames.length < 2) {
    throw new UsageError(
      `A plan divides classes, and ${name} has ${classNames.length === 1 ? 'one' : 'none'}: give a folder of class folders.`,
    );
  }
  const used = new Set(labels);
  const empty = classNames.findIndex((_, label) => !used.has(label));
  if (empty < 0) return;
  throw new UsageError(
    `The class ${JSON.stringify(classNames[empty])} of ${name} has no pictures: leave it out with --classes.`,
  );
}

/** @throws {UsageError} for a number of classes that does not divide them */
function evenly(size: number, known: number): number[] {
  if (known % size === 0) return Array(known / size).fill(size);
  throw new UsageError(
    `--plan classes:${size} can't divide ${known} classes into models of ${size}: give numbers that divide ${known}.`,
  );
}

function trainingOf(options: PlanOptions, preset: string, seed: number): ClassPlan['training'] {
  const kept = Object.fromEntries(KEPT.map((key) => [key, options[key]]));
  const isFile = (network: string | undefined) => network?.toLowerCase().endsWith('.onnx');
  const place = (network: string | undefined) => (isFile(network) ? placeOf(network) : network);
  return omitUndefined({
    preset,
    settings: options.settings ?? {},
    seed,
    ...(options.steps !== undefined && { steps: options.steps }),
    ...(options.epochs !== undefined && { epochs: options.epochs }),
    ...kept,
    // Without scores, the network is that of the features alone.
    ...(options.evalEvery !== undefined && {
      model: place(options.model),
      classifier: place(options.classifier),
      classMap: placeOf(options.classMap),
      modelsDir: placeOf(options.modelsDir),
    }),
    test: placeOf(options.test),
  }) as ClassPlan['training'];
}

async function describeSets(
  sets: Division['sets'],
  pictures: PlanPictures,
  seed: number,
): Promise<ClassPlan['sets']> {
  const counts = new Int32Array(pictures.classNames.length);
  for (const label of pictures.labels) counts[label]++;
  let number = 0;
  const described: ClassPlan['sets'] = [];
  for (const groups of sets) {
    const own: ClassPlan['sets'][number]['groups'] = [];
    for (const indices of groups) {
      const classes = indices.map((index) => pictures.classNames[index]);
      number++;
      own.push({
        number,
        classes,
        pictures: indices.reduce((sum, index) => sum + counts[index], 0),
        digest: await pictures.digestOf(classes),
        seed: seedOfGroup(seed, number),
      });
    }
    described.push({ classesPerModel: Math.max(...groups.map((each) => each.length)), groups: own });
  }
  return described;
}

/** Of the training of a group, and of its samples where a seed for the whole set is given. */
export function seedOfGroup(seed: number, number: number): number {
  return rngFor(seed, RNG_STREAMS.groups, number).uint32();
}

async function writePlan(folder: string, plan: ClassPlan): Promise<OpenPlan> {
  const parsed = classPlanSchema.safeParse(plan);
  const fault = parsed.success ? findPlanFault(plan) : parsed.error.issues[0].message;
  if (fault !== undefined) {
    throw new UsageError(`These classes and options make no plan (${fault}): give others.`);
  }
  const groups = plan.sets.flatMap((set) => set.groups).length;
  await writeNew(folder, async (partial) => {
    await makeFolder(partial);
    await writeWhole(join(partial, PLAN_FILE), `${JSON.stringify(plan, null, 2)}\n`);
    await writeWhole(join(partial, SLURM_FILE), slurmScript(folder, groups));
  });
  return readPlan(folder);
}
