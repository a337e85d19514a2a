import { jsonText } from '../../escape/json-text.js';
import { PARZEN_DEFAULTS } from '../../parzen/defaults.js';
import type { Command } from '../command.js';
import { libraryOptions } from '../options/groups.js';
import { JSON_OPTION } from '../options/json-option.js';
import { readNumber, readTextFlag } from '../options/number-flags.js';
import { gatherOptions } from '../options/sources.js';
import type { OptionKey } from '../options/specs.js';
import { dataDirOption } from '../options/training-options.js';

const KEYS: readonly OptionKey[] = ['device', 'threads', 'cacheDir'];

export const parzenCommand: Command = {
  positionals: {
    samples: {
      type: 'string',
      describe:
        'Generated pictures: a folder, an archive (.zip, .tar), an array (.npz, .npy), or a table of paths (.csv, .jsonl)',
    },
  },
  options: {
    validation: {
      requiresArg: true,
      description: 'Pictures to choose sigma with: folder, CSV, or mnist:train:50000:60000',
    },
    test: {
      requiresArg: true,
      demandOption: true,
      description: 'Pictures to estimate the log-likelihood of: folder, CSV, or mnist:test',
    },
    sigma: {
      requiresArg: true,
      description: 'Width of the window, instead of choosing it with --validation',
    },
    'cross-val': {
      requiresArg: true,
      defaultDescription: String(PARZEN_DEFAULTS.crossVal),
      description: 'Number of sigmas to try, evenly spaced in logarithm from 0.1 to 1',
    },
    'num-samples': {
      requiresArg: true,
      defaultDescription: String(PARZEN_DEFAULTS.numSamples),
      description: 'Largest number of samples in the window: the first ones, or equally many of each class',
    },
    'data-dir': dataDirOption(),
    ...libraryOptions(KEYS),
    ...JSON_OPTION,
  },
  examples: [
    [
      'ganeval parzen samples/ --validation mnist:train:50000:60000 --test mnist:test',
      "the 2014 paper's figure for MNIST (adversarial nets: 225 ± 2)",
    ],
  ],
  async run(argv, context) {
    const { cacheDir, device, threads } = await gatherOptions(KEYS, argv, context);
    const whole = (least: number) => (value: number) => Number.isInteger(value) && value >= least;
    const numbers = {
      sigma: readNumber(argv, 'sigma', Number.isFinite, 'a number above 0'),
      crossVal: readNumber(argv, 'cross-val', whole(2), 'a whole number of at least 2'),
      numSamples: readNumber(argv, 'num-samples', whole(1), 'a whole number of at least 1'),
    };
    const { cacheFolder } = await import('../../storage/cache-folder.js');
    const { estimateParzen } = await import('../../parzen/estimate.js');
    const result = await estimateParzen(
      {
        ...numbers,
        samples: String(argv.samples),
        test: String(argv.test),
        validation: readTextFlag(argv, 'validation'),
        dataDir: readTextFlag(argv, 'data-dir'),
        cacheDir: cacheFolder(cacheDir),
        device,
        threads,
      },
      context.hooks,
    );
    if (argv.json) context.printExact(jsonText(result));
    else context.print((await import('../output/parzen-text.js')).parzenToText(result));
    return 0;
  },
};
