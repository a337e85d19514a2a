import type { ClassSheet, Illustrations, Neighbors } from '../../../documents/illustrations.js';
import { html, type Markup } from '../../page/markup.js';
import { makePicture, makePictureList } from '../../page/pictures.js';
import { makeSection } from '../../page/section.js';
import { formatCount, formatFixed, formatPercent, plural } from '../../text/numbers.js';

const WHY = {
  best: ['good', 'among the best by accuracy'],
  worst: ['bad', 'among the worst by accuracy'],
  alike: ['bad', 'most alike by MS-SSIM'],
  'more-alike': ['bad', 'more alike than real pictures'],
} as const;

/** Contact sheets of the classes that stand out, or of a draw of all samples. */
export function contactSheets({ sheets, draw }: Illustrations): Markup | undefined {
  if (sheets.length === 0 && draw.length === 0) return undefined;
  const drawn =
    draw.length > 0 && html`<div class="box">${makePictureList(draw, { role: 'sample', id: 'draw' })}</div>`;
  return makeSection(
    'pictures',
    'Pictures',
    html`<p class="soft">Drawn by the seed, not chosen for their looks. A red frame marks a picture that the network took for another class, which stands under it.</p>
${drawn}<div class="sheets">${sheets.map(sheet)}</div>`,
  );
}

function sheet(
  { class: name, reasons, accuracy, msssim, realMsssim, pictures, reference }: ClassSheet,
  i: number,
): Markup {
  const badges = reasons.map((reason) => {
    const [tone, words] = WHY[reason];
    return html`<span class="badge ${tone}">${words}</span> `;
  });
  const numbers = [
    ...(accuracy === undefined ? [] : [`accuracy ${formatPercent(accuracy)}`]),
    ...(msssim === undefined
      ? []
      : [
          `MS-SSIM ${formatFixed(msssim, 3)}${realMsssim === undefined ? '' : `, real pictures ${formatFixed(realMsssim, 3)}`}`,
        ]),
  ];
  return html`<div class="box"><h3>${name}</h3>
<p>${badges}</p><p class="soft">${numbers.join(', ')}</p>
${makePictureList(pictures, { role: 'sample', id: `sheet-${i}` })}${
  reference.length > 0 &&
  html`<p class="soft">Reference pictures of this class</p>${makePictureList(reference, { role: 'reference', id: `sheet-${i}-reference` })}`
}</div>
`;
}

/** Samples beside the real pictures that are nearest to them. */
export function neighborSection({ neighbors, exactCopies }: Illustrations): Markup | undefined {
  if (!neighbors) return undefined;
  const rows = neighbors.rows.map(
    ({ sample, neighbors: near }, i) =>
      html`<li class="box"><ol><li>${makePicture(sample, { role: 'sample', id: `near-${i}` })}sample</li>${near.map(
        ({ picture, distance }, j) =>
          html`<li>${makePicture(picture, { role: 'reference', id: `near-${i}-${j}` })}${formatDistance(distance)}</li>`,
      )}</ol></li>\n`,
  );
  return makeSection(
    'neighbors',
    'Nearest real pictures',
    html`${describeNeighbors(neighbors, exactCopies)}
<p class="soft">Framed: the sample. Beside it: the nearest pictures of the reference with their distances. The nearest samples come first.</p>
<ul class="near">${rows}</ul>`,
  );
}

function describeNeighbors(neighbors: Neighbors, exactCopies: number | undefined): Markup {
  const { drawn, referenceCount, medianToReference, medianWithinReference, network } = neighbors;
  const { shareBelow, shareExpected, threshold } = neighbors;
  const copies =
    exactCopies !== undefined &&
    (exactCopies === 0
      ? 'No sample is byte for byte a picture of the reference. '
      : html`<strong class="bad">${plural(exactCopies, 'sample is', 'samples are')} byte for byte ${exactCopies === 1 ? 'a picture' : 'pictures'} of the reference.</strong> `);
  const compared =
    medianWithinReference !== undefined &&
    html` Between real pictures themselves it is ${formatDistance(medianWithinReference)}.`;
  const near =
    shareBelow !== undefined &&
    shareExpected !== undefined &&
    threshold !== undefined &&
    html` ${formatPercent(shareBelow)} of the samples lie nearer than ${formatDistance(threshold)}, the distance that ${formatPercent(shareExpected)} of real pictures fall below: ${describeShare(shareBelow, shareExpected, drawn)}.`;
  return html`<p>${copies}A sample's median distance to the nearest of ${formatCount(referenceCount)} real pictures is ${formatDistance(medianToReference)} in the features of ${network}, over ${plural(drawn, 'drawn sample')}.${compared}${near} Give the training pictures as reference to look for memorized ones.</p>`;
}

/** Three standard errors of a share of `n` pictures. */
function describeShare(share: number, expected: number, n: number): string {
  const noise = 3 * Math.sqrt((expected * (1 - expected) * 2) / n);
  if (share > expected + noise)
    return 'more than chance explains, so look below for pictures that were copied';
  return share < expected - noise ? 'fewer than among real pictures' : 'no more than among real pictures';
}

const formatDistance = (distance: number) => formatFixed(distance, distance < 10 ? 2 : 1);
