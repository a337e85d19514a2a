import { UsageError } from '../../core/errors.js';
import { jsonText } from '../../escape/json-text.js';
import type { BackendChoice } from '../../train/backend/training-backend.js';
import { INPAINTING_DEFAULTS } from '../../train/inpainting/inpaint-options.js';
import { type Box, MASK_KINDS, type MaskKind } from '../../train/techniques/masks.js';
import type { Command } from '../command.js';
import { libraryOptions } from '../options/groups.js';
import { JSON_OPTION } from '../options/json-option.js';
import { readCount, readTextFlag } from '../options/number-flags.js';
import { gatherOptions } from '../options/sources.js';
import type { OptionKey } from '../options/specs.js';
import { backendOption, dataDirOption } from '../options/training-options.js';

const KEYS: readonly OptionKey[] = ['seed', 'device', 'threads', 'cacheDir'];

export const inpaintCommand: Command = {
  positionals: {
    run: { type: 'string', describe: 'Folder of a run of ganeval train gan --inpaint, or its checkpoint' },
    pictures: {
      type: 'string',
      describe: 'Pictures to predict a part of: a folder, an archive, a CSV, or mnist:test',
    },
  },
  options: {
    out: {
      alias: 'o',
      requiresArg: true,
      demandOption: true,
      description: 'New folder for completions.png, completions.npz and inpainting.json',
    },
    mask: {
      choices: MASK_KINDS,
      requiresArg: true,
      defaultDescription: INPAINTING_DEFAULTS.mask,
      description: 'Which part of each picture is predicted, drawn by the seed',
    },
    box: {
      requiresArg: true,
      description: 'One rectangle that is predicted in all pictures, as x,y,width,height in pixels',
    },
    count: {
      alias: 'n',
      requiresArg: true,
      defaultDescription: String(INPAINTING_DEFAULTS.count),
      description: 'Pictures that are completed, drawn by the seed; two or more',
    },
    completions: {
      requiresArg: true,
      defaultDescription: String(INPAINTING_DEFAULTS.completions),
      description: 'Completions of each picture, each with another latent',
    },
    class: {
      requiresArg: true,
      defaultDescription: 'that of its label',
      description: 'The class of all pictures, where the generator takes classes',
    },
    'data-dir': dataDirOption(),
    backend: backendOption(INPAINTING_DEFAULTS.backend),
    ...libraryOptions(KEYS),
    ...JSON_OPTION,
  },
  examples: [
    [
      'ganeval inpaint runs/parts mnist:test --mask halves -o completed/',
      'a half of each digit from the other',
    ],
  ],
  async run(argv, context) {
    const { seed, device, threads, cacheDir } = await gatherOptions(KEYS, argv, context);
    const { inpaint } = await import('../../train/inpaint.js');
    const result = await inpaint(
      String(argv.run),
      {
        seed,
        device,
        threads,
        cacheDir,
        out: String(argv.out),
        pictures: String(argv.pictures),
        mask: argv.mask as MaskKind | undefined,
        box: readBox(readTextFlag(argv, 'box')),
        count: readCount(argv, 'count', 1_000_000),
        completions: readCount(argv, 'completions', 1000),
        className: readTextFlag(argv, 'class'),
        dataDir: readTextFlag(argv, 'data-dir'),
        backend: argv.backend as BackendChoice | undefined,
      },
      context.hooks,
    );
    if (argv.json) context.printExact(jsonText(result));
    else context.print((await import('../output/inpainting-text.js')).inpaintingToText(result));
    return 0;
  },
};

/** @throws {UsageError} unless it is absent, or four whole numbers */
function readBox(text: string | undefined): Box | undefined {
  if (text === undefined) return undefined;
  const [, x, y, width, height] = (/^(\d{1,9}),(\d{1,9}),(\d{1,9}),(\d{1,9})$/.exec(text) ?? []).map(Number);
  if (height !== undefined) return { x, y, width, height };
  throw new UsageError(
    `--box cannot be ${JSON.stringify(text)}: it takes four whole numbers, x,y,width,height.`,
  );
}
