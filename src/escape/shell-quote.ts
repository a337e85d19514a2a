import { escapeInvisible, hasInvisible } from './neutralize.js';
import { replaceCommandSigns } from './runner-commands.js';

const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * A word as a POSIX shell reads it, with quotes where it needs them. A word that begins with a dash gets them too. What a message
 * can't show as it is stands as `$'\n'`, so that the command still names the same file.
 */
export function shellQuote(text: string): string {
  if (hasInvisible(text) || replaceCommandSigns(text, '') !== text) return `$'${escapeBytes(text)}'`;
  return PLAIN.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Octal, since the digits of hexadecimal ones have no end in some shells. */
function escapeBytes(text: string): string {
  const inQuotes = replaceCommandSigns(text.replace(/[\\']/g, '\\$&'), '\\043');
  return escapeInvisible(inQuotes, (character) =>
    Array.from(Buffer.from(character), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  );
}
