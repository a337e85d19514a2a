import { ImagesError, UsageError } from '../../core/errors.js';
import type { RunHooks } from '../../core/run-hooks.js';
import { versionsOfMakers } from '../../core/versions.js';
import { CLASSIFICATION_SCHEMA, type Classification } from '../../documents/trained/classification.js';
import type { OpenGenerator } from '../adversarial/open-generator.js';
import { openNamedPictures } from '../adversarial/open-pictures.js';
import type { RunPictures } from '../adversarial/run-pictures.js';
import { tfjsVersion } from '../backend/tfjs-version.js';
import type { StoredCheckpoint } from '../loop/checkpoint.js';
import { CLASSIFY_DEFAULTS, type ClassifyOptions } from './classify-options.js';
import { type DrawnLabels, drawLabels } from './draw-labels.js';
import { estimateDifference, estimateError } from './estimate-errors.js';
import { discriminatorFeatures, type Features, hasFeatures, pixelFeatures } from './features.js';
import { STRENGTHS } from './fit-classifier.js';
import {
  digestsOf,
  type Fitted,
  fitClassifiers,
  type Measured,
  measureMistakes,
  type OfKinds,
  ofKinds,
} from './measure-classifiers.js';

/** Labeled pictures are held in memory as pixels while a classifier is fit. */
const MOST_NUMBERS = 2 ** 27;
const { level } = CLASSIFY_DEFAULTS;

const TITLES = {
  discriminator: 'features of the discriminator',
  untrained: 'features of its first weights',
  pixels: 'pixels',
} as const;

/** The discriminator of a run, with what it was read from. */
export interface ProbedRun {
  /** As the user named it. */
  readonly name: string;
  readonly checkpoint: StoredCheckpoint;
  readonly opened: OpenGenerator;
}

/** Fits classifiers and measures their errors; see `classify`. */
export async function runClassification(
  run: ProbedRun,
  options: ClassifyOptions & { readonly seed: number; readonly cacheDir: string },
  hooks: RunHooks,
): Promise<Classification> {
  const { trainer, form, makeUntrained } = run.opened;
  if (!hasFeatures(trainer)) throw refuseFeatures(run);
  const pictures = await openNamedPictures(options.pictures, options, form, hooks);
  try {
    requireClasses(pictures, options.pictures);
    const drawn = drawAll(pictures, options);
    const test = await openNamedPictures(options.test, options, form, hooks);
    try {
      const classOf = matchClasses(pictures, test, options);
      const untrained = makeUntrained();
      try {
        if (!hasFeatures(untrained)) throw refuseFeatures(run);
        const features: OfKinds<Features> = {
          discriminator: discriminatorFeatures(trainer),
          untrained: discriminatorFeatures(untrained),
          pixels: pixelFeatures,
        };
        const fitted = await ofKinds((kind) =>
          fitClassifiers(features[kind], pictures, drawn, { ...hooks, label: `Fitting ${TITLES[kind]}` }),
        );
        const known = { pictures: test, classOf, drawn: await digestsOfDrawn(pictures, drawn) };
        const measured = await measureMistakes(fitted, features, known, hooks);
        return await describe(run, options, { pictures, test, drawn, fitted, measured });
      } finally {
        untrained.dispose();
      }
    } finally {
      await test.close();
    }
  } finally {
    await pictures.close();
  }
}

function refuseFeatures({ name, opened: { trainer } }: ProbedRun): UsageError {
  return new UsageError(
    trainer.conditional
      ? `The discriminator of ${name} is given classes, so that its features would not be those of pictures alone: name a run of ganeval train gan without --conditional.`
      : `The trainer of ${name} gives no features of its discriminator: name a run of ganeval train gan.`,
  );
}

/** @throws {ImagesError} for pictures of less than two classes */
function requireClasses({ form: { classNames } }: RunPictures, name: string): void {
  if (classNames.length === 0) {
    throw new ImagesError(
      `${name} has no labels: put the pictures of each class into a folder of its own, or name a CSV with labels.`,
    );
  }
  if (classNames.length === 1) {
    throw new ImagesError(`${name} has pictures of one class: a classifier needs two or more.`);
  }
}

