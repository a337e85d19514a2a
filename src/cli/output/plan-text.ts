import { neutralize } from '../../escape/neutralize.js';
import type { ScorePlan } from '../../index.js';
import { formatCount, formatDuration } from '../../report/text/numbers.js';
import { layOutPlainTable } from '../../report/text/text-table.js';

/** What a score would do, for a person. */
export function planToText(plan: ScorePlan): string {
  const rows = plan.passes.map(({ subject, network, resolution, pictures, cached }) => [
    subject,
    neutralize(network),
    resolution === 'full' ? 'full size' : `${resolution}×${resolution}`,
    formatCount(pictures),
    formatCount(cached),
  ]);
  const table = layOutPlainTable(
    [
      { heading: 'pass over', align: 'left' },
      { heading: 'network', align: 'left' },
      { heading: 'resolution', align: 'left' },
      { heading: 'pictures', align: 'right' },
      { heading: 'in the cache', align: 'right' },
    ],
    rows,
    '  ',
  );
  return [`Metrics: ${plan.metrics.join(', ')}`, ...table, describeTime(plan), ''].join('\n');
}

function describeTime({ device, picturesPerSecond, estimatedSeconds }: ScorePlan): string {
  if (device === null || picturesPerSecond === null)
    return 'Nothing is left to run: all rows are in the cache.';
  const rate = formatCount(Math.round(picturesPerSecond));
  return `Expected: ${formatDuration(estimatedSeconds)} for the passes on ${device}, at ${rate} pictures/s.`;
}
