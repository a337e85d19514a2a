const PLAIN = /^[\w@%+=:,./-]+$/;

/** A word as a POSIX shell reads it, with quotes where it needs them. A word that begins with a dash gets them too. */
export function shellQuote(text: string): string {
  return PLAIN.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
