import { neutralize } from './neutralize.js';

/** Words, single or joined by one space, dot, hyphen or underscore, have no meaning in Markdown. */
const PLAIN = /^[\p{L}\p{N}]+(?:[ ._-][\p{L}\p{N}]+)*$/u;
const ADDRESS = /^www\./i;

/**
 * A name from outside as Markdown that shows it as it is: nothing in it becomes markup, HTML, a link, a mention or a
 * new cell.
 */
export function quoteName(name: string): string {
  const safe = neutralize(name);
  if (PLAIN.test(safe) && !ADDRESS.test(safe)) return safe;
  return `<code>${toEntities(safe)}</code>`;
}

/** A sentence of ours that may hold names from outside, none of which becomes markup. */
export function sentence(text: string): string {
  return toEntities(neutralize(text), /[\\`*_[\]<>&|~#@$]|(?<=\w):(?=\/\/)|(?<=www)\./gi);
}

function toEntities(text: string, what = /[^\p{L}\p{N} ]/gu): string {
  return text.replace(what, (character) => `&#${character.codePointAt(0)};`);
}

/** A table of GitHub-flavored Markdown; the cells must be safe already. */
export function table(headings: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}
