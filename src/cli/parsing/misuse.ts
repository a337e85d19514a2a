import { perhaps, suggest } from '../options/suggest.js';

/** How far the parser came, for a message that fits. */
export interface Place {
  /** The words of the command: ganeval, cache, prune. */
  readonly words: readonly string[];
  /** Commands that may follow; empty once the command is complete. */
  readonly subcommands: readonly string[];
  /** Flags that the command knows, long and short. */
  readonly flags: readonly string[];
  /** Arguments without a flag that the command takes. */
  readonly positionals: readonly string[];
}

/** What yargs has parsed: flags and arguments by name, and the words that are left in `_`. */
export interface Parsed {
  readonly [name: string]: unknown;
  readonly _: readonly (string | number)[];
}

/**
 * Our sentences instead of those of yargs, which takes them as it takes translations. Unknown options and commands are not among
 * them: `findMisuse` looks for those, since a message about them names the nearest that exists.
 */
export function sentencesFor({ words, positionals }: Pick<Place, 'words' | 'positionals'>): object {
  const [first = 'a command'] = positionals.map((name) => name.toUpperCase());
  const needs = `${words.join(' ')} needs ${first} (%s of %s arguments given)`;
  return {
    'Not enough non-option arguments: got %s, need at least %s': { one: needs, other: needs },
    'Not enough arguments following: %s': '--%s needs a value',
    'Missing required argument: %s': { one: '--%s must be given', other: 'These options must be given: %s' },
  };
}

/** A sentence of ours as yargs filled it: without the counts that its template must take, and with the dashes of options. */
export function tidySentence(sentence: string): string {
  return sentence
    .replace(/ \(\d+ of \d+ arguments given\)$/, '')
    .replace(/^These options must be given: (.+)$/, (_, names: string) => {
      const flags = names.split(', ').map((name) => `--${name}`);
      return `${flags.join(' and ')} must be given`;
    });
}

/** What is unknown or missing in the arguments, as a sentence without its end; undefined if nothing is. */
export function findMisuse(parsed: Parsed, place: Place): string | undefined {
  const known = new Set([...place.flags, ...place.positionals, '_', '$0']);
  const option = Object.keys(parsed).find((name) => !known.has(name));
  if (option !== undefined) return describeUnknownOption(option, place);
  const word = parsed._[place.words.length - 1];
  if (word !== undefined) return describeUnknownWord(String(word), place);
  return place.subcommands.length > 0 ? 'No command was given' : undefined;
}

/** The first option with a name that every object of JavaScript has, such as --constructor: none of ours is called so. */
export function findInherited(argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--');
  return argv
    .slice(0, end < 0 ? argv.length : end)
    .map((word) => word.split('=')[0])
    .find((word) => {
      const [, name] = /^--?(?:no-)?(.+)$/.exec(word) ?? [];
      return name !== undefined && name in Object.prototype;
    });
}

function describeUnknownOption(name: string, { flags }: Place): string {
  const near = suggest(
    name,
    flags.filter((flag) => flag.length > 1),
  );
  const dashes = name.length === 1 ? '-' : '--';
  return `There is no option ${dashes}${name}${near ? `, perhaps --${near} is meant` : ''}`;
}

function describeUnknownWord(word: string, { words, subcommands }: Place): string {
  if (subcommands.length === 0) return `"${word}" is one argument too many (names with spaces need quotes)`;
  return `There is no command "${words.slice(1).concat(word).join(' ')}"${perhaps(word, subcommands)}`;
}
