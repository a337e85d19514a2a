import { html, type Markup } from '../../page/markup.js';
import { makeSection } from '../../page/section.js';
import { makeZoom } from '../../page/zoom.js';
import type { WatchRecord } from '../watch-record.js';
import { describePlace } from '../words.js';

/** Side of pictures that are enlarged in squares, so that their pixels can be seen. */
const MAX_PIXELATED = 64;

/** A contact sheet of a set, in a file beside the page. */
export interface SheetFile {
  /** Of the set, counted from 1 in the order of the log. */
  readonly number: number;
  readonly step: number | null;
  readonly set: string;
  /** Relative to the page. */
  readonly file: string;
}

/** A contact sheet that stands in the page itself. */
export interface SheetPicture extends SheetFile {
  /** WebP. */
  readonly bytes: Uint8Array;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

/** The contact sheets of a watch. */
export interface WatchSheets {
  /** In the order of the log. */
  readonly files: readonly SheetFile[];
  /** Some of them, so that a page without its folder shows them: the last at least, where there are any. */
  readonly inPage: readonly SheetPicture[];
  /** What rows and columns are: "a class in each row". */
  readonly layout: string;
  /** Longer side of a picture, in pixels. */
  readonly side: number;
}

/** The sheet of the last set, a slider that goes back to those before it, and a few that stand in the page. */
export function sampleSection(record: WatchRecord, sheets: WatchSheets | undefined): Markup | undefined {
  const last = sheets?.inPage.at(-1);
  if (!sheets || !last) return undefined;
  const files = inOrder(record, sheets.files);
  const latest = files.find(({ number }) => number === last.number) ?? last;
  const earlier = inOrder(record, sheets.inPage.slice(0, -1));
  const items = files.map(
    (each) =>
      html`<li data-file="${each.file}"${each.number === latest.number && html` data-latest`}>${describeSheet(each)}</li>\n`,
  );
  const strip = html`<h3>Earlier</h3><ul class="grids strip">${earlier.map(
    (each) => html`<li class="box">${sheetPicture(each, sheets.side)}${describeSheet(each)}</li>\n`,
  )}</ul>`;
  return makeSection(
    'samples',
    'Samples',
    html`<p class="soft">The first pictures of each set, none chosen for its looks: ${sheets.layout}. Sets from the same latents show the same picture at the same place.</p>
<figure class="last-grid">${makeZoom('sheet-zoom', sheetImage(last, sheets.side, html` id="sheet" data-mine`))}
<p class="slide"><label for="sheet-slider">Set</label> <input type="range" id="sheet-slider" min="0" max="${Math.max(0, files.length - 1)}" value="${Math.max(0, files.length - 1)}" step="1" hidden data-mine></p>
<figcaption id="sheet-told" aria-live="polite" data-mine>${describeSheet(last)}</figcaption></figure>
<ol id="sheet-list" hidden>${items}</ol>
${earlier.length > 0 && strip}`,
  );
}

function inOrder<T extends SheetFile>(record: WatchRecord, sheets: readonly T[]): T[] {
  return [...sheets].sort((a, b) => record.placeOf(a) - record.placeOf(b) || a.number - b.number);
}

function describeSheet(sheet: SheetFile): string {
  return `${sheet.set}, ${describePlace(sheet)}`;
}

function sheetPicture(sheet: SheetPicture, side: number): Markup {
  return makeZoom(`sheet-${sheet.number}`, sheetImage(sheet, side, html` data-file="${sheet.file}"`));
}

function sheetImage(sheet: SheetPicture, side: number, more: Markup): Markup {
  const source = `data:image/webp;base64,${Buffer.from(sheet.bytes).toString('base64')}`;
  const pixels = side <= MAX_PIXELATED && html` class="pixels"`;
  return html`<img${pixels} src="${source}" width="${sheet.width}" height="${sheet.height}" alt="Samples of ${describeSheet(sheet)}"${more}>`;
}
