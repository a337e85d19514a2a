import { paethModule } from './paeth-module.js';

const PAGE_BYTES = 65_536;
/** Bytes for the filtered rows, and as many for the rows that come of them. */
const AREA_BYTES = 2 * PAGE_BYTES;

/** What `paethModule` exports; numbers are bytes. */
interface PaethFunctions {
  readonly memory: { readonly buffer: ArrayBuffer };
  undoPaeth(from: number, above: number, to: number, end: number): void;
}

/** The parts that are used of what Node has; its types leave it out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: PaethFunctions };
};

/** A row of `rows` from `from` on, which becomes the one of `out` from `to` on. */
export interface RgbRow {
  readonly rows: Uint8Array;
  readonly from: number;
  readonly out: Uint8Array;
  readonly to: number;
  readonly stride: number;
}

/** Memory for some rows of a picture, in which vector instructions of WebAssembly undo Paeth's filter. */
export class PaethMemory {
  static #ofThread: PaethMemory | undefined | null = null;

  /** The one of this thread; undefined where there is no WebAssembly (`node --jitless`), or no memory for it. */
  static ofThread(): PaethMemory | undefined {
    if (PaethMemory.#ofThread === null) PaethMemory.#ofThread = start();
    return PaethMemory.#ofThread;
  }

  readonly #bytes: Uint8Array;

  constructor(private readonly functions: PaethFunctions) {
    this.#bytes = new Uint8Array(functions.memory.buffer);
  }

  /** How many rows of so many bytes it holds beside the one above them; 0 for longer ones. */
  rowsOf(stride: number): number {
    return Math.max(0, Math.floor((AREA_BYTES - 1) / (stride + 1)) - 1);
  }

  /** Takes filtered rows, as many as it holds but for the last ones of a picture; those that were taken before come above. @returns the first, with its filter */
  begin(rows: Uint8Array, stride: number): RgbRow {
    this.#bytes.set(rows);
    const last = AREA_BYTES + this.rowsOf(stride) * stride;
    this.#bytes.copyWithin(AREA_BYTES, last, last + stride);
    return { rows: this.#bytes, from: 0, out: this.#bytes, to: AREA_BYTES + stride, stride };
  }

  /** Undoes the filter of a row that has one above it. */
  undoPaeth({ from, to, stride }: RgbRow): void {
    this.functions.undoPaeth(from, to - stride, to, to + stride);
  }

  /** The rows without their filters; valid until the next are taken. */
  finish(count: number, stride: number): Uint8Array {
    const start = AREA_BYTES + stride;
    return this.#bytes.subarray(start, start + count * stride);
  }
}

function start(): PaethMemory | undefined {
  try {
    const module = new WebAssembly.Module(paethModule((2 * AREA_BYTES) / PAGE_BYTES));
    return new PaethMemory(new WebAssembly.Instance(module).exports);
  } catch {
    return undefined;
  }
}
