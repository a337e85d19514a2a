// Names of files and classes come from outside. A newline would forge a line of the report, an escape sequence would
// control the terminal, and a bidirectional override would show other text than the name holds.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f/gu;
const JOINERS = /(?<=\p{Extended_Pictographic}\ufe0f?\p{EMod}?)\u200d(?=\p{Extended_Pictographic})/gu;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const ISOLATE = '\u2068';
const END_OF_ISOLATE = '\u2069';

/**
 * The text on one line with everything that controls a terminal or the order of writing made visible, as `\n` or
 * `\u{202e}`. Letters of right-to-left scripts stay, enclosed so that they don't reorder the columns around them.
 */
export function neutralize(text: string): string {
  const visible = escapeInvisible(text, visibleForm);
  return RIGHT_TO_LEFT.test(visible) ? `${ISOLATE}${visible}${END_OF_ISOLATE}` : visible;
}

/** The text with its invisible characters replaced. The joiners of an emoji stay, since they are what makes it one. */
export function escapeInvisible(text: string, replace: (character: string) => string): string {
  const joiners = new Set([...text.matchAll(JOINERS)].map((match) => match.index));
  return text.replace(INVISIBLE, (character, offset: number) =>
    joiners.has(offset) ? character : replace(character),
  );
}

/** Whether a text has a character that `neutralize` would make visible. */
export function hasInvisible(text: string): boolean {
  return escapeInvisible(text, () => '') !== text;
}

/** Whether a character is one of the two that `neutralize` puts around right-to-left letters. */
export function isIsolate(character: string): boolean {
  return character === ISOLATE || character === END_OF_ISOLATE;
}

/** An invisible character as it is shown: `\n`, `\u{202e}`. */
export function visibleForm(character: string): string {
  const short: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return short[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
