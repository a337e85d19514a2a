import { escapeInvisible, isIsolate, visibleForm } from './neutralize.js';
import { disarm } from './runner-commands.js';

/** Colors and weights of a text; what moves the cursor or talks to the terminal is none. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a style begins with one
const STYLE = /(\u001b\[[\d;]*m)/;

/**
 * A whole output of several lines as it may reach a terminal or a runner of CI, whatever is in it: line breaks and tabs stay, all
 * other control characters are made visible, and nothing is a command of a runner.
 *
 * @param styled whether the text may have styles
 */
export function terminalText(text: string, styled = false): string {
  const pieces = styled ? text.split(STYLE) : [text];
  // The odd ones are the styles.
  const safe = pieces.map((piece, i) => (i % 2 === 1 ? piece : escapeInvisible(piece, showUnlessOurs)));
  return disarm(safe.join(''));
}

function showUnlessOurs(character: string): string {
  return character === '\n' || character === '\t' || isIsolate(character)
    ? character
    : visibleForm(character);
}
