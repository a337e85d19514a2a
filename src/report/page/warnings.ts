import { html, type Markup } from './markup.js';
import { makeSection } from './section.js';

/** Sentences to take note of, each in a box. */
export function warningList(sentences: readonly string[]): Markup {
  return html`<ul class="warnings">${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>`;
}

/** The warnings of a document; nothing if there are none. */
export function warningSection(warnings: readonly string[]): Markup | undefined {
  return warnings.length === 0 ? undefined : makeSection('warnings', 'Warnings', warningList(warnings));
}
