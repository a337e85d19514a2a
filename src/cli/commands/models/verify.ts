import { jsonText } from '../../../escape/json-text.js';
import { neutralize } from '../../../escape/neutralize.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { libraryOptions } from '../../options/groups.js';
import { JSON_OPTION } from '../../options/json-option.js';
import { gatherOptions } from '../../options/sources.js';

export const modelsVerifyCommand: Command = {
  positionals: { name: { type: 'string', describe: 'One network alone' } },
  options: { ...JSON_OPTION, ...libraryOptions(['modelsDir']) },
  async run(argv, context) {
    const { modelsDir } = await gatherOptions(['modelsDir'], argv, context);
    const { verifyNetworks } = await import('../../../index.js');
    const verdicts = await verifyNetworks(argv.name as string | undefined, modelsDir);
    if (argv.json) context.printExact(jsonText(verdicts));
    else {
      const lines = verdicts.map(({ name, path, sound, fault }) =>
        sound ? `✓ ${neutralize(name)}` : `✗ ${neutralize(name)}  ${neutralize(`${path}: ${fault}`)}`,
      );
      context.print(`${lines.join('\n')}\n`);
    }
    return verdicts.every(({ sound }) => sound) ? 0 : EXIT.network;
  },
};
