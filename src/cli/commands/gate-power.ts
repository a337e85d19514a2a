import { DEFAULT_POWER } from '../../gate/judging/power.js';
import type { Command } from '../command.js';
import { RULE_OPTIONS, readDrop, readGateConfig, readPower } from '../options/gate-config.js';
import { JSON_OPTION, toPrettyJson } from '../options/json-option.js';

export const gatePowerCommand: Command = {
  options: {
    baseline: { requiresArg: true, demandOption: true, description: 'The baseline, for its standard errors' },
    drop: {
      requiresArg: true,
      demandOption: true,
      description: 'Worsening to be seen, as a share of the value: 5% or 0.05',
    },
    power: {
      requiresArg: true,
      defaultDescription: String(DEFAULT_POWER),
      description: 'Chance with which it is to be seen',
    },
    ...RULE_OPTIONS,
    ...JSON_OPTION,
  },
  examples: [['ganeval gate power --baseline baseline.json --drop 5%', 'samples needed, by metric']],
  async run(argv, context) {
    const drop = readDrop(argv.drop);
    const power = readPower(argv.power);
    const config = await readGateConfig(argv);
    const { planGatePower } = await import('../../index.js');
    const plan = await planGatePower({ baseline: String(argv.baseline), drop, power, config });
    if (argv.json) {
      context.print(toPrettyJson(plan));
      return 0;
    }
    const { powerToText } = await import('../output/power-text.js');
    context.print(powerToText(plan));
    return 0;
  },
};
