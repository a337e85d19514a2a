import type { Options, PositionalOptions } from 'yargs';
import type { RunContext } from './run-context.js';

/** Parsed options by their flag (kebab-case), positionals by their name. */
export type Arguments = Readonly<Record<string, unknown>>;

/** One command; its module is loaded only when the command, its help or its completion is asked for. */
export interface Command {
  readonly positionals?: Readonly<Record<string, PositionalOptions>>;
  readonly options?: Readonly<Record<string, Options>>;
  /** The options that name files which are written, as far as they do with these arguments. */
  readonly outputs?: (argv: Arguments) => readonly string[];
  /** Its own options that name files which are read, beside its positionals and the library's options. */
  readonly inputs?: readonly string[];
  /** What an interrupt leaves, as a sentence, where a command computes no batches. */
  readonly interrupted?: string;
  readonly examples?: readonly (readonly [command: string, what: string])[];
  /**
   * Does the work.
   *
   * @returns the exit code; undefined means 0. An error decides it instead, by its `code`
   */
  run(argv: Arguments, context: RunContext): Promise<number | undefined>;
}

/** What `ganeval --help` shows of a command, and how to load the rest. */
export interface CommandEntry {
  /** As yargs takes it: "score <pictures>". */
  readonly usage: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
  /** Commands below this one: `gate power` beside `gate <pictures>`. */
  readonly commands?: readonly CommandEntry[];
}

/** Commands under one word: `cache info`, `cache prune`. */
export interface CommandGroup {
  readonly usage: string;
  readonly summary: string;
  readonly commands: readonly CommandEntry[];
}
