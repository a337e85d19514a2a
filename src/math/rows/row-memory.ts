import { exactSquaredDistance } from './exact-distance.js';
import { rowModule } from './row-module.js';
import { subtractCenter } from './subtract-center.js';

const PAGE_BYTES = 65_536;
/** Arrays begin at multiples of this many bytes. */
const LINE_BYTES = 64;

/** What `rowModule` exports; numbers are bytes. */
interface RowFunctions {
  readonly memory: { readonly buffer: ArrayBuffer };
  squaredDistance(x: number, y: number, foursEnd: number, end: number, out: number): number;
  subtractCenter(x: number, center: number, foursEnd: number, end: number, out: number): number;
}

/** The parts that are used of what Node has; its types leave it out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: RowFunctions };
};

/** How much a memory holds. */
export interface RowMemorySize {
  /** Places for blocks of rows. */
  readonly places: number;
  /** The most rows of a block. */
  readonly rows: number;
  /** Numbers of a row. */
  readonly width: number;
}

/** Rows as they are and less a center. */
export interface PlacedRows {
  /** [n, width] */
  readonly rows: Float32Array;
  /** [n, width], the rows less the center, rounded to float32 */
  readonly centered: Float32Array;
  /** Squared lengths of the centered rows, summed in float64, [n] */
  readonly norms: Float64Array;
}

/**
 * Memory for blocks of rows that are compared. Vector instructions of WebAssembly work on it; without WebAssembly the same numbers come
 * from JavaScript. Its pages are taken from the system when rows are put there.
 */
export class RowMemory {
  readonly size: RowMemorySize;
  /** Absent where there is no WebAssembly. */
  readonly #functions: RowFunctions | undefined;
  readonly #buffer: ArrayBuffer | undefined;
  readonly #rowBytes: number;

  constructor(size: RowMemorySize) {
    this.size = size;
    this.#rowBytes = size.width * Float32Array.BYTES_PER_ELEMENT;
    this.#functions = startFunctions(Math.ceil(this.#startOf(2 * size.places) / PAGE_BYTES));
    this.#buffer = this.#functions?.memory.buffer;
  }

  /** Whether vector instructions are used. */
  get isFast(): boolean {
    return this.#functions !== undefined;
  }

  /** Copies rows to a place, over those that were there, and subtracts a center from them. */
  place(place: number, rows: Float32Array, center: Float32Array): PlacedRows {
    const count = rows.length / this.size.width;
    const norms = new Float64Array(count);
    const [functions, buffer] = [this.#functions, this.#buffer];
    if (!functions || !buffer) {
      const centered = new Float32Array(rows.length);
      for (let i = 0; i < count; i++)
        norms[i] = subtractCenter({ rows, center, centered, first: i * center.length });
      return { rows, centered, norms };
    }
    const at = (start: number, length: number) => new Float32Array(buffer, start, length);
    const placed = at(this.#startOf(2 * place), rows.length);
    const centered = at(this.#startOf(2 * place + 1), rows.length);
    at(0, center.length).set(center);
    placed.set(rows);
    for (let i = 0; i < count; i++) {
      const [x, out] = [placed, centered].map(({ byteOffset }) => byteOffset + i * this.#rowBytes);
      norms[i] = functions.subtractCenter(x, 0, this.#foursEnd(x), x + this.#rowBytes, out);
    }
    return { rows: placed, centered, norms };
  }

  /** Squared distance of row i of x and row j of y by `exactSquaredDistance`; fast for rows that were placed. */
  squaredDistance(x: Float32Array, y: Float32Array, i: number, j: number): number {
    const [functions, buffer] = [this.#functions, this.#buffer];
    if (!functions || x.buffer !== buffer || y.buffer !== buffer)
      return exactSquaredDistance({ x, y, width: this.size.width }, i, j);
    const first = x.byteOffset + i * this.#rowBytes;
    const second = y.byteOffset + j * this.#rowBytes;
    return functions.squaredDistance(first, second, this.#foursEnd(first), first + this.#rowBytes, 0);
  }

  /** Where an array begins; the center comes before all of them. */
  #startOf(index: number): number {
    const lines = (bytes: number) => Math.ceil(bytes / LINE_BYTES) * LINE_BYTES;
    return lines(this.#rowBytes) + index * lines(this.size.rows * this.#rowBytes);
  }

  #foursEnd(first: number): number {
    return first + this.#rowBytes - (this.#rowBytes % 16);
  }
}

/** Undefined where there is no WebAssembly (`node --jitless`), or no memory for it. */
function startFunctions(pages: number): RowFunctions | undefined {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(rowModule(pages))).exports;
  } catch {
    return undefined;
  }
}
