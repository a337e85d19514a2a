import { readFileSync } from 'node:fs';
import yargs, { type Argv } from 'yargs';
import { UsageError } from '../../core/errors.js';
import type { Arguments, Command, CommandEntry, CommandGroup } from '../command.js';
import { COMMANDS } from '../commands.js';
import { EXIT, EXIT_MEANINGS, exitCodeOf, requireFaultless } from '../exit-codes.js';
import { GLOBAL_OPTIONS, readGlobalFlags } from '../options/global-flags.js';
import { prepareOptions, preparePositional } from '../options/prepare-options.js';
import { openRunContext } from '../run-context.js';
import { findInherited, findMisuse, type Place, sentencesFor, tidySentence } from './misuse.js';

const PROGRAM = 'ganeval';
const MAX_WIDTH = 110;

const EPILOGUE = `Results go to stdout, notes and progress to stderr. Options can also stand in a JSON file (--config) \
or in the environment (GANEVAL_BATCH_SIZE for --batch-size). A flag overrides the environment, which overrides the file. \
Exit codes: ${EXIT_MEANINGS.map(({ code, meaning }) => `${code} ${meaning}`).join(', ')}.`;

/** What the parser met so far: the words of the command, what may follow, which options it knows. */
class CurrentPlace implements Place {
  words: string[] = [PROGRAM];
  subcommands: string[] = COMMANDS.map(nameOf);
  command: Command | undefined;

  get positionals() {
    return Object.keys(this.command?.positionals ?? {});
  }

  get options() {
    return { ...GLOBAL_OPTIONS, ...this.command?.options };
  }

  get flags() {
    const aliases = Object.values(this.options).flatMap(({ alias }) => alias ?? []);
    return [...Object.keys(this.options), ...aliases, 'help', 'h', 'version'];
  }
}

/**
 * Parses the arguments and runs the command that they name.
 *
 * @param argv the arguments after the program's name
 * @returns the command's exit code
 * @throws {UsageError} for arguments that make no sense; whatever the command throws
 */
export async function dispatch(argv: readonly string[]): Promise<number> {
  const place = new CurrentPlace();
  let exitCode: number = EXIT.fine;
  const isRun = !mayAskForHelp(argv);
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
    .options(prepareOptions(GLOBAL_OPTIONS, { hidden: isRun }))
    .help('help', 'Show this help')
    .alias('help', 'h')
    .version('version', 'Show the version', readVersion())
    .group(['help', 'version'], 'Everywhere:')
    .wrap(Math.min(process.stdout.columns || MAX_WIDTH, MAX_WIDTH))
    .epilogue(EPILOGUE)
    .fail((message, error) => {
      throw error ?? new UsageError(tidySentence(message));
    });
  for (const entry of COMMANDS) addCommand(parser, entry);
  try {
    refuseInherited(argv);
    const parsed = await parser.parseAsync(escapeDashes(argv));
    const isAnswered = place.command || parsed.help || parsed.version;
    if (!isAnswered) refuseMisuse(parsed);
  } catch (error) {
    // What stands on the line while the shell completes it is rarely right yet.
    if (argv.includes('--get-yargs-completions')) return EXIT.fine;
    if (!isMisuse(error)) throw error;
    const sentence = error.message.replace(/\.$/, '');
    throw new UsageError(`${sentence}; see "${place.words.join(' ')} --help".`, { cause: error });
  }
  return exitCode;

  function refuseMisuse(parsed: Parameters<typeof findMisuse>[0]): void {
    const misuse = findMisuse(parsed, place);
    if (misuse !== undefined) throw new UsageError(misuse);
  }

  function addCommand(parent: Argv, entry: CommandEntry | CommandGroup): void {
    const build = (own: Argv) => ('load' in entry ? buildCommand(own, entry) : buildGroup(own, entry));
    parent.command(entry.usage, entry.summary, build as (own: Argv) => Argv, async (parsed) => {
      if (!place.command) return;
      refuseMisuse(parsed);
      const options = restoreDashes(place.command, parsed, argv);
      exitCode = (await runCommand(place.command, options, argv)) ?? EXIT.fine;
    });
  }

  async function buildCommand(own: Argv, entry: CommandEntry): Promise<Argv> {
    const command = await entry.load();
    place.words.push(nameOf(entry));
    place.subcommands = [];
    place.command = command;
    checkSwitches(argv, place);
    own.updateStrings(sentencesFor(place) as Record<string, string>);
    for (const [name, positional] of Object.entries(command.positionals ?? {}))
      own.positional(name, preparePositional(name, positional));
    own.example((command.examples ?? []).map(([line, what]) => [line, what]));
    const completed = argv.includes('--get-yargs-completions') ? argv.at(-1) : undefined;
    own.options(prepareOptions(command.options ?? {}, { hidden: isRun, completed }));
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
    return own;
  }
}

