import type { Options } from 'yargs';
import type { ConditionFiles } from '../../train/conditions/condition-files.js';
import type { Arguments } from '../command.js';
import { readTextFlag } from './number-flags.js';

const DESCRIPTIONS: Readonly<
  Record<keyof ConditionFiles, { readonly train: string; readonly sample: string }>
> = {
  attributes: {
    train: 'Table of attributes (0 or 1, or -1 or 1) by file name: a CSV, or list_attr_celeba.txt as it is',
    sample: 'Table of attributes as for training: sample i gets those of row i',
  },
  boxes: {
    train: 'Table of one box in each picture: a CSV of file,x,y,width,height in pixels',
    sample: 'Table of boxes as for training, in pixels of the samples: sample i gets that of row i',
  },
  embeddings: {
    train:
      'Embeddings (as of a text for each picture), float32 [pictures, width] in an .npy or .npz file, in the order of names',
    sample: 'Embeddings as for training: sample i gets row i',
  },
};

/** All kinds of conditions. */
const KINDS = Object.keys(DESCRIPTIONS) as (keyof ConditionFiles)[];

/** Options that name files of conditions, by flag. */
export function conditionOptions(
  command: 'train' | 'sample',
  kinds: readonly (keyof ConditionFiles)[] = KINDS,
  group?: string,
): Record<string, Options> {
  return Object.fromEntries(
    kinds.map((kind) => [kind, { group, requiresArg: true, description: DESCRIPTIONS[kind][command] }]),
  );
}

/** The files that are named. */
export function readConditionFiles(argv: Arguments): ConditionFiles {
  return Object.fromEntries(
    KINDS.flatMap((kind) => (argv[kind] === undefined ? [] : [[kind, readTextFlag(argv, kind)]])),
  );
}
