import type { DatasetName, SplitName } from '../../../datasets/dataset.js';
import type { PullForm, PullProgress } from '../../../datasets/pull-dataset.js';
import { formatBytes, formatCount } from '../../../report/text/numbers.js';
import type { Command } from '../../command.js';
import { libraryOptions } from '../../options/groups.js';
import { gatherOptions } from '../../options/sources.js';
import type { RunContext } from '../../run-context.js';

export const dataPullCommand: Command = {
  positionals: { name: { type: 'string', choices: ['cifar10', 'mnist'], describe: 'The data set' } },
  options: {
    out: {
      alias: 'o',
      requiresArg: true,
      demandOption: true,
      description: 'Folder to write train/<class>/ and test/<class>/ to, or train.npz and test.npz',
    },
    as: {
      choices: ['folder', 'npz'],
      requiresArg: true,
      defaultDescription: 'folder',
      description: 'Class folders of PNG files, or arrays of pictures and labels',
    },
    split: {
      choices: ['train', 'test', 'all'],
      requiresArg: true,
      defaultDescription: 'all',
      description: 'The part to write',
    },
    'data-dir': {
      requiresArg: true,
      description: "Folder with the authors' binary files, instead of a download",
    },
    ...libraryOptions(['cacheDir']),
  },
  examples: [['ganeval data pull cifar10 --out cifar10 --split test', 'ten thousand pictures to score']],
  async run(argv, context) {
    const { cacheDir } = await gatherOptions(['cacheDir'], argv, context);
    const { cacheFolder } = await import('../../../storage/cache-folder.js');
    const { pullDataset } = await import('../../../datasets/pull-dataset.js');
    const { splits } = await pullDataset(argv.name as DatasetName, {
      out: String(argv.out),
      as: argv.as as PullForm | undefined,
      cacheDir: cacheFolder(cacheDir),
      dataDir: argv['data-dir'] as string | undefined,
      split: argv.split as SplitName | 'all' | undefined,
      onProgress: (progress) => showProgress(progress, context),
      signal: context.hooks.signal,
    });
    for (const { path, pictures, written } of splits) {
      context.note(`${formatCount(pictures)} pictures ${written ? 'written' : 'were there already'}.`);
      context.printExact(`${path}\n`);
    }
    return 0;
  },
};

function showProgress({ stage, label, done, total, unit }: PullProgress, context: RunContext): void {
  if (stage === 'write')
    context.hooks.onProgress?.({ stage: 'extract', label, done, total, unit: 'pictures' });
  else if (done === 0)
    context.note(`Fetching ${label}${unit === 'bytes' ? ` (${formatBytes(total)})` : ''} from npm.`);
}
