import { html, Markup } from './markup.js';

/** A section of a page; the page's contents lead to it. */
export class PageSection extends Markup {
  /**
   * @param id unique in the page
   * @param heading what the contents call it
   * @param text the whole section as HTML
   */
  constructor(
    readonly id: string,
    readonly heading: string,
    text: string,
  ) {
    super(text);
  }
}

/** A section of a page with its heading; `id` is unique in the page. */
export function makeSection(id: string, heading: string, content: Markup | readonly Markup[]): PageSection {
  const { text } =
    html`<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>\n${content}</section>`;
  return new PageSection(id, heading, text);
}

/** A section of charts; nothing if there are none. */
export function makeChartSection(
  id: string,
  heading: string,
  figures: readonly Markup[],
): PageSection | undefined {
  return figures.length === 0
    ? undefined
    : makeSection(id, heading, html`<div class="charts">${figures}</div>`);
}

/** A list of names with what belongs to each. */
export function makeFacts(facts: readonly (readonly [name: string, content: Markup | string])[]): Markup {
  return html`<dl class="facts">${facts.map(([name, content]) => html`<dt>${name}</dt><dd>${content}</dd>\n`)}</dl>`;
}