/** yargs turns what `coerce` throws into a YError, a class that it doesn't export. */
function isMisuse(error: unknown): error is Error {
  return error instanceof Error && (exitCodeOf(error) === EXIT.usage || error.name === 'YError');
}

async function runCommand(
  command: Command,
  argv: Arguments,
  words: readonly string[],
): Promise<number | undefined> {
  const flags = readGlobalFlags(argv, process.env);
  // Loaded late: help needs none of it.
  const files = command.outputs && (await import('../output/replaced-inputs.js'));
  const outputs = files?.listOutputs(command, argv) ?? [];
  const context = { ...(await openRunContext(flags, words, command.interrupted)), outputs };
  try {
    for (const sentence of await listUnknownVariables(process.env)) context.note(sentence);
    files?.refuseReplacedInputs(outputs, files.listInputs(command, argv, flags.config));
    const code = await command.run(argv, context);
    requireFaultless(context.faults);
    return code;
  } finally {
    context.close();
  }
}

/** Whoever wrote GANEVAL_CACHEDIR expects that something reads it. An empty variable counts as absent. */
async function listUnknownVariables(environment: NodeJS.ProcessEnv): Promise<string[]> {
  const names = Object.keys(environment).filter((name) => environment[name] && /^GAN_?EVAL_/i.test(name));
  if (names.length === 0) return [];
  const { describeUnknownVariables } = await import('../options/unknown-variables.js');
  return describeUnknownVariables(names);
}

/** Whether these may ask for help, or for what completes a word: "help" as a word does, and -qh. */
function mayAskForHelp(argv: readonly string[]): boolean {
  return argv.some((word) => /^(help$|--?h|-[^-]*h|--get-yargs)/.test(word));
}

function nameOf({ usage }: { usage: string }): string {
  return usage.split(' ')[0];
}

function readVersion(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version;
}

/** yargs makes an empty text of a positional `-`, which stands for the standard input. */
function restoreDashes({ positionals = {} }: Command, parsed: Arguments, argv: readonly string[]): Arguments {
  if (argv.includes('')) return parsed;
  const restore = (value: unknown): unknown => (value === '' ? '-' : value);
  const restored = Object.keys(positionals).map((name) => {
    const value = parsed[name];
    return [name, Array.isArray(value) ? value.map(restore) : restore(value)];
  });
  return { ...parsed, ...Object.fromEntries(restored) };
}

/** After a lone -- every word is a name; yargs would not fill positionals with words that begin with a dash. */
function escapeDashes(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  if (end < 0) return [...argv];
  return [
    ...argv.slice(0, end),
    ...argv.slice(end + 1).map((word) => (word.startsWith('-') ? `./${word}` : word)),
  ];
}

/** yargs looks options up in plain objects, and takes --constructor for one that it knows. */
function refuseInherited(argv: readonly string[]): void {
  const option = findInherited(argv);
  if (option !== undefined) throw new UsageError(`There is no option ${option}`);
}

/** yargs reads --cache=maybe as false, before anyone can see what was written. */
function checkSwitches(argv: readonly string[], { options }: CurrentPlace): void {
  for (const word of argv) {
    const [, flag, value] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
    if (flag && options[flag]?.type === 'boolean' && value !== 'true' && value !== 'false') {
      throw new UsageError(`--${flag} cannot be "${value}": it takes true, false.`);
    }
  }
}
