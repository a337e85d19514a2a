import type { EvaluationResult } from '../../../documents/result.js';
import { html, type Markup } from '../../page/markup.js';
import { describeFindings } from '../copies.js';

/** Copies among the samples and of the reference; nothing for a result of before they were looked for. */
export function findingsSection(result: EvaluationResult): Markup | undefined {
  const found = describeFindings(result);
  if (found.length === 0) return undefined;
  const items = found.map(({ text, bad }) =>
    bad ? html`<li><strong class="bad">${text}</strong></li>` : html`<li>${text}</li>`,
  );
  return html`<section aria-labelledby="findings"><h2 id="findings">Copies</h2><ul>${items}</ul></section>`;
}
