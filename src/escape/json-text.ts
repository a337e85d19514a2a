import { escapeInvisible } from './neutralize.js';
import { replaceCommandSigns } from './runner-commands.js';

/**
 * A value as JSON that a person can read: two spaces for each level, a newline at the end. Invisible characters and what runners of
 * CI take for commands are written as `\uXXXX`, which every parser reads as the same text.
 */
export function jsonText(value: unknown): string {
  // Outside of texts, JSON has no other invisible character than the newline.
  const text = escapeInvisible(JSON.stringify(value, null, 2), (character) =>
    character === '\n' ? character : escapeUnits(character),
  );
  return `${replaceCommandSigns(text, '\\u0023')}\n`;
}

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');
}
