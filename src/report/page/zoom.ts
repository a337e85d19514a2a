import { html, type Markup } from './markup.js';

/**
 * Makes a picture or a chart a link that enlarges it. Without script the link's target covers the page and a second link goes
 * back; with script the same opens in a dialog.
 *
 * @param id unique in the page
 * @param content with a name of its own: an image or a chart
 */
export function makeZoom(id: string, content: Markup): Markup {
  return html`<span class="zoom" id="${id}-place"><span class="stage" id="${id}-large"><a class="open" href="#${id}-large">${content}</a><a class="close" href="#${id}-place">Close</a></span></span>`;
}
