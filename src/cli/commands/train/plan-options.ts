import type { Options } from 'yargs';
import { GROUPINGS } from '../../../train/plans/groupings.js';
import type { Arguments } from '../../command.js';

const PLANS = 'A GAN for each group of classes:';

/** Options of `train acgan` for plans. */
export const PLAN_OPTIONS: Readonly<Record<string, Options>> = {
  plan: {
    group: PLANS,
    requiresArg: true,
    description:
      'Divide the classes into groups and write a plan to the folder, without training: GROUPSxCLASSES as 100x10, GROUPS alone, or classes:1,2,5,10 for models of so many classes each',
  },
  group: {
    group: PLANS,
    choices: GROUPINGS,
    requiresArg: true,
    defaultDescription: 'random',
    description:
      'How classes come together: at random as in the paper, near to each other in the features of --model, or by how hard they are to tell apart there',
  },
  'plan-group': {
    group: PLANS,
    requiresArg: true,
    description: 'Train the group of this number of the plan in the folder, from its last checkpoint on',
  },
  'plan-status': {
    group: PLANS,
    type: 'boolean',
    description: 'List the groups of the plan in the folder: which are done, running, failed, at which step',
  },
};

/** Whether a command line is of a plan. */
export function isPlanCommand(argv: Arguments): boolean {
  return Object.keys(PLAN_OPTIONS).some((flag) => argv[flag] !== undefined);
}
