import { basename, join, resolve } from 'node:path';
import { waitForIdleTime } from '../../core/idle-time.js';
import type { WatchLine } from '../../documents/watch.js';
import { sideInSheet } from '../../images/contact-sheet.js';
import { pickEvenly } from '../../report/charts/thin-points.js';
import { EvenlyKept } from '../../report/watch/evenly-kept.js';
import { toWatchHtml } from '../../report/watch/html.js';
import type { SheetFile, SheetPicture, WatchSheets } from '../../report/watch/sections/samples.js';
import { WatchRecord } from '../../report/watch/watch-record.js';
import { writeWhole } from '../../storage/write-whole.js';
import type { LineFollower } from '../line-follower.js';
import { SHEETS_FOLDER } from '../state-folder.js';
import { describeLayout, SHEET_COLUMNS } from './choose-pictures.js';
import { SheetFolder } from './sheet-folder.js';
import type { SheetMaker } from './sheet-maker.js';

const NAME = 'report.html';
/** Beside that of the last set. */
const MAX_SHEETS = 256;
const MAX_IN_PAGE = 5;
/** Of those in the page. */
const MAX_BYTES_IN_PAGE = 400_000;

interface PageFollowerParts {
  /** The watched folder. */
  readonly folder: string;
  /** Where the page is written. */
  readonly state: string;
  readonly maker: Pick<SheetMaker, 'make'>;
  /** Told where the page is. */
  readonly onNote?: (note: string) => void;
}

/** Keeps `report.html` of a watch, and the sheets beside it: of each set first, of ever fewer earlier ones as sets become many. */
export class PageFollower implements LineFollower {
  readonly name = NAME;
  readonly #record = new WatchRecord();
  readonly #kept = new EvenlyKept<SheetFile>(MAX_SHEETS);
  readonly #sheets: SheetFolder;
  /** Sets whose pictures are gone. */
  readonly #without = new Set<string>();
  #isTold = false;

  constructor(private readonly parts: PageFollowerParts) {
    this.#sheets = new SheetFolder(join(parts.state, SHEETS_FOLDER));
  }

  take(line: WatchLine): void {
    this.#record.take(line);
    if (line.status !== 'scored' || !line.samples) return;
    const number = this.#record.counts.sets;
    const file = `${SHEETS_FOLDER}/${String(number).padStart(6, '0')}-${line.samples.digest.slice(0, 8)}.webp`;
    this.#kept.add({ number, step: line.step, set: line.set, file });
  }

  async update(): Promise<void> {
    if (this.#record.counts.sets === 0) return;
    const { folder, state, onNote } = this.parts;
    const sheets = await this.#updateSheets();
    const path = join(state, NAME);
    await waitForIdleTime();
    const page = toWatchHtml({
      folder: basename(resolve(folder)),
      record: this.#record,
      ...(sheets && { sheets }),
    });
    await writeWhole(path, page);
    if (this.#isTold) return;
    this.#isTold = true;
    onNote?.(`The page of this watch is ${path}; open it in a browser, and it renews itself.`);
  }

  async #updateSheets(): Promise<WatchSheets | undefined> {
    await this.#sheets.open();
    for (const sheet of this.#kept.values) await this.#makeMissing(sheet);
    const files = this.#kept.values.filter(({ file }) => this.#sheets.has(nameOf(file)));
    await this.#sheets.keepOnly(new Set(files.map(({ file }) => nameOf(file))));
    const inPage = await this.#readSome(files);
    const last = inPage.at(-1);
    if (!last) return undefined;
    const classes = this.#record.lastScored?.samples?.classes;
    return {
      files,
      inPage,
      layout: describeLayout(classes?.map(({ name }) => name)),
      side: sideInSheet(last.width, SHEET_COLUMNS),
    };
  }

  async #makeMissing({ file, set }: SheetFile): Promise<void> {
    const name = nameOf(file);
    if (this.#sheets.has(name) || this.#without.has(name)) return;
    const sheet = await this.parts.maker.make(set);
    if (sheet) await this.#sheets.add(name, sheet);
    else this.#without.add(name);
  }

  /** The last, the first and some between, as many as have room. */
  async #readSome(files: readonly SheetFile[]): Promise<SheetPicture[]> {
    const some = pickEvenly(files, MAX_IN_PAGE);
    const read = await this.#sheets.read(some.map(({ file }) => nameOf(file)));
    const pictures = some.flatMap((each) => {
      const sheet = read.get(nameOf(each.file));
      return sheet ? [{ ...each, ...sheet }] : [];
    });
    const bytes = (list: readonly SheetPicture[]) => list.reduce((sum, each) => sum + each.bytes.length, 0);
    while (pictures.length > 1 && bytes(pictures) > MAX_BYTES_IN_PAGE) pictures.splice(-2, 1);
    return pictures;
  }
}

const nameOf = (file: string) => file.slice(SHEETS_FOLDER.length + 1);
