import { html, type Markup } from './markup.js';

export interface TableColumn {
  readonly heading: string;
  /** Set right, and sorted as a number. */
  readonly numeric?: boolean;
  /** Sentences: they take the room that is left. */
  readonly prose?: boolean;
}

interface TableParts {
  /** What the table holds, for people who can't see what is around it. */
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly (Markup | string)[])[];
  readonly sortable?: boolean;
  /** As many columns as fit on a screen of 1,280 pixels; a wider table becomes several, each with the first column. @default 9 */
  readonly maxColumns?: number;
  /** Whether rows become cards where the screen is narrow, so that no cell is out of sight. @default false */
  readonly foldable?: boolean;
  /** Whether a table of many rows scrolls in a box of its own. @default true */
  readonly boxed?: boolean;
}

const MAX_COLUMNS = 9;
/** A longer table would hide what comes after it. */
const MAX_ROWS_IN_FULL = 30;

/** A table in a box that scrolls sideways (and by keyboard) where the screen is too narrow for it; its first column stays. */
export function makeTable({ maxColumns = MAX_COLUMNS, ...table }: TableParts): Markup {
  const { caption, columns, rows } = table;
  if (columns.length <= maxColumns) return makeWholeTable(table);
  const count = Math.ceil((columns.length - 1) / (maxColumns - 1));
  const perTable = Math.ceil((columns.length - 1) / count);
  const parts = Array.from({ length: count }, (_, part) => {
    const pick = <T>(cells: readonly T[]) => [
      ...cells.slice(0, 1),
      ...cells.slice(1 + part * perTable, 1 + (part + 1) * perTable),
    ];
    return makeWholeTable({
      ...table,
      caption: `${caption} (${part + 1} of ${count})`,
      columns: pick(columns),
      rows: rows.map(pick),
    });
  });
  return html`${parts}`;
}

function makeWholeTable({
  caption,
  columns,
  rows,
  sortable = false,
  foldable = false,
  boxed = true,
}: Omit<TableParts, 'maxColumns'>): Markup {
  // Styles that turn rows into cards would take their roles away.
  const role = (name: string) => foldable && html` role="${name}"`;
  const head = columns.map(
    (column) => html`<th scope="col"${role('columnheader')}${classOf(column)}>${column.heading}</th>`,
  );
  const body = rows.map((row) => {
    const cells = row.map((cell, i) => makeCell(cell, columns[i], { isHeading: i === 0, foldable }));
    return html`<tr${role('row')}>${cells}</tr>\n`;
  });
  const kinds = ['scroll', ...(foldable ? ['fold'] : [])];
  if (boxed && rows.length > MAX_ROWS_IN_FULL) kinds.push('tall');
  return html`<div class="${kinds.join(' ')}" role="group" aria-label="${caption}" tabindex="0"><table${role('table')}${
    sortable && html` data-sortable`
  }>
<caption>${caption}</caption>
<thead${role('rowgroup')}><tr${role('row')}>${head}</tr></thead>
<tbody${role('rowgroup')}>
${body}</tbody></table></div>`;
}

function makeCell(
  cell: Markup | string,
  column: TableColumn,
  { isHeading, foldable }: { readonly isHeading: boolean; readonly foldable: boolean },
): Markup {
  if (isHeading) return html`<th scope="row"${foldable && html` role="rowheader"`}>${cell}</th>`;
  const label = foldable && html` role="cell" data-label="${column.heading}"`;
  return html`<td${classOf(column)}${label}>${cell}</td>`;
}

function classOf({ numeric, prose }: TableColumn): Markup | undefined {
  if (numeric) return html` class="number"`;
  return prose ? html` class="prose"` : undefined;
}
