import type { ComputedMetric, EvaluationResult } from '../../../documents/result.js';
import { html, type Markup } from '../../page/markup.js';
import { makeFacts, makeSection } from '../../page/section.js';
import { listSettings, listVersions, setFacts } from '../../page/set-facts.js';
import { describeRun } from '../../text/describe-run.js';
import { reproduceCommand } from '../reproduce-command.js';
import type { MetricFacts } from '../score-document.js';
import { isComputed } from '../summary.js';

/** Everything that made the numbers: digests, networks, settings, versions, and the command that gives them again. */
export function provenance(result: EvaluationResult, facts: Readonly<Record<string, MetricFacts>>): Markup {
  const { samples, reference, validation, settings, createdWith, run } = result;
  const list = makeFacts([
    setFacts('Samples', samples),
    ...(reference ? [setFacts('Reference', reference)] : []),
    ...(validation ? [setFacts('Validation', validation)] : []),
    ...listExtractors(result).map(({ name, sha256, preprocessing }) => {
      const how = preprocessing !== '' && `, ${preprocessing}`;
      return ['Network', html`${name}${how}<br><code>SHA-256 ${sha256}</code>`] as const;
    }),
    ['Settings', listSettings(settings)],
    ['Made with', listVersions(createdWith)],
    ['Run', `${describeRun(result)}, started ${run.startedAt}`],
  ]);
  return makeSection(
    'provenance',
    'Where the numbers come from',
    html`${list}
<h3>The command for the same numbers</h3>
<pre><code>${reproduceCommand(result, facts)}</code></pre>`,
  );
}

/** Each network once for each way in which pictures were prepared for it. */
function listExtractors({ metrics }: EvaluationResult): NonNullable<ComputedMetric['extractor']>[] {
  const extractors = metrics
    .filter(isComputed)
    .flatMap(({ extractor }) => (extractor ? [[JSON.stringify(extractor), extractor] as const] : []));
  return [...new Map(extractors).values()];
}
