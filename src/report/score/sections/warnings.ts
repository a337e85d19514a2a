import type { EvaluationResult } from '../../../documents/result.js';
import { html, type Markup } from '../../page/markup.js';
import { warningList } from '../../page/warnings.js';
import { plural } from '../../text/numbers.js';
import { groupWarnings } from '../warnings.js';

/** The warnings, closed, in groups; nothing where there are none. */
export function warningGroups(result: EvaluationResult): Markup | undefined {
  const groups = groupWarnings(result);
  if (groups.length === 0) return undefined;
  const count = groups.reduce((sum, { sentences }) => sum + sentences.length, 0);
  const about = groups.map(({ heading }) => heading).join(', ');
  const lists = groups.map(
    ({ heading, sentences }) => html`<p class="soft">${heading}</p>${warningList(sentences)}`,
  );
  return html`<section aria-label="Warnings"><details class="notice"><summary>${plural(count, 'warning')}: ${about}</summary>${lists}</details></section>`;
}
