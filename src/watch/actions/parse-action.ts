import { UsageError } from '../../core/errors.js';
import { WATCH_EVENT_KINDS, type WatchEvent } from '../../documents/watch.js';
import { ACTION_FACTS, type ActionFact } from './action-facts.js';
import { splitWords } from './split-words.js';

/** Kinds of events that an action may be for. */
export const ACTION_KINDS = [...WATCH_EVENT_KINDS, 'any'] as const;

/** A command that runs when a watch tells an event. */
export interface Action {
  readonly kind: WatchEvent['kind'] | 'any';
  /** What is run: words, the first of which is the program, or a text for the shell. */
  readonly command: { readonly words: readonly string[] } | { readonly shell: string };
}

/** `{class}`, and what somebody may have meant to be one; JSON in braces is none. */
const PLACEHOLDER = /\{([a-z]+)\}/g;

/** `cmd.exe` puts what a variable holds into the line, and reads that as a part of the command. */
const CMD_VARIABLE = /%EVENT_/i;

/**
 * Reads what `--on` or `--on-shell` was given.
 *
 * @throws {UsageError} for an unknown kind, placeholder or quote, or no command
 */
export function parseAction(
  flag: 'on' | 'on-shell',
  kind: string,
  text: string,
  platform: NodeJS.Platform = process.platform,
): Action {
  const refuse = (why: string) =>
    new UsageError(`--${flag} ${kind} cannot be ${JSON.stringify(text)}: ${why}.`);
  const known = ACTION_KINDS.find((each) => each === kind);
  if (!known)
    throw new UsageError(
      `--${flag} cannot be for ${JSON.stringify(kind)}: it takes ${list(ACTION_KINDS)}, and then a command.`,
    );
  if (text.trim() === '') throw refuse('it takes a command');
  const names = [...text.matchAll(PLACEHOLDER)].map(([, name]) => name);
  if (flag === 'on-shell') {
    if (names.length > 0) {
      const variable = `$EVENT_${names[0].toUpperCase()}`;
      throw refuse(`a shell would run what names say; write "${variable}" in place of {${names[0]}}`);
    }
    if (platform === 'win32' && CMD_VARIABLE.test(text))
      throw refuse(
        'cmd.exe would run what names say; give a program with --on, which finds the same in its variables',
      );
    return { kind: known, command: { shell: text } };
  }
  const words = splitWords(text);
  if (!words) throw refuse('a quotation mark is not closed');
  const unknown = names.find((name) => !Object.hasOwn(ACTION_FACTS, name));
  if (unknown !== undefined)
    throw refuse(
      `there is no {${unknown}}, only ${list(Object.keys(ACTION_FACTS).map((name) => `{${name}}`))}`,
    );
  if (words[0] === '' || words[0].match(PLACEHOLDER)) throw refuse('its first word must be a program');
  return { kind: known, command: { words } };
}

/**
 * The words of a command with their placeholders replaced. A word stays one word, whatever a name has in it.
 *
 * @throws {RangeError} with half a sentence where a name at the beginning of a word would be an option, or can't be passed on
 */
export function fillWords(words: readonly string[], facts: Readonly<Record<ActionFact, string>>): string[] {
  return words.map((word) => {
    const filled = word.replace(PLACEHOLDER, (_, name: ActionFact) => facts[name]);
    if (filled.startsWith('-') && !word.startsWith('-')) {
      const [placeholder] = word.match(PLACEHOLDER) ?? [];
      throw new RangeError(
        `${placeholder} is ${JSON.stringify(filled)} there, which it could take for an option: write it behind something, as in --name=${placeholder}`,
      );
    }
    if (filled.includes('\0'))
      throw new RangeError('a name has a byte 0 in it, which no program can be given');
    return filled;
  });
}

function list(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
