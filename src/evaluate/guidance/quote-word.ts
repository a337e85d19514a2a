const PLAIN = /^[\w@%+=:,./-]+$/;

/** A word of a command that a message names, in quotes where a shell would take it apart. */
export function quoteWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
