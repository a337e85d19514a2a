import { UsageError } from '../../core/errors.js';
import type { RunHooks } from '../../core/run-hooks.js';
import { parseDatasetPart } from '../../datasets/dataset-part.js';
import { isDatasetPart } from '../../datasets/part-name.js';
import type { ImageSource } from '../../images/image-source.js';
import { openImages } from '../../images/open.js';
import { type ConditionFiles, listNamed } from '../conditions/condition-files.js';
import { type PictureConditions, readConditions } from '../conditions/read-conditions.js';
import type { EmbedOptions } from '../conditions/texts/embed-texts.js';
import { readSource, type SetForm, takeClasses, takeRows, toLabeledSet } from '../pictures/labeled-set.js';
import { openDataset, type TrainingDataset } from '../pictures/open-dataset.js';
import { conditionPictures } from './conditions/condition-pictures.js';
import { picturesOfSet, picturesOfSource, type RunPictures, requirePictures } from './run-pictures.js';

/** Larger sets of pictures are decoded batch by batch. */
const MAX_BYTES_IN_MEMORY = 2 ** 30;

export interface RunPictureChoice extends Pick<EmbedOptions, 'device' | 'threads'> {
  /** Folder or manifest. @default the data set of the preset */
  readonly pictures?: string;
  /** Other pictures, which no step sees. */
  readonly test?: string;
  /** The data set of the preset. */
  readonly dataset?: TrainingDataset;
  /** How many of the data set's training pictures, from the first on. @default all */
  readonly trainingPictures?: number;
  /** Folder with the data set's official files, in place of a download. */
  readonly dataDir?: string;
  readonly cacheDir: string;
  /** The classes to train on, by name. @default all */
  readonly classes?: readonly string[];
  /** What is known of each picture beside its class. @default nothing */
  readonly conditions?: ConditionFiles;
  /** Of the conditions that samples are drawn with. @default 0 */
  readonly seed?: number;
  /** The preset's name, for messages. */
  readonly preset: string;
}

/** What a run trains on, and what it may be measured on. */
export interface OpenedPictures {
  readonly train: RunPictures;
  /** Reads pictures that no step sees; undefined where there are none. */
  readonly openTest?: () => Promise<RunPictures>;
}

/**
 * Opens the pictures of a run.
 *
 * @throws {ImagesError} for pictures that cannot be used
 * @throws {UsageError} for options that do not go together
 */
export async function openRunPictures(
  choice: RunPictureChoice,
  form: SetForm,
  hooks: RunHooks,
): Promise<OpenedPictures> {
  const opened = choice.pictures === undefined ? openSplits : openOwn;
  const { train, openTest } = await opened(choice, form, hooks);
  requirePictures(train);
  if (choice.classes?.length !== 1) return { train, openTest };
  return { train: { ...train, form: { ...train.form, isOneChosen: true } }, openTest };
}

async function openSplits(choice: RunPictureChoice, form: SetForm, hooks: RunHooks): Promise<OpenedPictures> {
  const { dataset, trainingPictures, classes, preset, test, conditions } = choice;
  if (dataset === undefined) {
    throw new UsageError(
      `The preset ${preset} has no data set of its own: name a folder of pictures or a manifest.`,
    );
  }
  if (test !== undefined) {
    throw new UsageError(`--test goes with pictures of your own: ${dataset} has a test split.`);
  }
  const [named] = conditions ? listNamed(conditions) : [];
  if (named !== undefined) {
    throw new UsageError(
      `--${named} goes with pictures of your own: ${dataset} has none, so name a folder or a manifest.`,
    );
  }
  const splits = await openDataset(dataset, choice, hooks);
  const read = async (split: 'train' | 'test', most: number) => {
    const all = await toLabeledSet(await splits.read(split), form);
    const first =
      most < all.count
        ? takeRows(
            all,
            Array.from({ length: most }, (_, row) => row),
          )
        : all;
    const set = classes ? takeClasses(first, knownClasses(classes, all.classNames, dataset)) : first;
    const part = most < all.count ? `the first ${most} of ` : '';
    return picturesOfSet(set, `${part}the ${split} split of ${dataset}, from ${splits.origin}`);
  };
  return {
    train: await read('train', trainingPictures ?? Number.POSITIVE_INFINITY),
    openTest: () => read('test', Number.POSITIVE_INFINITY),
  };
}

async function openOwn(choice: RunPictureChoice, form: SetForm, hooks: RunHooks): Promise<OpenedPictures> {
  const { pictures, dataDir, test, classes } = choice;
  if (dataDir !== undefined) {
    throw new UsageError(`--data-dir goes with the data set of a preset: leave it or ${pictures} out.`);
  }
  const train = await readImages(pictures as string, form, choice, hooks);
  if (test === undefined) return { train };
  const openTest = async () => {
    const other = await readImages(test, form, { classes }, hooks);
    if (String(other.form.classNames) === String(train.form.classNames)) return other;
    await other.close();
    throw new UsageError(
      `The classes of ${test} are not those of ${pictures}: give pictures of the same classes.`,
    );
  };
  return { train, openTest };
}

