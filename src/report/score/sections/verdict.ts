import type { EvaluationResult } from '../../../documents/result.js';
import { html, type Markup } from '../../page/markup.js';

const WORDS = { bad: 'Bad', caution: 'Caution', note: 'Note', good: 'Good' } as const;

/** What the numbers mean, the most important first; nothing for a result of an earlier version. */
export function verdictList({ verdict }: EvaluationResult): Markup | undefined {
  const findings = verdict?.findings ?? [];
  if (findings.length === 0) return undefined;
  const items = findings.map(
    ({ severity, sentence }) =>
      html`<li class="is-${severity}"><span class="tone">${WORDS[severity]}</span> ${sentence}</li>\n`,
  );
  return html`<ol class="findings" aria-label="Verdict">${items}</ol>\n`;
}
