import type { WatchLine } from '../../../src/documents/watch.js';
import { makeContactSheet } from '../../../src/images/contact-sheet.js';
import { toWatchHtml } from '../../../src/report/watch/html.js';
import type { WatchSheets } from '../../../src/report/watch/sections/samples.js';
import { WatchRecord } from '../../../src/report/watch/watch-record.js';
import { makeCollapse, makeFailed, makeLine } from './watch-fixture.js';

type Name = (text: string) => string;
const plain: Name = (text) => text;

/** Five sets of which the second can't be read; at the fourth a class was seen to have collapsed. */
export function makeLines(name: Name = plain): WatchLine[] {
  return [
    makeLine({ number: 1, name }),
    makeFailed({ number: 2, name }),
    makeLine({ number: 3, name }),
    makeLine({ number: 4, name, events: [makeCollapse(name)] }),
    makeLine({ number: 5, name }),
  ];
}

export function recordOf(lines: readonly WatchLine[]): WatchRecord {
  const record = new WatchRecord();
  for (const line of lines) record.take(line);
  return record;
}

/** Sheets of the sets with these numbers, of which the first and the last stand in the page. */
export async function makeSheets(numbers: readonly number[], name: Name = plain): Promise<WatchSheets> {
  const files = numbers.map((number) => ({
    number,
    step: number * 1000,
    set: name(`step_00${number}000.npz`),
    file: `sheets/${String(number).padStart(6, '0')}-abababab.webp`,
  }));
  const inPage = await Promise.all(
    [files[0], files[files.length - 1]].map(async (each) => ({ ...each, ...(await makeSheet(each.number)) })),
  );
  return { files, inPage, layout: name('a class in each row'), side: 4 };
}

/** Of gray pictures, the brighter the larger its number. */
export function makeSheet(number: number) {
  const picture = { width: 4, height: 4, pixels: new Uint8Array(48).fill(number * 40) };
  return makeContactSheet([picture, undefined, picture], 8);
}

export async function makeWatchPage(name: Name = plain): Promise<string> {
  return toWatchHtml({
    folder: name('samples'),
    record: recordOf(makeLines(name)),
    sheets: await makeSheets([1, 3, 4, 5], name),
  });
}
