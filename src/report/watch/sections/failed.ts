import { html, type Markup } from '../../page/markup.js';
import { makeSection } from '../../page/section.js';
import { formatCount } from '../../text/numbers.js';
import type { WatchRecord } from '../watch-record.js';

/** Sets that have no numbers, the latest first, each with its reason. */
export function failedSection({ failed, counts }: WatchRecord): Markup {
  if (failed.length === 0) return makeSection('failed', 'Sets that failed', html`<p class="soft">None.</p>`);
  const more = counts.failed - failed.length;
  return makeSection(
    'failed',
    'Sets that failed',
    html`<ul class="failures">${[...failed].reverse().map(({ set, reason }) => html`<li><strong>${set}</strong> ${reason}</li>\n`)}</ul>${more > 0 && html`<p class="soft">${formatCount(more)} earlier ones are in watch.jsonl.</p>`}`,
  );
}
