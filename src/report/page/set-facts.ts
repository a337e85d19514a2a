import type { ImageSet } from '../../documents/result.js';
import { describeSet } from '../text/describe-set.js';
import { formatCount } from '../text/numbers.js';
import { html, type Markup } from './markup.js';

/** A set of pictures for a list of facts: where it was, what it holds, its digest, what was changed or left out. */
export function setFacts(title: string, set: ImageSet): readonly [name: string, content: Markup] {
  const changes = Object.entries(set.changed).map(([kind, count]) => `${formatCount(count)} ${kind}`);
  const skipped = set.skipped.map(({ id, reason }) => html`<li>${id} ${reason}</li>`);
  return [
    title,
    html`${set.source}: ${describeSet(set)}${changes.length > 0 && ` (${changes.join(', ')})`}
<br><code>SHA-256 ${set.digest}</code>${skipped.length > 0 && html`<details><summary>Pictures left out</summary><ul>${skipped}</ul></details>`}`,
  ];
}

/** "metrics is fid, seed 2020". */
export function listSettings(settings: Readonly<Record<string, unknown>>): string {
  const write = (value: unknown) => (Array.isArray(value) ? value.join(' ') : String(value));
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${write(value)}`)
    .join(', ');
}

/** "ganeval 0.1.0, sharp 0.35.5". */
export function listVersions(createdWith: Readonly<Record<string, string>>): string {
  return listSettings(createdWith);
}