/** @throws {UsageError} for too few labels or draws to estimate anything, or too many to hold */
function drawAll(pictures: RunPictures, options: ClassifyOptions & { readonly seed: number }): DrawnLabels[] {
  const { labelsPerClass: perClass = CLASSIFY_DEFAULTS.labelsPerClass, draws = CLASSIFY_DEFAULTS.draws } =
    options;
  const { size, channels, classNames } = pictures.form;
  if (perClass < 2) {
    throw new UsageError(
      '--labels-per-class must be 2 or more: one label of each class is held out to choose the penalty, and others are learned from.',
    );
  }
  if (draws < 2) throw new UsageError('--draws must be 2 or more: one draw of labels has no interval.');
  if (perClass * classNames.length * size ** 2 * channels > MOST_NUMBERS) {
    throw new UsageError(
      `${perClass} labels of each of ${classNames.length} classes are more than can be held at once: take fewer with --labels-per-class.`,
    );
  }
  return drawLabels(pictures.labels, classNames, { perClass, draws, seed: options.seed }, options.pictures);
}

/** @throws {UsageError} for test pictures that are those whose labels are drawn, or are of other classes */
function matchClasses(
  pictures: RunPictures,
  test: RunPictures,
  names: ClassifyOptions,
): (label: number) => number {
  requireClasses(test, names.test);
  if (test.digest === pictures.digest) {
    throw new UsageError(
      `The test pictures are those whose labels are drawn: name other pictures than ${names.pictures} with --test.`,
    );
  }
  if (test.count < 2) {
    throw new ImagesError(`${names.test} has one picture, of which no error can be estimated: name more.`);
  }
  const known = pictures.form.classNames;
  const own = test.form.classNames;
  const other = [
    ...own.filter((each) => !known.includes(each)),
    ...known.filter((each) => !own.includes(each)),
  ];
  if (other.length > 0) {
    throw new UsageError(
      `The classes of ${names.test} are not those of ${names.pictures} (${JSON.stringify(other[0])} is in one alone): name pictures of the same classes.`,
    );
  }
  const classes = own.map((each) => known.indexOf(each));
  return (label) => classes[label];
}

async function digestsOfDrawn(pictures: RunPictures, drawn: readonly DrawnLabels[]): Promise<Set<string>> {
  const digests = new Set<string>();
  for (const { rows } of drawn) {
    for (const each of digestsOf((await pictures.read(rows)).pixels, rows.length)) digests.add(each);
  }
  return digests;
}

interface Found {
  readonly pictures: RunPictures;
  readonly test: RunPictures;
  readonly drawn: readonly DrawnLabels[];
  readonly fitted: OfKinds<Fitted>;
  readonly measured: Measured;
}

async function describe(
  { name, checkpoint, opened }: ProbedRun,
  options: ClassifyOptions & { readonly seed: number },
  { pictures, test, drawn, fitted, measured: { mistakes, repeated } }: Found,
): Promise<Classification> {
  const { classNames } = pictures.form;
  const perClass = drawn[0].rows.length / classNames.length;
  const trainedOn = checkpoint.identity.pictures;
  const { discriminator, untrained, pixels } = mistakes;
  return {
    schema: CLASSIFICATION_SCHEMA,
    discriminator: {
      run: name,
      sha256: checkpoint.sha256,
      family: checkpoint.identity.family,
      step: opened.step,
    },
    labels: {
      source: options.pictures,
      available: pictures.count,
      isTrainingSet: pictures.digest === trainedOn,
      classes: [...classNames],
      perClass,
      draws: drawn.length,
    },
    test: { source: options.test, n: test.count },
    penalty: { strengths: [...STRENGTHS], folds: 1 + Math.max(...drawn[0].folds) },
    seed: options.seed,
    classifiers: await ofKinds((kind) => ({
      features: fitted[kind].width,
      error: estimateError(mistakes[kind], level),
      draws: fitted[kind].classifiers.map(({ strength }, i) => ({
        error: mistakes[kind].ofDraws[i],
        strength,
      })),
    })),
    differences: {
      untrained: estimateDifference(discriminator, untrained, level),
      pixels: estimateDifference(discriminator, pixels, level),
    },
    warnings: [
      ...(test.digest === trainedOn
        ? ['The discriminator was trained on the test pictures: their error is not that of new ones.']
        : []),
      ...(repeated > 0
        ? [
            `${repeated} of the test pictures are, pixel for pixel, among those whose labels were drawn: the errors are too small.`,
          ]
        : []),
    ],
    createdWith: { ...(await versionsOfMakers()), '@tensorflow/tfjs-core': tfjsVersion() },
  };
}
