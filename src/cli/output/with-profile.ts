import { profileRun } from '../../core/run-profile.js';
import { describeProfile } from '../../report/text/describe-profile.js';
import type { Command } from '../command.js';

/** A command that takes `--profile-run`, which shows where its time went. */
export function withProfile(command: Command): Command {
  return {
    ...command,
    options: {
      ...command.options,
      'profile-run': {
        type: 'boolean',
        group: 'The run:',
        description: 'Show where the time went: decoding, waiting, networks, metrics, by thread',
      },
    },
    async run(argv, context) {
      if (!argv['profile-run']) return command.run(argv, context);
      const { result, profile } = await profileRun(() => command.run(argv, context));
      for (const line of describeProfile(profile)) context.note(line);
      return result;
    },
  };
}
