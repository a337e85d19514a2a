import type { Options } from 'yargs';
import { UsageError } from '../../core/errors.js';

const GROUP = 'Everywhere:';

/** Options of every command. */
export const GLOBAL_OPTIONS: Readonly<Record<string, Options>> = {
  config: {
    group: GROUP,
    requiresArg: true,
    description: 'JSON file of options; flags and GANEVAL_* variables override it',
  },
  quiet: { group: GROUP, type: 'boolean', description: 'Print nothing on stderr but errors' },
  progress: {
    group: GROUP,
    type: 'boolean',
    description: 'Show progress bars on a terminal (--no-progress: none)',
  },
  debug: { group: GROUP, type: 'boolean', description: 'Show the stack of an error' },
};

/** Values of the global options. */
export interface GlobalFlags {
  readonly config?: string;
  readonly quiet: boolean;
  readonly progress: boolean;
  readonly debug: boolean;
}

/** The variable that stands for `ganeval models pull --mirror`. */
export const MODELS_MIRROR = 'GANEVAL_MODELS_MIRROR';

/** GANEVAL_QUIET and its like, which are no options of a score. */
export const GLOBAL_VARIABLES: readonly string[] = [
  ...Object.keys(GLOBAL_OPTIONS).map(variableOf),
  MODELS_MIRROR,
];

/** Reads the global options: flag, else environment, else default. */
export function readGlobalFlags(
  argv: Readonly<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv,
): GlobalFlags {
  return {
    config: (argv.config as string | undefined) ?? (environment[variableOf('config')] || undefined),
    quiet: readSwitch('quiet', false),
    progress: readSwitch('progress', true),
    debug: readSwitch('debug', false),
  };

  function readSwitch(name: string, otherwise: boolean): boolean {
    const text = environment[variableOf(name)];
    if (typeof argv[name] === 'boolean') return argv[name];
    if (!text) return otherwise;
    const value = { true: true, '1': true, false: false, '0': false }[text.toLowerCase()];
    if (value === undefined)
      throw new UsageError(`${variableOf(name)} cannot be "${text}": it takes true, false.`);
    return value;
  }
}

export function variableOf(name: string): string {
  return `GANEVAL_${name.toUpperCase()}`;
}
