import { jsonText } from '../../../escape/json-text.js';
import { DEFAULT_POWER } from '../../../gate/judging/power.js';
import type { Command } from '../../command.js';
import { RULE_OPTIONS, readDrop, readGateConfig, readPower } from '../../options/gate-config.js';
import { JSON_OPTION } from '../../options/json-option.js';
import { textWidth } from '../../output/text-width.js';

export const gatePowerCommand: Command = {
  options: {
    baseline: { requiresArg: true, demandOption: true, description: 'The baseline, for its standard errors' },
    drop: {
      requiresArg: true,
      demandOption: true,
      description: 'Worsening that the gate should detect, as a share of the value: 5% or 0.05',
    },
    power: {
      requiresArg: true,
      defaultDescription: String(DEFAULT_POWER),
      description: 'Probability of detecting it',
    },
    ...RULE_OPTIONS,
    ...JSON_OPTION,
  },
  examples: [['ganeval gate power --baseline baseline.json --drop 5%', 'samples that each metric needs']],
  async run(argv, context) {
    const drop = readDrop(argv.drop);
    const power = readPower(argv.power);
    const config = await readGateConfig(argv);
    const { planGatePower } = await import('../../../index.js');
    const plan = await planGatePower({ baseline: String(argv.baseline), drop, power, config });
    if (argv.json) {
      context.printExact(jsonText(plan));
      return 0;
    }
    const { powerToText } = await import('../../output/power-text.js');
    context.print(powerToText(plan, textWidth()));
    return 0;
  },
};
