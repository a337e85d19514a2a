import { parseByteSize } from '../../core/byte-size.js';
import { UsageError } from '../../core/errors.js';
import type { OpenImagesOptions } from '../../images/open.js';
import type { ResolvedOptions } from '../options.js';
import type { PictureSet } from '../picture-set.js';
import type { GeneratorChoice } from './generator-options.js';
import { readingOf, type readingOptions } from './reading-options.js';

/** What a user may say of each set of pictures: the option of the run, and what it is where the set is opened. */
const SET_OPTIONS = {
  samples: { labels: 'labels', labelColumn: 'labelColumn', split: 'split', limit: 'limit' },
  reference: {
    referenceLabels: 'labels',
    referenceLabelColumn: 'labelColumn',
    referenceSplit: 'split',
    referenceLimit: 'limit',
  },
  validation: { validationSplit: 'split', validationLimit: 'limit' },
} as const satisfies Record<
  PictureSet['role'],
  Partial<Record<keyof ResolvedOptions, keyof OpenImagesOptions>>
>;

type SetOption<Role extends PictureSet['role']> = keyof (typeof SET_OPTIONS)[Role];

/** Options of a run that say how its pictures are opened. */
export type OpeningOptions = Pick<
  ResolvedOptions,
  | 'alpha'
  | 'pixelLimit'
  | 'maxMemory'
  | 'threads'
  | 'seed'
  | 'cacheDir'
  | 'device'
  | 'precision'
  | keyof GeneratorChoice
  | keyof typeof readingOptions
  | SetOption<'samples'>
  | SetOption<'reference'>
  | SetOption<'validation'>
>;

/** How the pictures of a set are opened. */
export function openingOf(role: PictureSet['role'], options: OpeningOptions): OpenImagesOptions {
  const { alpha, pixelLimit, threads, seed } = options;
  const maxMemory = bytesOf(options.maxMemory);
  const own = ownOptions(role, options).map(({ target, value }) => [target, value]);
  return {
    alpha,
    pixelLimit,
    threads,
    maxMemory,
    seed,
    ...readingOf(options, role),
    ...Object.fromEntries(own),
  };
}

/**
 * Refuses what was said of a set to which it doesn't apply.
 *
 * @param reason the end of a sentence about the option
 * @throws {UsageError} naming the option
 */
export function refuseSetOptions(role: PictureSet['role'], options: OpeningOptions, reason: string): void {
  for (const { key } of ownOptions(role, options)) throw new UsageError(`Option ${key} ${reason}.`);
}

function ownOptions(role: PictureSet['role'], options: OpeningOptions) {
  return Object.entries(SET_OPTIONS[role]).flatMap(([key, target]) => {
    const value = options[key as keyof OpeningOptions];
    return value === undefined ? [] : [{ key, target, value }];
  });
}

function bytesOf(size: OpeningOptions['maxMemory']): number | undefined {
  return typeof size === 'string' ? parseByteSize(size) : size;
}