async function readImages(
  path: string,
  form: SetForm,
  choice: Omit<Partial<RunPictureChoice>, 'pictures'>,
  hooks: RunHooks,
): Promise<RunPictures> {
  const { classes, conditions: files, seed = 0 } = choice;
  const source = await openOwnImages(path, classes);
  const conditions =
    files && listNamed(files).length > 0 ? await readOwn(source, files, choice, hooks) : undefined;
  const isLarge = source.entries.length * form.size ** 2 * form.channels > MAX_BYTES_IN_MEMORY;
  const pictures = isLarge
    ? await picturesOfSource(source, form, hooks)
    : picturesOfSet(await readWhole(source, form, hooks), path);
  if (!conditions) return pictures;
  const { textTower } = conditions;
  const known = conditionPictures(pictures, conditions, seed);
  return textTower ? { ...known, form: { ...known.form, textTower } } : known;
}

/** Conditions of a source's pictures. The source is closed if they can't be read. */
async function readOwn(
  source: ImageSource,
  files: ConditionFiles,
  { device, threads, cacheDir }: EmbedOptions,
  hooks: RunHooks,
): Promise<PictureConditions> {
  try {
    const ids = source.entries.map(({ id }) => id);
    const readSizes = async () => [...(await source.inspect({ signal: hooks.signal }))];
    return await readConditions(files, { ids, readSizes }, hooks, { device, threads, cacheDir });
  } catch (error) {
    await source.close();
    throw error;
  }
}

/**
 * Opens pictures by a name: a folder, a manifest, an archive, or a part of a data set such as `mnist:test`. Pictures of another size are
 * resized, as those of a training are.
 *
 * @throws {ImagesError} for pictures that cannot be used
 * @throws {UsageError} for rows of a data set that there are not
 */
export async function openNamedPictures(
  name: string,
  { dataDir, cacheDir }: Pick<RunPictureChoice, 'dataDir' | 'cacheDir'>,
  form: SetForm,
  hooks: RunHooks,
): Promise<RunPictures> {
  if (!isDatasetPart(name)) {
    const pictures = await readImages(name, form, {}, hooks);
    requirePictures(pictures);
    return pictures;
  }
  const { dataset, split, start, end } = parseDatasetPart(name);
  const splits = await openDataset(dataset.name, { dataDir, cacheDir }, hooks);
  const all = await toLabeledSet(await splits.read(split), form);
  const rows = Array.from({ length: end - start }, (_, i) => start + i);
  return picturesOfSet(rows.length < all.count ? takeRows(all, rows) : all, name);
}

/**
 * Opens pictures of the user's.
 *
 * @param classes takes only these, numbered in this order; the files of others are not read
 * @param onMissing throws for a class that is unknown. @default it is a fault of `--classes`
 * @throws {UsageError} for a class that is unknown, or is named twice
 */
export function openOwnImages(
  path: string,
  classes: readonly string[] | undefined,
  onMissing?: (name: string) => never,
): Promise<ImageSource> {
  if (!classes) return openImages(path);
  const chooseClasses = (known: readonly string[]) => {
    const missing = onMissing && classes.find((name) => !known.includes(name));
    if (missing !== undefined) onMissing?.(missing);
    return knownClasses(classes, known, path);
  };
  return openImages(path, { chooseClasses });
}

async function readWhole(source: ImageSource, form: SetForm, { signal, onProgress }: RunHooks) {
  const total = source.entries.length;
  const report = (done: number) =>
    onProgress?.({ stage: 'scan', label: `Decoding ${source.name}`, done, total, unit: 'pictures' });
  try {
    return await readSource(source, form, { signal, onProgress: report });
  } finally {
    await source.close();
  }
}

/** @throws {UsageError} for a class that is unknown, or is named twice */
function knownClasses(
  classes: readonly string[],
  known: readonly string[],
  where: string,
): readonly string[] {
  const unknown = classes.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const some = known.slice(0, 20).join(', ');
    throw new UsageError(
      known.length === 0
        ? `--classes needs labels, and ${where} has none: put the pictures of each class into a folder of its own.`
        : `--classes names ${JSON.stringify(unknown)}, which is no class of ${where}: it has ${some}${known.length > 20 ? ', …' : ''}.`,
    );
  }
  const twice = classes.find((name, i) => classes.indexOf(name) !== i);
  if (twice === undefined) return classes;
  throw new UsageError(`--classes names ${JSON.stringify(twice)} twice: name each class once.`);
}
