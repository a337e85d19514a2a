import { html, type Markup } from './markup.js';
import { PageSection } from './section.js';

/** Fewer sections than this need no contents. */
const MIN_SECTIONS = 3;

/** Links to the sections of a page, in a line that stays in sight; nothing for a short page. */
export function makeContents(sections: readonly (Markup | undefined)[]): Markup | undefined {
  const named = sections.filter((section) => section instanceof PageSection);
  if (named.length < MIN_SECTIONS) return undefined;
  const links = named.map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>`);
  return html`<nav class="contents" aria-label="Contents"><ol>${links}</ol></nav>\n`;
}
