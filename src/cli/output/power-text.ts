import { neutralize } from '../../escape/neutralize.js';
import type { PowerPlan, PowerRow } from '../../gate/judging/power.js';
import { formatCount } from '../../report/text/numbers.js';
import { layOutTable, wrap } from '../../report/text/text-table.js';

/** Columns to which a metric's name may be cut. */
const NARROWEST_METRIC = 24;

/**
 * How many samples it takes to detect a drop, for a person.
 *
 * @param width columns of the terminal
 */
export function powerToText(
  { drop, power, alpha, comparisons, rows, assumptions }: PowerPlan,
  width: number,
): string {
  const head = `To detect a worsening of ${percent(drop)} with a probability of ${percent(power)}, at alpha ${alpha} over ${comparisons} tests:`;
  const table = layOutTable(
    [
      { heading: 'metric', align: 'left', minWidth: NARROWEST_METRIC },
      { heading: 'tests', align: 'right', dropOrder: 3 },
      { heading: 'counted in', align: 'left', dropOrder: 2 },
      { heading: 'baseline', align: 'right', dropOrder: 1 },
      { heading: 'needed', align: 'right' },
      { heading: 'if tested alone', align: 'right', dropOrder: 4 },
      { heading: 'detected at this size', align: 'right', dropOrder: 0 },
    ],
    rows.map(line),
    { width, indent: '  ', styleHeading: (text) => text },
  );
  const sentences = assumptions.flatMap((text) => wrap(neutralize(text), width));
  return [...wrap(head, width), '', ...table, '', ...sentences, ''].join('\n');
}

function line(row: PowerRow): string[] {
  const { title, resolution, comparisons, sizeOf, baselineSize, needed, smallestDrop } = row;
  const at = resolution === undefined ? '' : ` at ${resolution}×${resolution}`;
  const whose = row.class === undefined ? '' : `, the hardest class (${row.class})`;
  return [
    neutralize(`${title}${at}${whose}`),
    formatCount(comparisons),
    sizeOf,
    formatCount(baselineSize),
    needed.corrected === null ? 'no size' : formatCount(needed.corrected),
    needed.alone === null ? 'no size' : formatCount(needed.alone),
    smallestDrop.corrected === null ? 'no drop' : percent(smallestDrop.corrected),
  ];
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
