import { jsonText } from '../../../escape/json-text.js';
import { neutralize } from '../../../escape/neutralize.js';
import { formatBytes, formatCount } from '../../../report/text/numbers.js';
import type { Command } from '../../command.js';
import { libraryOptions } from '../../options/groups.js';
import { JSON_OPTION } from '../../options/json-option.js';
import { gatherOptions } from '../../options/sources.js';

export const cacheInfoCommand: Command = {
  options: { ...libraryOptions(['cacheDir']), ...JSON_OPTION },
  async run(argv, context) {
    const { cacheDir } = await gatherOptions(['cacheDir'], argv, context);
    const { cacheInfo } = await import('../../../features/cache.js');
    const info = await cacheInfo(cacheDir);
    const { folder, bytes, shards } = info;
    const text = `${neutralize(folder)}\n${formatBytes(bytes)} in ${formatCount(shards)} shards\n`;
    context.print(argv.json ? jsonText(info) : text);
    return 0;
  },
};
