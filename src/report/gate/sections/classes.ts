import type { GateRow, GateVerdict } from '../../../documents/verdict.js';
import { drawChart } from '../../charts/draw.js';
import { makeFigure } from '../../charts/figure.js';
import { scatterSpec } from '../../charts/scatter.js';
import { html, type Markup } from '../../page/markup.js';
import { makeTable } from '../../page/table.js';
import { isShare } from '../../text/describe-number.js';
import { describeRow, STATUS_WORDS } from '../summary.js';

/** Fewer classes than this are left to the table. */
const MIN_CLASSES = 3;

/** A row about one class at full size, with both values. */
type ClassRow = GateRow & { readonly class: string; readonly baseline: number; readonly now: number };

function isOfClass(row: GateRow): row is ClassRow {
  return row.class !== undefined && row.resolution === undefined && row.baseline !== null && row.now !== null;
}

/** For each metric that has rules by class, the classes now against the baseline. */
export async function classFigures({ rows }: GateVerdict): Promise<Markup[]> {
  const figures: Markup[] = [];
  for (const metric of [...new Set(rows.map((row) => row.metric))]) {
    const classes = new Map<string, ClassRow>();
    for (const row of rows) {
      if (row.metric !== metric || !isOfClass(row)) continue;
      // A class may have several rules; one that failed is shown before one that passed.
      if (row.status === 'fail' || !classes.has(row.class)) classes.set(row.class, row);
    }
    if (classes.size >= MIN_CLASSES) figures.push(await classFigure([...classes.values()], figures.length));
  }
  return figures;
}

async function classFigure(rows: readonly ClassRow[], i: number): Promise<Markup> {
  const [{ title, unit, direction }] = rows;
  const scale = isShare(unit) ? 100 : 1;
  const ordered = [...rows].sort(
    (a, b) =>
      Number(b.status === 'fail') - Number(a.status === 'fail') ||
      Math.abs(b.change ?? 0) - Math.abs(a.change ?? 0),
  );
  const values = rows.flatMap(({ baseline, now }) => [baseline * scale, now * scale]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least || Math.abs(most) || 1) * 0.12;
  const domain = [least - room, most + room] as const;
  const heading = `${title}, class by class`;
  const side = direction === 'higher' ? 'below' : 'above';
  const caption = `Classes ${side} the dashed line are worse than in the baseline; triangles are those that failed.`;
  return makeFigure({
    heading,
    chart: await drawChart({
      spec: scatterSpec({
        points: ordered.map((row) => {
          const { baseline, now } = describeRow(row);
          return {
            name: row.class,
            x: row.baseline * scale,
            y: row.now * scale,
            isBad: row.status === 'fail',
            tip: `${row.class}: ${baseline} in the baseline, ${now} now`,
          };
        }),
        x: { title: `Baseline${scale === 100 ? ' (%)' : ''}`, domain },
        y: { title: `Now${scale === 100 ? ' (%)' : ''}`, domain },
        diagonal: true,
      }),
      id: `chart-class-${i}`,
      title: heading,
      description: `${caption} The table after the chart has every number.`,
    }),
    caption: html`${caption}`,
    table: makeTable({
      caption: heading,
      columns: [
        { heading: 'Class' },
        { heading: 'Baseline', numeric: true },
        { heading: 'Now', numeric: true },
        { heading: 'Change', numeric: true },
        { heading: 'Verdict' },
      ],
      rows: ordered.map((row) => {
        const { baseline, now, change } = describeRow(row);
        return [row.class, baseline, now, change, STATUS_WORDS[row.status]];
      }),
      sortable: true,
    }),
  });
}
