import type { EvaluationResult } from '../../../documents/result.js';
import { html, type Markup } from '../../page/markup.js';
import { makeSection } from '../../page/section.js';
import { makeTable } from '../../page/table.js';
import { formatCount } from '../../text/numbers.js';
import { tabulateClasses, WORSE_MEANS } from '../class-table.js';

/** Every class with its numbers; the headings sort where script may run. */
export function classTable(result: EvaluationResult): Markup | undefined {
  const table = tabulateClasses(result);
  if (!table || table.rows.length === 0) return undefined;
  const isShare = table.headings.map((heading) => heading.endsWith('(%)'));
  return makeSection(
    'classes',
    'Class by class',
    makeTable({
      caption: `Numbers of each class; bars show shares of 100 %${table.hasWorse ? `; ${WORSE_MEANS}` : ''}`,
      columns: [
        { heading: 'Class' },
        { heading: 'Pictures', numeric: true },
        ...table.headings.map((heading) => ({ heading, numeric: true })),
      ],
      rows: table.rows.map(({ name, n, cells }) => [
        name,
        formatCount(n),
        ...cells.map((cell, i) => (isShare[i] ? withBar(cell) : cell)),
      ]),
      sortable: true,
    }),
  );
}

function withBar(cell: string): Markup {
  const share = Math.min(100, Math.max(0, Number.parseFloat(cell)));
  if (!Number.isFinite(share)) return html`${cell}`;
  return html`${cell}<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><path d="M0 0h${share}v4H0z"/></svg>`;
}
