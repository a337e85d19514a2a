import type { DownloadProgress } from '../../../networks/download/download-part.js';
import type { Command } from '../../command.js';
import { MODELS_MIRROR } from '../../options/global-flags.js';
import { libraryOptions } from '../../options/groups.js';
import { gatherOptions } from '../../options/sources.js';
import type { RunContext } from '../../run-context.js';

export const modelsPullCommand: Command = {
  positionals: {
    name: {
      type: 'string',
      describe:
        'The network, as "ganeval models list" names it. Where its publisher states no digest, the first download pins the file: a later one must have the same bytes, and the card says whose digest it is',
    },
  },
  options: {
    from: { requiresArg: true, description: 'Its weight file, instead of a download' },
    mirror: {
      requiresArg: true,
      description: `URL of a folder with the weight files, which is tried first; also ${MODELS_MIRROR}`,
    },
    ...libraryOptions(['modelsDir']),
  },
  examples: [
    ['ganeval models pull inception-v3', 'the network of published Inception Scores and FIDs'],
    ['ganeval models pull inception-v3 --from weights.pth', 'without a network connection'],
  ],
  async run(argv, context) {
    const { modelsDir } = await gatherOptions(['modelsDir'], argv, context);
    const { pullNetwork } = await import('../../../index.js');
    const name = String(argv.name);
    const { path, pulled } = await pullNetwork(name, {
      modelsDir,
      from: argv.from as string | undefined,
      mirror: (argv.mirror as string | undefined) ?? (process.env[MODELS_MIRROR] || undefined),
      signal: context.hooks.signal,
      onNote: context.note,
      onProgress: (progress) => showProgress(name, progress, context),
    });
    context.note(pulled ? `${name} is in the store.` : `${name} was in the store already.`);
    context.printExact(`${path}\n`);
    return 0;
  },
};

function showProgress(name: string, { done, total }: DownloadProgress, { hooks }: RunContext): void {
  if (total === undefined) return;
  hooks.onProgress?.({ stage: 'download', label: name, done, total, kept: done, unit: 'bytes' });
}
