import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Thumbnail } from '../../core/thumbnail.js';
import { readSheetSize } from '../../images/contact-sheet.js';
import { guardStorage } from '../../storage/guard-storage.js';
import { makeFolder } from '../../storage/make-folder.js';
import { readWhole } from '../../storage/read-whole.js';
import { writeWhole } from '../../storage/write-whole.js';

const NAME = /^\d{6,}-[0-9a-f]{8}\.webp$/;
/** Far more than a sheet has. */
const MAX_BYTES = 2 ** 24;

/** The folder with the contact sheets of a watch. */
export class SheetFolder {
  readonly #there = new Set<string>();
  readonly #read = new Map<string, Thumbnail>();
  #isListed = false;

  constructor(private readonly path: string) {}

  /**
   * Looks what is there from earlier runs.
   *
   * @throws {StorageError} if the folder can't be made
   */
  async open(): Promise<void> {
    if (this.#isListed) return;
    await guardStorage(this.path, () => makeFolder(this.path));
    for (const name of await readdir(this.path)) if (NAME.test(name)) this.#there.add(name);
    this.#isListed = true;
  }

  has(name: string): boolean {
    return this.#there.has(name);
  }

  /** @throws {StorageError} if there is no room */
  async add(name: string, sheet: Thumbnail): Promise<void> {
    await writeWhole(join(this.path, name), sheet.bytes);
    this.#there.add(name);
    this.#read.set(name, sheet);
  }

  /** Removes all others. */
  async keepOnly(names: ReadonlySet<string>): Promise<void> {
    for (const name of this.#there) {
      if (names.has(name)) continue;
      await rm(join(this.path, name), { force: true });
      this.#there.delete(name);
    }
  }

  /** Sheets by name, held from one call to the next; what can't be read is left out. */
  async read(names: readonly string[]): Promise<Map<string, Thumbnail>> {
    for (const name of this.#read.keys()) if (!names.includes(name)) this.#read.delete(name);
    for (const name of names) {
      if (this.#read.has(name)) continue;
      const bytes = await readWhole(join(this.path, name), MAX_BYTES).catch(() => undefined);
      const size = bytes && (await readSheetSize(bytes));
      if (bytes && size) this.#read.set(name, { bytes, ...size });
    }
    return this.#read;
  }
}
