import type { PowerPlan, PowerRow } from '../../gate/judging/power.js';
import { neutralize } from '../../report/text/neutralize.js';
import { formatCount } from '../../report/text/numbers.js';
import { layOutPlainTable } from '../../report/text/text-table.js';

/** How many samples it takes to detect a drop, for a person. */
export function powerToText({ drop, power, alpha, comparisons, rows, assumptions }: PowerPlan): string {
  const head = `To detect a worsening of ${percent(drop)} with a probability of ${percent(power)}, at alpha ${alpha} over ${comparisons} tests:`;
  const table = layOutPlainTable(
    [
      { heading: 'metric', align: 'left' },
      { heading: 'tests', align: 'right' },
      { heading: 'counted in', align: 'left' },
      { heading: 'baseline', align: 'right' },
      { heading: 'needed', align: 'right' },
      { heading: 'if tested alone', align: 'right' },
      { heading: 'detected at this size', align: 'right' },
    ],
    rows.map(line),
    '  ',
  );
  return [head, '', ...table, '', ...assumptions.map(neutralize), ''].join('\n');
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
