import type { Options } from 'yargs';
import type { AskedFiles, ConditionKind } from '../../train/conditions/condition-files.js';
import type { Arguments } from '../command.js';
import { readTextFlag } from './number-flags.js';

interface Words {
  readonly train: string;
  readonly sample: string;
}

const DESCRIPTIONS: Readonly<Record<ConditionKind, Words>> = {
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
  texts: {
    train: 'Table of a text for each picture: a CSV of file,text, or JSON lines of file_name and text',
    sample: 'Table of texts as for training: sample i gets that of row i',
  },
};

const TOWER: Words = {
  train:
    'Network that embeds the texts: folder or .onnx file of a text tower as of CLIP, with its tokenizer.json beside it or one folder up',
  sample: 'Network that embeds the texts: the one of the training',
};

const TEXT = 'One text for all samples, in place of --texts';

/** All kinds of conditions. */
const KINDS = Object.keys(DESCRIPTIONS) as ConditionKind[];

/** Options that name files of conditions, by flag. */
export function conditionOptions(
  command: 'train' | 'sample',
  kinds: readonly ConditionKind[] = KINDS,
  group?: string,
): Record<string, Options> {
  const option = (description: string): Options => ({ group, requiresArg: true, description });
  return {
    ...Object.fromEntries(kinds.map((kind) => [kind, option(DESCRIPTIONS[kind][command])])),
    ...(kinds.includes('texts') && {
      ...(command === 'sample' && { text: option(TEXT) }),
      'text-tower': option(TOWER[command]),
    }),
  };
}

/** The files that are named, and a text. */
export function readConditionFiles(argv: Arguments): AskedFiles {
  const flags = [...KINDS.map((kind) => [kind, kind]), ['text', 'text'], ['textTower', 'text-tower']];
  return Object.fromEntries(
    flags.flatMap(([key, flag]) => (argv[flag] === undefined ? [] : [[key, readTextFlag(argv, flag)]])),
  );
}
