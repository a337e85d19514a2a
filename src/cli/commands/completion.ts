import { basename } from 'node:path';
import { UsageError } from '../../core/errors.js';
import type { Command } from '../command.js';
import { COMPLETED_SHELLS, COMPLETION_SCRIPTS, type CompletedShell } from '../output/completion-scripts.js';

export const completionCommand: Command = {
  positionals: {
    shell: {
      type: 'string',
      choices: COMPLETED_SHELLS,
      describe: 'The shell (default: the one that SHELL names)',
    },
  },
  examples: [
    ['ganeval completion bash >> ~/.bashrc', 'for every new bash'],
    ['ganeval completion zsh > ~/.zfunc/_ganeval', 'for every new zsh, with ~/.zfunc in fpath'],
    ['ganeval completion fish > ~/.config/fish/completions/ganeval.fish', 'for every new fish'],
  ],
  async run({ shell }, context) {
    context.print(COMPLETION_SCRIPTS[(shell as CompletedShell | undefined) ?? shellOf(process.env)]);
    return 0;
  },
};

function shellOf({ SHELL = '' }: NodeJS.ProcessEnv): CompletedShell {
  const found = COMPLETED_SHELLS.find((name) => name === basename(SHELL));
  if (found) return found;
  throw new UsageError(`Nothing says which shell this is: name one of ${COMPLETED_SHELLS.join(', ')}.`);
}
