import { escapeInvisible, hasInvisible } from './neutralize.js';
import { replaceCommandSigns } from './runner-commands.js';

const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * A word as a POSIX shell reads it, with quotes where it needs them. A word that begins with a dash gets them too. What a message
 * can't show as it is stands as `"$(printf 'a\012b')"`, so that the command still names the same file. (Line breaks at the end of a
 * name would be lost so; it stays in plain quotes.)
 */
export function shellQuote(text: string): string {
  const isShown = !hasInvisible(text) && replaceCommandSigns(text, '') === text;
  if (!isShown && !text.endsWith('\n')) return `"$(printf '${escapeBytes(text)}')"`;
  return PLAIN.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function escapeBytes(text: string): string {
  const format = text.replaceAll('\\', '\\\\').replaceAll('%', '%%').replace(/^-|'/g, octal);
  return escapeInvisible(replaceCommandSigns(format, octal('#')), octal);
}

/** Three digits each, which no shell reads further. */
function octal(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
