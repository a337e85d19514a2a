import type { Metric, Need } from '../../../metrics/metric.js';
import { findMetric, listMetrics } from '../../../metrics/registry.js';
import { SHORTCUTS } from '../../../metrics/shortcuts.js';
import { flagOf } from '../../options/specs.js';
import { GENERATED, joinBlocks, makeTable, toCell, toCode } from './markdown.js';

const INTRODUCTION = `# Metrics

What the program knows about each metric. [Metrics explained](../explanation/metrics.md) has the formulas, ranges and pitfalls. The id
is what \`--metrics\` takes and what a result names. Without \`--metrics\` a score computes those with "yes" in the last column of the first table.`;

const BETTER: Readonly<Record<Metric['direction'], string>> = { higher: '↑ higher', lower: '↓ lower' };

const NEEDS: Readonly<Record<Need, string>> = {
  features: 'features of `--model`',
  logits: 'logits of `--model`',
  classLogits: 'logits of `--classifier`',
  labels: 'labels',
  pairScores: 'pairs of pictures of one class',
  lpipsScores: 'LPIPS of pairs of pictures of one class',
  pathLengths: 'a generator',
  reference: '`--reference`: pictures or statistics',
  referenceFeatures: '`--reference`: pictures',
};

/** The reference of the metrics that are registered, as Markdown. */
export function makeMetricsPage(): string {
  const metrics = listMetrics();
  return joinBlocks([
    GENERATED,
    INTRODUCTION,
    makeTable(
      ['id', 'metric', 'better', 'unit', 'what it measures', 'source', 'by default'],
      metrics.map(({ id, title, direction, unit, summary, paper, byDefault = true }) => [
        toCode(id),
        toCell(title),
        BETTER[direction],
        toCell(unit),
        toCell(summary),
        toCell(paper),
        byDefault ? 'yes' : 'no: name it',
      ]),
    ),
    `## What a metric reads, and when two values may be compared

The gate and \`ganeval compare\` refuse to compare two values whose settings differ in one of those listed here. Where the expectation
depends on the number of samples, the numbers must be equal too. ganeval also compares the network and the reference.`,
    makeTable(
      [
        'id',
        'reads',
        'settings that count',
        'expectation depends on the number of samples',
        'in `ganeval ablate`',
      ],
      metrics.map(({ id, needs, settings, biasDependsOnN, overResolutions }) => [
        toCode(id),
        needs.map((need) => NEEDS[need]).join('; '),
        settings.map((name) => toCode(`--${flagOf(name)}`)).join(', '),
        biasDependsOnN ? 'yes' : 'no',
        overResolutions ? 'yes' : 'no',
      ]),
    ),
    `## Shortcuts

Names of the field for a metric on a certain network: \`--metrics fd-dinov2\` needs no \`--model\`. Any other pair is written
\`METRIC@NETWORK\`, or \`METRIC@NETWORK@PROFILE\` to feed the network as that profile does; NETWORK is a name or an \`.onnx\` file. The rules of
the gate take the same names.`,
    makeTable(
      ['shortcut', 'as reports print it', 'the same as', 'metric', 'network', 'profile', 'source'],
      Object.entries(SHORTCUTS).map(([name, { metric, network, profile, title, source }]) => [
        toCode(name),
        toCell(title),
        toCode([metric, network, ...(profile ? [profile] : [])].join('@')),
        toCell(findMetric(metric)?.title ?? metric),
        toCode(network),
        profile ? toCode(profile) : 'as `--profile` says',
        toCell(source),
      ]),
    ),
  ]);
}
