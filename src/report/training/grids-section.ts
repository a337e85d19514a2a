import type { GridPicture } from '../../documents/training.js';
import { pickEvenly } from '../charts/thin-points.js';
import { html, type Markup } from '../page/markup.js';
import { formatCount } from '../text/numbers.js';

/** Grids beside the last, and bytes of all of them together: a page of many megabytes opens slowly. */
const MOST_EARLIER = 6;
const MOST_BYTES = 12e6;
/** Pictures up to this side are enlarged in squares, so that their pixels can be seen. */
const PIXELATED = 64;

/** Samples of the same latents after more and more steps: the first, some between, and the last in full. */
export function sampleGrids(grids: readonly GridPicture[], size: number): Markup | undefined {
  const last = grids[grids.length - 1];
  if (!last) return undefined;
  const earlier = earlierGrids(grids);
  const others = html`<h3>On the way there</h3><ul class="grids">${earlier.map(
    (grid) => html`<li class="box">${image(grid, size)}after step ${formatCount(grid.step)}</li>\n`,
  )}</ul>`;
  return html`<section aria-labelledby="samples"><h2 id="samples">Samples</h2>
<p class="soft">All grids are of the same latents, none chosen for its looks: ${last.layout}.</p>
<figure class="last-grid">${image(last, size)}<figcaption>After step ${formatCount(last.step)}</figcaption></figure>
${earlier.length > 0 && others}</section>`;
}

/** As many as fit beside the last one. */
function earlierGrids(grids: readonly GridPicture[]): GridPicture[] {
  const before = grids.slice(0, -1);
  const bytes = (some: readonly GridPicture[]) => some.reduce((sum, { png }) => sum + png.length, 0);
  const room = MOST_BYTES - bytes(grids.slice(-1));
  for (let count = MOST_EARLIER; count >= 2; count--) {
    const picked = pickEvenly(before, count);
    if (bytes(picked) <= room) return picked;
  }
  return before.slice(0, 1).filter((first) => bytes([first]) <= room);
}

function image({ step, png, width, height, layout }: GridPicture, size: number): Markup {
  const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  const pixels = size <= PIXELATED && html` class="pixels"`;
  return html`<img${pixels} src="${source}" width="${width}" height="${height}" alt="Samples after step ${formatCount(step)}, ${layout}">`;
}
