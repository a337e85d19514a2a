import type { ContainerFile, FilePart, PicturePlace } from '../workers/picture-place.js';

/** Where the bytes of a row are. */
const HERE = { unknown: 0, inFile: 1, unpacked: 2, absent: 3 } as const;

/** The files that a row's bytes may be in. */
interface RowHolders {
  /** The table's. */
  readonly file: string;
  /** That of what was unpacked, if anything was. */
  readonly unpacked?: ContainerFile;
  /** Why a row may have no bytes, as half a sentence. */
  readonly reason: string;
}

/** Where the bytes of many rows are: 13 bytes a row. */
export class RowPlaces {
  readonly #offsets: Float64Array;
  readonly #bytes: Uint32Array;
  readonly #where: Uint8Array;

  constructor(rows: number) {
    this.#offsets = new Float64Array(rows);
    this.#bytes = new Uint32Array(rows);
    this.#where = new Uint8Array(rows);
  }

  setInFile(row: number, offset: number, bytes: number): void {
    this.#set(row, HERE.inFile, offset, bytes);
  }

  setUnpacked(row: number, offset: number, bytes: number): void {
    this.#set(row, HERE.unpacked, offset, bytes);
  }

  setAbsent(row: number): void {
    this.#where[row] = HERE.absent;
  }

  /** Where a row is. */
  at(row: number, { file, unpacked, reason }: RowHolders): PicturePlace {
    const where = this.#where[row];
    if (where === HERE.absent || where === HERE.unknown) return { kind: 'absent', file, offset: 0, reason };
    const part = { offset: this.#offsets[row], bytes: this.#bytes[row] };
    const holder = where === HERE.inFile ? file : (unpacked as ContainerFile);
    return { kind: 'file', file: holder, ...part } satisfies FilePart;
  }

  #set(row: number, where: number, offset: number, bytes: number): void {
    this.#where[row] = where;
    this.#offsets[row] = offset;
    this.#bytes[row] = bytes;
  }
}
