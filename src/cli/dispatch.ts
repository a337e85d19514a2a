import { readFileSync } from 'node:fs';
import yargs, { type Argv } from 'yargs';
import { UsageError } from '../core/errors.js';
import type { Arguments, Command, CommandEntry, CommandGroup } from './command.js';
import { COMMANDS } from './commands.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { explainMisuse, type Place } from './misuse.js';
import { GLOBAL_OPTIONS, readGlobalFlags } from './options/global-flags.js';
import { lastOneWins } from './options/repeated-options.js';
import { openRunContext } from './run-context.js';

const PROGRAM = 'ganeval';
const WIDEST = 110;

const EPILOGUE =
  `Results go to stdout, notes and progress to stderr. Options can also stand in a JSON file (--config)
or in the environment (GANEVAL_BATCH_SIZE for --batch-size); a flag goes before the environment, which goes before the
file. Exit codes: 0 fine, 1 the gate failed, 2 wrong usage, 3 the pictures or the reference are unusable, 4 the network or device is missing
or unfit, 5 a fault of ganeval, 6 no room or no permission to write, 130 interrupted.`.replaceAll('\n', ' ');

/** What the parser met so far: the words of the command, what may follow, which options it knows. */
class CurrentPlace implements Place {
  words: string[] = [PROGRAM];
  subcommands: string[] = COMMANDS.map(nameOf).concat('completion');
  command: Command | undefined;

  get firstPositional() {
    return Object.keys(this.command?.positionals ?? {})[0];
  }

  get options() {
    return { ...GLOBAL_OPTIONS, ...this.command?.options };
  }
}

/** Parses the arguments, runs the command that they name, and returns its exit code. Throws what the command throws. */
export async function dispatch(argv: readonly string[]): Promise<number> {
  const place = new CurrentPlace();
  let exitCode = 0;
  const parser = yargs()
    .scriptName(PROGRAM)
    .usage(`${PROGRAM} <command>\n\nJudges generated images: how good, how diverse, how far from real ones.`)
    .detectLocale(false)
    .exitProcess(false)
    .parserConfiguration({
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .options(lastOneWins(GLOBAL_OPTIONS))
    .strict()
    .strictCommands()
    .demandCommand(1)
    .help('help', 'Show this help')
    .version('version', 'Show the version', readVersion())
    .group(['help', 'version'], 'Everywhere:')
    .wrap(Math.min(process.stdout.columns || WIDEST, WIDEST))
    .epilogue(EPILOGUE)
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    });
  for (const entry of COMMANDS) addCommand(parser, entry);
  parser.completion('completion', 'Print a script that completes commands and options in your shell');
  try {
    await parser.parseAsync(spellOutDashes(argv));
  } catch (error) {
    // What stands on the line while the shell completes it is rarely right yet.
    if (argv.includes('--get-yargs-completions')) return 0;
    if (exitCodeOf(error) !== EXIT.usage) throw error;
    throw new UsageError(explainMisuse((error as Error).message, place), { cause: error });
  }
  return exitCode;

  function addCommand(parent: Argv, entry: CommandEntry | CommandGroup): void {
    const build = (own: Argv) => ('load' in entry ? buildCommand(own, entry) : buildGroup(own, entry));
    parent.command(entry.usage, entry.summary, build as (own: Argv) => Argv, async (parsed) => {
      if (place.command) exitCode = (await runCommand(place.command, parsed)) ?? 0;
    });
  }

  async function buildCommand(own: Argv, entry: CommandEntry): Promise<Argv> {
    const command = await entry.load();
    place.words.push(nameOf(entry));
    place.subcommands = [];
    place.command = command;
    checkSwitches(argv, place);
    for (const [name, options] of Object.entries(command.positionals ?? {})) own.positional(name, options);
    own.example((command.examples ?? []).map(([line, what]) => [line, what]));
    own.options(lastOneWins(command.options ?? {}));
    if (entry.commands) {
      // What this command takes means nothing to those below it.
      for (const name of Object.keys({ ...command.positionals, ...command.options }))
        own.option(name, { global: false });
      for (const one of entry.commands) addCommand(own, one);
    }
    return own;
  }

  function buildGroup(own: Argv, group: CommandGroup): Argv {
    place.words.push(nameOf(group));
    place.subcommands = group.commands.map(nameOf);
    for (const entry of group.commands) addCommand(own, entry);
    return own.demandCommand(1);
  }
}

async function runCommand(command: Command, argv: Arguments): Promise<number | undefined> {
  const context = await openRunContext(readGlobalFlags(argv, process.env));
  try {
    return await command.run(argv, context);
  } finally {
    context.close();
  }
}

function nameOf({ usage }: { usage: string }): string {
  return usage.split(' ')[0];
}

function readVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}

/** After a lone -- every word is a name; yargs would not take those that begin with a dash as positionals. */
function spellOutDashes(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  if (end < 0) return [...argv];
  return [
    ...argv.slice(0, end),
    ...argv.slice(end + 1).map((word) => (word.startsWith('-') ? `./${word}` : word)),
  ];
}

/** yargs reads --cache=maybe as false. */
function checkSwitches(argv: readonly string[], { options }: CurrentPlace): void {
  for (const word of argv) {
    const [, flag, value] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
    if (flag && options[flag]?.type === 'boolean' && value !== 'true' && value !== 'false') {
      throw new UsageError(`--${flag} cannot be "${value}": it takes true, false.`);
    }
  }
}
