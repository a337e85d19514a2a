import { shellQuote } from '../../escape/shell-quote.js';

const AGAIN = /\brun this command again(?: with (--[a-z-]+) ([^\s"]+?))?(?=[.,;:]?(?:\s|$))/g;

/**
 * A message that says to run this command again, with the command itself: as it was typed, and with the option that the message adds.
 *
 * @param text the message
 * @param words what was typed after the program's name; undefined where a program called, and the sentence stays as it is
 */
export function spellOutCommand(text: string, words: readonly string[] | undefined): string {
  if (words === undefined) return text;
  return text.replace(AGAIN, (_all, flag?: string, value?: string) => {
    const changed = flag !== undefined && value !== undefined ? withOption(words, flag, value) : words;
    return `run "${['ganeval', ...changed].map(quoteTyped).join(' ')}"`;
  });
}

/** Options begin with a dash, too, and need no quotes for it. */
const quoteTyped = (word: string) => (/^-[\w=./,:-]*$/.test(word) ? word : shellQuote(word));

/** With an option in place of the one that was typed, or else after the others. */
function withOption(words: readonly string[], flag: string, value: string): string[] {
  const end = words.indexOf('--');
  const [options, names] = end < 0 ? [words, []] : [words.slice(0, end), words.slice(end)];
  const at = options.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
  if (at < 0) return [...options, flag, value, ...names];
  const length = options[at] === flag ? 2 : 1;
  return [...options.slice(0, at), flag, value, ...options.slice(at + length), ...names];
}
