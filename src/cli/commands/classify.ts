import { jsonText } from '../../escape/json-text.js';
import type { BackendChoice } from '../../train/backend/training-backend.js';
import { CLASSIFY_DEFAULTS } from '../../train/probing/classify-options.js';
import type { Command } from '../command.js';
import { libraryOptions } from '../options/groups.js';
import { JSON_OPTION } from '../options/json-option.js';
import { readCount, readTextFlag } from '../options/number-flags.js';
import { gatherOptions } from '../options/sources.js';
import type { OptionKey } from '../options/specs.js';
import { backendOption, dataDirOption } from '../options/training-options.js';

const KEYS: readonly OptionKey[] = ['seed', 'device', 'threads', 'cacheDir'];

export const classifyCommand: Command = {
  positionals: {
    run: { type: 'string', describe: 'Folder of a run of ganeval train gan, or its checkpoint' },
    pictures: {
      type: 'string',
      describe: 'Pictures with labels, of which some are drawn: class folders, a CSV, or mnist:train:0:50000',
    },
  },
  options: {
    test: {
      requiresArg: true,
      demandOption: true,
      description:
        'Other pictures of the same classes, to measure the error on: class folders, a CSV, or mnist:test',
    },
    'labels-per-class': {
      requiresArg: true,
      defaultDescription: String(CLASSIFY_DEFAULTS.labelsPerClass),
      description: 'Labels of each class that a classifier is given, 2 or more',
    },
    draws: {
      requiresArg: true,
      defaultDescription: String(CLASSIFY_DEFAULTS.draws),
      description: 'Draws of labels by the seed, 2 or more; each gets classifiers of its own',
    },
    'data-dir': dataDirOption(),
    backend: backendOption(CLASSIFY_DEFAULTS.backend),
    ...libraryOptions(KEYS),
    ...JSON_OPTION,
  },
  inputs: ['test'],
  examples: [
    [
      'ganeval classify runs/digits mnist:train:0:50000 --test mnist:test',
      'the test error with ten labels of each digit',
    ],
  ],
  async run(argv, context) {
    const { seed, device, threads, cacheDir } = await gatherOptions(KEYS, argv, context);
    const { classify } = await import('../../train/classify.js');
    const result = await classify(
      String(argv.run),
      {
        seed,
        device,
        threads,
        cacheDir,
        pictures: String(argv.pictures),
        test: String(argv.test),
        labelsPerClass: readCount(argv, 'labels-per-class', 1_000_000),
        draws: readCount(argv, 'draws', 10_000),
        dataDir: readTextFlag(argv, 'data-dir'),
        backend: argv.backend as BackendChoice | undefined,
      },
      context.hooks,
    );
    if (argv.json) context.printExact(jsonText(result));
    else context.print((await import('../output/classification-text.js')).classificationToText(result));
    return 0;
  },
};
