import type { GridPicture } from '../../../documents/training.js';
import { pickEvenly } from '../../charts/thin-points.js';
import { html, type Markup } from '../../page/markup.js';
import { makeSection } from '../../page/section.js';
import { makeZoom } from '../../page/zoom.js';
import { formatCount } from '../../text/numbers.js';

/** Grids beside the last. */
const MAX_EARLIER = 6;
/** Of all grids together: a page of many megabytes opens slowly. */
const MAX_BYTES = 12e6;
/** Side of pictures that are enlarged in squares, so that their pixels can be seen. */
const MAX_PIXELATED = 64;

/** Samples of the same latents after more and more steps: the first, some between, and the last in full. */
export function sampleGrids(grids: readonly GridPicture[], size: number): Markup | undefined {
  const last = grids[grids.length - 1];
  if (!last) return undefined;
  const earlier = earlierGrids(grids);
  const others = html`<h3>Earlier</h3><ul class="grids">${earlier.map(
    (grid) => html`<li class="box">${image(grid, size)}after step ${formatCount(grid.step)}</li>\n`,
  )}</ul>`;
  return makeSection(
    'samples',
    'Samples',
    html`<p class="soft">All grids are of the same latents, none chosen for its looks: ${last.layout}.</p>
<figure class="last-grid">${image(last, size)}<figcaption>After step ${formatCount(last.step)}</figcaption></figure>
${earlier.length > 0 && others}`,
  );
}

/** As many as fit beside the last one. */
function earlierGrids(grids: readonly GridPicture[]): GridPicture[] {
  const before = grids.slice(0, -1);
  const bytes = (some: readonly GridPicture[]) => some.reduce((sum, { png }) => sum + png.length, 0);
  const room = MAX_BYTES - bytes(grids.slice(-1));
  for (let count = MAX_EARLIER; count >= 2; count--) {
    const picked = pickEvenly(before, count);
    if (bytes(picked) <= room) return picked;
  }
  return before.slice(0, 1).filter((first) => bytes([first]) <= room);
}

function image({ step, png, width, height, layout }: GridPicture, size: number): Markup {
  const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  const pixels = size <= MAX_PIXELATED && html` class="pixels"`;
  const content = html`<img${pixels} src="${source}" width="${width}" height="${height}" alt="Samples after step ${formatCount(step)}, ${layout}">`;
  return makeZoom(`grid-${step}`, content);
}
