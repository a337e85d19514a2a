/** First line of every generated page. */
export const GENERATED =
  '<!-- Made by "npm run docs:cli" from the code; a test fails where it is not current. -->';

/** A table whose cells are Markdown already. */
export function makeTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A text of help as Markdown for a cell of a table. */
export function toCell(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replace(/[*_[\]]/g, (character) => `\\${character}`);
}

/** Words as code for a cell of a table. */
export function toCode(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

/** Blocks of a page, with an empty line between them. Those that are undefined are left out. */
export function joinBlocks(blocks: readonly (string | undefined)[]): string {
  return `${blocks.filter((block) => block !== undefined).join('\n\n')}\n`;
}
