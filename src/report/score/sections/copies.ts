import type { EvaluationResult } from '../../../documents/result.js';
import { html, type Markup } from '../../page/markup.js';
import { makeSection } from '../../page/section.js';
import { describeFindings } from '../copies.js';

/** Copies among the samples and of the reference; nothing for a result without findings. */
export function findingsSection(result: EvaluationResult): Markup | undefined {
  const found = describeFindings(result);
  if (found.length === 0) return undefined;
  const items = found.map(({ text, bad }) =>
    bad ? html`<li><strong class="bad">${text}</strong></li>` : html`<li>${text}</li>`,
  );
  return makeSection('findings', 'Copies', html`<ul>${items}</ul>`);
}
