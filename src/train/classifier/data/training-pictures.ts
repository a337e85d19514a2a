import { ImagesError, UsageError } from '../../../core/errors.js';
import type { RunHooks } from '../../../core/run-hooks.js';
import { DATASETS } from '../../../datasets/catalogue.js';
import type { DatasetName, SplitName } from '../../../datasets/dataset.js';
import type { ImageSource } from '../../../images/image-source.js';
import { openImages } from '../../../images/open.js';
import type { SmallInceptionSpec } from '../../../networks/architectures/small-inception.js';
import { type LabeledSet, readSource, toLabeledSet } from '../../pictures/labeled-set.js';
import { openDataset } from '../../pictures/open-dataset.js';
import { splitByClass, validationShare } from './partition.js';

/** Share of the user's pictures that are kept to test on, where no others are named. */
const TEST_SHARE = 0.1;

/** The pictures of a run and what a card says of them. */
export interface TrainingPictures {
  readonly train: LabeledSet;
  /** Taken out of the training pictures: for the temperature and for progress. */
  readonly validation: LabeledSet;
  /** Never seen before the network is finished. */
  readonly test: LabeledSet;
  readonly trainSource: string;
  readonly testSource: string;
  readonly license?: string;
}

export interface PictureChoice {
  /** Folder of class folders or manifest; the data set if there is none. */
  readonly pictures?: string;
  /** Other labeled pictures to test on. */
  readonly test?: string;
  readonly dataset: DatasetName;
  /** Folder with the data set's official files, in place of a download. */
  readonly dataDir?: string;
  /** Downloads are kept here. */
  readonly cacheDir: string;
  readonly seed: number;
}

type Form = Pick<SmallInceptionSpec, 'size' | 'channels'>;

/**
 * Reads the pictures, and splits them.
 *
 * @throws {ImagesError} for pictures that cannot be used
 * @throws {UsageError} for options that do not go together
 */
export async function readTrainingPictures(
  choice: PictureChoice,
  form: Form,
  hooks: RunHooks,
): Promise<TrainingPictures> {
  const whole =
    choice.pictures === undefined
      ? await readDataset(choice, form, hooks)
      : await readOwn({ ...choice, pictures: choice.pictures }, form, hooks);
  const { kept, held } = splitByClass(whole.train, validationShare(whole.train.count), choice.seed);
  return { ...whole, train: kept, validation: held };
}

type Whole = Omit<TrainingPictures, 'validation'>;

async function readDataset(
  { dataset: name, dataDir, cacheDir, test }: PictureChoice,
  form: Form,
  hooks: RunHooks,
): Promise<Whole> {
  if (test !== undefined) {
    throw new UsageError(`--test goes with pictures of your own: ${name} has a test split.`);
  }
  const splits = await openDataset(name, { dataDir, cacheDir }, hooks);
  const { license, citation } = DATASETS[name];
  const read = async (split: SplitName) => toLabeledSet(await splits.read(split), form);
  return {
    train: await read('train'),
    test: await read('test'),
    trainSource: `${name} training split, from ${splits.origin}`,
    testSource: `${name} test split, from ${splits.origin}`,
    license: `weights: same as the project; pictures: ${license}; ${citation}`,
  };
}

async function readOwn(
  { pictures, test, seed, dataDir }: PictureChoice & { readonly pictures: string },
  form: Form,
  hooks: RunHooks,
): Promise<Whole> {
  if (dataDir !== undefined) {
    throw new UsageError(`--data-dir goes with the data set of a preset: leave it or ${pictures} out.`);
  }
  const own = await readImages(pictures, form, hooks);
  if (test === undefined) {
    const { kept, held } = splitByClass(own, TEST_SHARE, seed);
    const share = `${held.count} of its ${own.count} pictures, drawn by class with seed ${seed}`;
    return { train: kept, test: held, trainSource: pictures, testSource: `${pictures}: ${share}` };
  }
  const other = await readImages(test, form, hooks);
  if (String(other.classNames) !== String(own.classNames)) {
    throw new UsageError(
      `The classes of ${test} are not those of ${pictures}: give pictures of the same classes.`,
    );
  }
  return { train: own, test: other, trainSource: pictures, testSource: test };
}

async function readImages(path: string, form: Form, { signal, onProgress }: RunHooks): Promise<LabeledSet> {
  const source = await openImages(path);
  const total = source.entries.length;
  const report = (done: number) =>
    onProgress?.({ stage: 'scan', label: `Decoding ${path}`, done, total, unit: 'pictures' });
  try {
    requireClasses(source);
    return await readSource(source, form, { signal, onProgress: report });
  } finally {
    await source.close();
  }
}

function requireClasses({ name, classNames }: ImageSource): void {
  if (classNames && classNames.length >= 2) return;
  throw new ImagesError(
    `${name} has ${classNames ? 'one class' : 'no labels'}, and a classifier needs two classes or more: put the pictures of each class into a folder of its own.`,
  );
}
