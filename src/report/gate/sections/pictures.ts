import type { FailedPictures, GateIllustrations } from '../../../documents/illustrations.js';
import type { GateVerdict } from '../../../documents/verdict.js';
import { html, type Markup } from '../../page/markup.js';
import { makePictureList } from '../../page/pictures.js';
import { makeSection, type PageSection } from '../../page/section.js';
import { ARROWS } from '../../text/describe-number.js';
import { plural } from '../../text/numbers.js';
import { describeRow } from '../summary.js';

/** Pictures of what failed beside the reference's; nothing where nothing did. */
export function failedPictures(
  verdict: GateVerdict,
  { failed, more, missing }: GateIllustrations,
): PageSection | undefined {
  if (failed.length === 0 && missing.length === 0) return undefined;
  const explained =
    failed.length > 0 &&
    html`<p class="soft">Drawn by the seed, not chosen for their looks. A red frame marks a picture that the network took for another class, which stands under it.</p>`;
  const others =
    more > 0 &&
    html`<p class="soft">${plural(more, 'more class', 'more classes')} failed; the table names them.</p>`;
  return makeSection(
    'pictures',
    'Pictures of what failed',
    html`${explained}${missing.map((sentence) => html`<p>${sentence}</p>`)}
${failed.map((each, i) => failedClass(verdict, each, i))}${others}`,
  );
}

function failedClass(
  verdict: GateVerdict,
  { class: name, samples, reference }: FailedPictures,
  i: number,
): Markup {
  return html`<div class="box"><h3>${name ?? 'All classes'}</h3>
<ul class="failures">${listFailures(verdict, name)}</ul>
<div class="beside-each-other">${side('Now', samples, { role: 'sample', id: `failed-${i}` })}${side(
    'Reference',
    reference,
    { role: 'reference', id: `failed-${i}-reference` },
  )}</div></div>
`;
}

/** "MS-SSIM ↓: 0.084 in the baseline, 1.000 now" for each rule that the class failed. */
function listFailures({ rows }: GateVerdict, name: string | undefined): Markup[] {
  return rows
    .filter((row) => row.status === 'fail' && row.class === name)
    .map((row) => {
      const { baseline, now } = describeRow(row);
      const where = row.resolution === undefined ? '' : ` at ${row.resolution}×${row.resolution}`;
      return html`<li><span class="bad">${row.title}${where} ${ARROWS[row.direction]}</span> ${now || 'none'} now${baseline !== '' && `, ${baseline} in the baseline`}</li>`;
    });
}

function side(
  heading: string,
  pictures: FailedPictures['samples'],
  role: Parameters<typeof makePictureList>[1],
): Markup | undefined {
  if (pictures.length === 0) return undefined;
  return html`<div><h4>${heading}</h4>${makePictureList(pictures, role)}</div>`;
}
