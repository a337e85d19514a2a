import { networkOf } from './facts.js';
import type { Metric, Need } from './metric.js';
import { listMetrics } from './registry.js';

const NEEDS: Readonly<Record<Need, string>> = {
  features: 'features',
  logits: 'logits',
  classLogits: 'logits of a classifier that knows the classes',
  labels: 'labels',
  pairScores: 'pairs of pictures of a class',
  lpipsScores: 'LPIPS of pairs of pictures of a class',
  pathLengths: 'a generator in place of pictures',
  reference: 'a reference (pictures or a statistics file)',
  referenceFeatures: 'reference pictures',
};

const NETWORKS = { model: '`--model`', classifier: '`--classifier`', none: 'none' } as const;

const HEADINGS = ['id', 'title', 'better', 'needs', 'network', 'comparable', 'measures', 'source'];

/**
 * The table of metrics for the documentation.
 *
 * @param metrics descriptions, in the order of the rows. @default all that ganeval knows
 * @returns a Markdown table, one row a metric, a newline at the end
 */
export function describeMetrics(metrics: readonly Metric[] = listMetrics()): string {
  const rows = metrics.map((metric) => [
    `\`${metric.id}\``,
    metric.title,
    metric.direction,
    metric.needs.map((need) => NEEDS[need]).join(', '),
    NETWORKS[networkOf(metric)],
    metric.biasDependsOnN ? 'at equal numbers of samples' : 'at any number of samples',
    (metric.byDefault ?? true) ? metric.summary : `${metric.summary} Computed only where it is named.`,
    metric.paper,
  ]);
  const lines = [HEADINGS, HEADINGS.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map(escapeCell).join(' | ')} |\n`).join('');
}

const escapeCell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
