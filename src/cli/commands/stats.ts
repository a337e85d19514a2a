import { formatCount } from '../../report/text/numbers.js';
import type { Command } from '../command.js';
import { libraryOptions } from '../options/groups.js';
import { gatherOptions } from '../options/sources.js';
import type { OptionKey } from '../options/specs.js';
import { checkDestinations } from '../output/destinations.js';
import { withProfile } from '../output/with-profile.js';

/** What changes the statistics of one set of pictures, or how they are made. */
const KEYS: readonly OptionKey[] = [
  'features',
  'split',
  'limit',
  'sampleCount',
  'latent',
  'generatorClasses',
  'classDraw',
  'save',
  'seed',
  'model',
  'modelsDir',
  'inputSize',
  'normalize',
  'profile',
  'featuresOutput',
  'alpha',
  'array',
  'layout',
  'bitDepth',
  'range',
  'onBadImage',
  'maxBad',
  'pixelLimit',
  'maxMemory',
  'device',
  'gpu',
  'precision',
  'threads',
  'batchSize',
  'cache',
  'cacheDir',
];

export const statsCommand: Command = withProfile({
  positionals: {
    images: {
      type: 'string',
      describe:
        'Pictures: a folder, an archive (.zip, .tar), an array (.npz, .npy), a Hugging Face data set (.parquet, .arrow), a table of paths (.csv, .jsonl), cifar10:train, - for a tar on the standard input, or a generator (.onnx, or the folder of a run of ganeval train)',
    },
  },
  options: {
    ...libraryOptions(KEYS),
    output: {
      alias: 'o',
      group: 'Reports:',
      requiresArg: true,
      demandOption: true,
      description: 'The .npz file to write: mu and sigma, as pytorch-fid has them',
    },
  },
  outputs: () => ['output'],
  examples: [
    ['ganeval stats real/ -o real.npz', 'for "ganeval score samples/ --reference real.npz"'],
    ['ganeval stats real.npy --features -o real.npz', 'of features that are there already'],
  ],
  async run(argv, context) {
    const path = String(argv.output);
    checkDestinations([{ flag: '--output', path }]);
    const options = await gatherOptions(KEYS, argv, context);
    const { writeStatistics } = await import('../../index.js');
    const { count, dimensions, out } = await writeStatistics(
      { ...options, images: String(argv.images), out: path },
      context.hooks,
    );
    context.note(
      `Mean and covariance of ${formatCount(dimensions)} features from ${formatCount(count)} pictures.`,
    );
    context.printExact(`${out}\n`);
    return 0;
  },
});
