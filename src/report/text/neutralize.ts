// Names of files and classes come from outside. A newline would forge a line of the report, an escape sequence would
// control the terminal, and a bidirectional override would show other text than the name holds.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;
const JOINERS = /(?<=\p{Extended_Pictographic}\ufe0f?\p{EMod}?)\u200d(?=\p{Extended_Pictographic})/gu;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const ISOLATE = '\u2068';
const END_OF_ISOLATE = '\u2069';

/**
 * The text on one line with everything that controls a terminal or the order of writing made visible, as `\n` or
 * `\u{202e}`. Letters of right-to-left scripts stay, enclosed so that they don't reorder the columns around them.
 */
export function neutralize(text: string): string {
  const joiners = new Set([...text.matchAll(JOINERS)].map((match) => match.index));
  const visible = text.replace(INVISIBLE, (character, offset: number) =>
    joiners.has(offset) ? character : escaped(character),
  );
  return RIGHT_TO_LEFT.test(visible) ? `${ISOLATE}${visible}${END_OF_ISOLATE}` : visible;
}

function escaped(character: string): string {
  const short: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return short[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
