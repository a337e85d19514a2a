import type { EvaluationResult, ImageSet } from '../../../documents/result.js';
import { html, type Markup } from '../../page/markup.js';
import { formatCount } from '../../text/numbers.js';
import { reproduceCommand } from '../reproduce-command.js';
import { describeRun, describeSet, isComputed } from '../summary.js';

/** Everything that made the numbers: digests, networks, settings, versions, and the command that gives them again. */
export function provenance(result: EvaluationResult): Markup {
  const { samples, reference, settings, createdWith } = result;
  return html`<section aria-labelledby="provenance"><h2 id="provenance">Where the numbers come from</h2>
<dl class="facts">
${setFacts('Samples', samples)}${reference && setFacts('Reference', reference)}${networkFacts(result)}
<dt>Settings</dt><dd>${listSettings(settings)}</dd>
<dt>Made with</dt><dd>${listVersions(createdWith)}</dd>
<dt>Run</dt><dd>${describeRun(result)}, started ${result.run.startedAt}</dd>
</dl>
<h3>The command for the same numbers</h3>
<pre><code>${reproduceCommand(result)}</code></pre></section>`;
}

export function listSettings(settings: Readonly<Record<string, unknown>>): string {
  const write = (value: unknown) => (Array.isArray(value) ? value.join(' ') : String(value));
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${write(value)}`)
    .join(', ');
}

export function listVersions(createdWith: Readonly<Record<string, string>>): string {
  return Object.entries(createdWith)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

/** A set of pictures: where it was, what it holds, its digest, what was changed or left out. */
export function setFacts(title: string, set: ImageSet): Markup {
  const changes = Object.entries(set.changed).map(([kind, count]) => `${formatCount(count)} ${kind}`);
  const skipped = set.skipped.map(({ id, reason }) => html`<li>${id} ${reason}</li>`);
  return html`<dt>${title}</dt><dd>${set.source}: ${describeSet(set)}${changes.length > 0 && ` (${changes.join(', ')})`}
<br><code>SHA-256 ${set.digest}</code>${skipped.length > 0 && html`<details><summary>Pictures left out</summary><ul>${skipped}</ul></details>`}</dd>
`;
}

function networkFacts({ metrics }: EvaluationResult): Markup[] {
  const networks = new Map(
    metrics
      .filter(isComputed)
      .flatMap(({ extractor }) => (extractor ? [[JSON.stringify(extractor), extractor] as const] : [])),
  );
  return [...networks.values()].map(
    ({ name, sha256, preprocessing }) =>
      html`<dt>Network</dt><dd>${name}${preprocessing !== '' && `, ${preprocessing}`}<br><code>SHA-256 ${sha256}</code></dd>`,
  );
}
