import { logger, Error as onlyErrors, parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { escapeText } from '../../escape/markup-text.js';
import { html, Markup } from '../page/markup.js';
import { makeZoom } from '../page/zoom.js';
import { CHART_CONFIG } from './theme.js';

// A specification may hold names from outside only as data. Vega makes code of expressions, and Vega-Lite makes
// expressions of lists to sort by, tooltips and conditions: none of those may hold a name.

interface ChartParts {
  readonly spec: TopLevelSpec;
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What the chart shows, for a person who can't see it. */
  readonly description: string;
}

/**
 * Draws a chart as SVG for the inside of a page: colors from the page's variables, one picture for a screen reader, a link
 * that enlarges it.
 */
export async function drawChart({ spec, id, title, description }: ChartParts): Promise<Markup> {
  const quiet = logger(onlyErrors);
  const compiled = compile({ ...spec, config: CHART_CONFIG }, { logger: quiet as never });
  const view = new View(parse(compiled.spec), { renderer: 'none', logger: quiet });
  try {
    const [, viewBox, drawing] =
      /^<svg[^>]*? viewBox="([\d. -]+)"[^>]*>(.*)<\/svg>$/s.exec(await view.toSVG()) ?? [];
    if (drawing === undefined) throw new Error('Vega did not draw an SVG');
    const content = html`<svg class="chart" role="img" aria-labelledby="${id}-title ${id}-description" viewBox="${viewBox}">
<title id="${id}-title">${title}</title><desc id="${id}-description">${description}</desc>${new Markup(tidy(drawing))}</svg>`;
    return makeZoom(id, content);
  } finally {
    view.finalize();
  }
}

/**
 * Removes what is neither visible nor needed, and turns labels of marks into tooltips. Texts hold no `<` or `>`, since
 * Vega writes those as entities, so whatever stands between the two is a tag.
 */
function tidy(drawing: string): string {
  return drawing
    .replace(/<[^<>]*>/g, (tag) => {
      if (/^<path[^>]* d="(?:|M0[.5]*,0[.5]*h0v0h0Z)"/.test(tag)) return '';
      const [, label] = / aria-label="([^"]*)"/.exec(tag) ?? [];
      const bare = tag.replace(
        / (?:aria-[a-z]+|role|class|pointer-events|opacity)="(?:[^"]*)"/g,
        (attribute) => (attribute.startsWith(' opacity') && attribute !== ' opacity="1"' ? attribute : ''),
      );
      if (label === undefined || !bare.startsWith('<path') || !bare.endsWith('/>')) return bare;
      return `${bare.slice(0, -2)}><title>${escapeText(decode(label))}</title></path>`;
    })
    .replace(/<g><\/g>/g, '');
}

function decode(text: string): string {
  const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return text.replace(/&(amp|lt|gt|quot);/g, (_, name) => characters[name]);
}
