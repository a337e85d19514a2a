import { ImagesError } from '../../core/errors.js';
import { nameSome } from '../naming/name-some.js';

/** Takes every split as one set. */
export const ALL_SPLITS = 'all';

/** Words for splits in names of folders and files, as Hugging Face's `datasets` reads them (data_files.py). */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  train: ['train', 'training'],
  validation: ['validation', 'valid', 'dev', 'val'],
  test: ['test', 'testing', 'eval', 'evaluation'],
};

/** `train-00000-of-00002.parquet`, as Hugging Face's `datasets` writes a data set. */
const SHARD = /^(.+)-\d{5}-of-\d{5}/;

/** The split that a name stands for as a whole ("val" for validation), in lower or upper case; undefined for another name. */
export function splitOfName(name: string): string | undefined {
  const word = name.toLowerCase();
  return Object.keys(KEYWORDS).find((split) => KEYWORDS[split].includes(word));
}

/**
 * The split of a file of a data set in several files: what stands before `-00000-of-00002`, or else the word for a split that is a
 * part of its name, set off by `-._`, spaces and digits ("train_03.tar"); undefined for a file of none.
 */
export function splitOfFile(name: string): string | undefined {
  const [, before] = SHARD.exec(name) ?? [];
  if (before !== undefined) return splitOfName(before) ?? before;
  for (const part of name.split(/[-._ 0-9]+/)) {
    const split = splitOfName(part);
    if (split !== undefined) return split;
  }
  return undefined;
}

/**
 * Whether folders or files are the splits of a data set: all are named as splits, or one is for training and one for tests or
 * validation, which no classes are together. A class may be called "train".
 *
 * @param kinds what `splitOfName` or `splitOfFile` says of each
 */
export function areSplits(kinds: readonly (string | undefined)[]): boolean {
  const isMix = kinds.includes('train') && (kinds.includes('test') || kinds.includes('validation'));
  return kinds.length > 0 && (isMix || !kinds.includes(undefined));
}

/** The files of a data set that were chosen by their split. */
export interface ChosenFiles {
  readonly names: readonly string[];
  /** As `ChosenSplits` has it; absent where the files' names tell of no splits. */
  readonly split?: string;
}

/** The splits that were chosen. */
export interface ChosenSplits {
  /** Their names in the input. */
  readonly names: readonly string[];
  /** What chooses them again: the name of one, or what was asked for. */
  readonly split: string;
}

/**
 * The files to take of a data set in several files, by the splits in their names (see `splitOfFile`), where these
 * are splits (see `areSplits`).
 *
 * @throws {ImagesError} as `chooseSplits`
 */
export function chooseFiles(shown: string, names: readonly string[], asked: string | undefined): ChosenFiles {
  if (!areSplits(names.map(splitOfFile))) return { names };
  const splitOf = (name: string) => splitOfFile(name) ?? name;
  const counts = new Map<string, number>();
  for (const name of names) counts.set(splitOf(name), (counts.get(splitOf(name)) ?? 0) + 1);
  const chosen = chooseSplits(shown, { counts, noun: ['file', 'files'] }, asked);
  return { names: names.filter((name) => chosen.names.includes(splitOf(name))), split: chosen.split };
}

/** The splits of an input. */
export interface PresentSplits {
  /** How much of it each has, by its name in the input. */
  readonly counts: ReadonlyMap<string, number>;
  /** What is counted, for one and for several. @default pictures */
  readonly noun?: readonly [one: string, several: string];
}

/**
 * The splits to take of those that an input has: the one asked for, by its own name or by the split that this stands for
 * ("validation" takes "val"), all of them for `all`, and the only one where there is one.
 *
 * @throws {ImagesError} naming the splits, if there are several and none was asked for, or another
 */
export function chooseSplits(
  shown: string,
  { counts, noun: [one, several] = ['picture', 'pictures'] }: PresentSplits,
  asked: string | undefined,
): ChosenSplits {
  const names = [...counts.keys()];
  if (asked === ALL_SPLITS) return { names, split: asked };
  if (asked === undefined && names.length === 1) return { names, split: names[0] };
  const counted = nameSome(
    [...counts].map(
      ([name, count]) => `${name} (${count.toLocaleString('en-US')} ${count === 1 ? one : several})`,
    ),
  );
  if (asked === undefined) {
    throw new ImagesError(
      `${shown} holds splits, which are no classes: ${counted}; choose one with --split, such as --split ${names.at(-1)}, or take them together with --split ${ALL_SPLITS}.`,
    );
  }
  if (counts.has(asked)) return { names: [asked], split: asked };
  const split = splitOfName(asked);
  const same = names.filter((name) => split !== undefined && splitOfName(name) === split);
  if (same.length > 0) return { names: same, split: same.length === 1 ? same[0] : asked };
  throw new ImagesError(`${shown} has no split ${JSON.stringify(asked)}: it has ${counted}.`);
}
