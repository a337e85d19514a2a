import { suggest } from './suggest.js';

/** How far the parser came, for a message that fits. */
export interface Place {
  /** The words of the command: ganeval, cache, prune. */
  readonly words: readonly string[];
  /** Commands that may follow; empty once the command is complete. */
  readonly subcommands: readonly string[];
  /** Options that the command knows, by their flag. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The first argument that the command needs. */
  readonly firstPositional: string | undefined;
}

/** What was wrong, said by yargs or by us, as one sentence that points at help. */
export function explainMisuse(message: string, place: Place): string {
  return `${describe(message, place).replace(/\.$/, '')}; see "${place.words.join(' ')} --help".`;
}

function describe(message: string, place: Place): string {
  const after = (start: RegExp) => (start.test(message) ? message.replace(start, '') : undefined);
  const option = after(/^Unknown arguments?: /)?.split(', ')[0];
  if (option !== undefined) return describeUnknownOption(option, place);
  const command = after(/^Unknown commands?: /)?.split(', ')[0];
  if (command !== undefined) return describeUnknownCommand(command, place);
  if (message.startsWith('Not enough non-option arguments')) {
    const { firstPositional: first, words } = place;
    return first ? `${words.join(' ')} needs ${first.toUpperCase()}` : 'No command was given';
  }
  const empty = after(/^Not enough arguments following: /);
  if (empty !== undefined) return `--${empty} needs a value`;
  const missing = after(/^Missing required arguments?: /);
  if (missing !== undefined) return `--${missing.replaceAll(', ', ' and --')} must be given`;
  const choice = /^Invalid values:\s+Argument: (.*), Given: (.*), Choices: (.*)/.exec(message);
  if (choice) return `${choice[1]} cannot be ${choice[2]}: it takes ${choice[3].replaceAll('"', '')}`;
  return message.replace(/\s+/g, ' ');
}

function describeUnknownOption(word: string, { options }: Place): string {
  const name = word.replace(/^no-/, '');
  const near = suggest(name, Object.keys(options));
  const dashes = word.length === 1 ? '-' : '--';
  return `There is no option ${dashes}${word}${near ? `, perhaps --${near} is meant` : ''}`;
}

function describeUnknownCommand(word: string, { words, subcommands }: Place): string {
  if (subcommands.length === 0) return `"${word}" is one argument too many (names with spaces need quotes)`;
  const near = suggest(word, subcommands);
  return `There is no command "${words.slice(1).concat(word).join(' ')}"${near ? `, perhaps ${near} is meant` : ''}`;
}
