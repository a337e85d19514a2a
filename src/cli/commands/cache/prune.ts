import { parseByteSize } from '../../../core/byte-size.js';
import { UsageError } from '../../../core/errors.js';
import { formatBytes, formatCount } from '../../../report/text/numbers.js';
import type { Arguments, Command } from '../../command.js';
import { libraryOptions } from '../../options/groups.js';
import { gatherOptions } from '../../options/sources.js';

export const cachePruneCommand: Command = {
  options: {
    'older-than': {
      requiresArg: true,
      description: 'Remove features that no run has used for this many days',
    },
    'max-size': {
      requiresArg: true,
      description: 'Remove the least recently used features until the rest fits: 500M, 2G',
    },
    all: { type: 'boolean', description: 'Remove everything' },
    ...libraryOptions(['cacheDir']),
  },
  examples: [
    [
      'ganeval cache prune --older-than 30 --max-size 2G',
      'features unused for a month, then the oldest until 2 GB are left',
    ],
  ],
  async run(argv, context) {
    const limits = readLimits(argv);
    const { cacheDir } = await gatherOptions(['cacheDir'], argv, context);
    const { pruneCache } = await import('../../../features/cache.js');
    const { removed, freedBytes } = await pruneCache({ dir: cacheDir, ...limits });
    context.print(`Removed ${formatCount(removed)} shards, ${formatBytes(freedBytes)}\n`);
    return 0;
  },
};

/** @throws {UsageError} for a wrong limit, and for none: nothing is removed that was not asked for */
function readLimits({ 'older-than': days, 'max-size': size, all }: Arguments) {
  if (days === undefined && size === undefined && !all) {
    throw new UsageError('Say what to remove: --older-than DAYS, --max-size SIZE or --all.');
  }
  return {
    olderThanDays: days === undefined ? undefined : readDays(String(days)),
    maxBytes: size === undefined ? undefined : readBytes(String(size)),
    all: all === true,
  };
}

function readDays(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text))
    throw new UsageError(`--older-than cannot be "${text}": it takes a number of days.`);
  return Number(text);
}

function readBytes(text: string): number {
  const bytes = parseByteSize(text);
  if (bytes === undefined)
    throw new UsageError(`--max-size cannot be "${text}": it takes bytes, or a number with k, M, G or T.`);
  return bytes;
}
