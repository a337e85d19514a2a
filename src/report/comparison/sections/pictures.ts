import type { Comparison } from '../../../documents/comparison.js';
import type { ComparisonIllustrations, PictureGroup, SetPictures } from '../../../documents/illustrations.js';
import { html, type Markup } from '../../page/markup.js';
import { makePictureList } from '../../page/pictures.js';
import { makeSection, type PageSection } from '../../page/section.js';
import { formatCount } from '../../text/numbers.js';
import { shortNames } from '../summary.js';

/** A contact sheet of each result, or why it has none. */
export function comparedPictures(
  { sets }: ComparisonIllustrations,
  comparison: Comparison,
): PageSection | undefined {
  if (sets.length === 0) return undefined;
  const names = shortNames(comparison);
  const sheets = sets.map((set, i) => sheet(names[i], set, i));
  const some = sets.some((set) => 'groups' in set);
  return makeSection(
    'pictures',
    'Pictures',
    html`${some && html`<p class="soft">Drawn by one seed, not chosen for their looks. Sets whose pictures have the same names show those of the same names.${describeChoice(sets, comparison)}</p>`}
<div class="sheets few">${sheets}</div>`,
  );
}

/** Which classes are shown, where not all are. */
function describeChoice(sets: readonly SetPictures[], { results }: Comparison): string {
  const classes = new Set(results.flatMap(({ samples }) => samples.classes ?? []).map(({ name }) => name));
  const shown = new Set(
    sets.flatMap((set) => ('groups' in set ? set.groups : [])).flatMap((one) => one.class ?? []),
  );
  if (shown.size === 0 || shown.size >= classes.size) return '';
  return ` Of ${formatCount(classes.size)} classes, these are the ${shown.size} whose numbers differ most surely.`;
}

function sheet(name: string, set: SetPictures, i: number): Markup {
  const content =
    'missing' in set
      ? html`<p class="soft">No pictures: ${set.missing}</p>`
      : html`${set.groups.map((group, j) => groupOf(group, `set-${i}-${j}`))}`;
  return html`<div class="box"><h3>${name}</h3>${content}</div>
`;
}

function groupOf({ class: name, pictures }: PictureGroup, id: string): Markup {
  return html`${name !== undefined && html`<h4>${name}</h4>`}${makePictureList(pictures, { role: 'sample', id })}`;
}
