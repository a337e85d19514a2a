import { html, type Markup } from './markup.js';

export interface TableColumn {
  readonly heading: string;
  /** Set right, and sorted as a number. */
  readonly numeric?: boolean;
}

interface TableParts {
  /** What the table holds, for people who can't see what is around it. */
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly (Markup | string)[])[];
  readonly sortable?: boolean;
}

/** A table in a box that scrolls sideways (and by keyboard) where the screen is too narrow for it. */
export function makeTable({ caption, columns, rows, sortable = false }: TableParts): Markup {
  const head = columns.map(
    ({ heading, numeric }) => html`<th scope="col"${numeric ? html` class="number"` : ''}>${heading}</th>`,
  );
  const body = rows.map(
    (row) => html`<tr>${row.map((cell, i) => makeCell(cell, columns[i], i === 0))}</tr>\n`,
  );
  return html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table${
    sortable && html` data-sortable`
  }>
<caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody></table></div>`;
}

function makeCell(cell: Markup | string, { numeric }: TableColumn, isHeading: boolean): Markup {
  if (isHeading) return html`<th scope="row">${cell}</th>`;
  return numeric ? html`<td class="number">${cell}</td>` : html`<td>${cell}</td>`;
}
