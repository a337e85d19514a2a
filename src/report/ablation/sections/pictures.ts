import type { AblationIllustrations, ReducedPicture } from '../../../documents/illustrations.js';
import { html, type Markup } from '../../page/markup.js';
import { makePicture } from '../../page/pictures.js';
import { makeSection, type PageSection } from '../../page/section.js';
import { type NamedSet, pixels } from '../summary.js';

/** Some pictures of each set at each resolution, as the paper's figure shows them; nothing where there are none. */
export function reducedPictures(
  { sets }: AblationIllustrations,
  named: readonly NamedSet[],
): PageSection | undefined {
  const sheets = sets.flatMap((pictures, i) => (pictures.length === 0 ? [] : [sheet(named[i], pictures, i)]));
  if (sheets.length === 0) return undefined;
  return makeSection(
    'pictures',
    'The same pictures at each resolution',
    html`<p class="soft">Drawn by the seed, not chosen for their looks. Each was reduced to the resolution that stands under it and enlarged back to its own size, as before the network.</p>
${sheets}`,
  );
}

function sheet({ label, set }: NamedSet, pictures: readonly ReducedPicture[], i: number): Markup {
  const rows = pictures.map(
    (picture, j) =>
      html`<li>${picture.class !== undefined && html`<h4>${picture.class}</h4>`}<ol>${picture.at.map(
        ({ resolution, picture: shown }, k) =>
          html`<li>${makePicture(shown, { role: `at ${pixels(resolution)}, sample`, id: `reduced-${i}-${j}-${k}` })}${pixels(resolution)}</li>`,
      )}</ol></li>\n`,
  );
  return html`<div class="box"><h3>${label}: ${set.images.source}</h3><ul class="reduced">${rows}</ul></div>
`;
}
