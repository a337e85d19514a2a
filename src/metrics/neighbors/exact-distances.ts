import { distanceModule } from './distance-module.js';
import { exactSquaredDistance } from './exact-distance.js';

const PAGE_BYTES = 65_536;

/** What `distanceModule` exports. */
interface DistanceExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  squaredDistance(x: number, y: number, foursEnd: number, end: number): number;
}

/** The parts that are used of what Node has; its types leave it out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: DistanceExports };
};

/** Gives the numbers of `exactSquaredDistance`, fast where many are asked for one row of x after the other. */
export class ExactDistances {
  /** Absent where there is no WebAssembly. */
  readonly #module: DistanceExports | undefined;
  /** The two rows that are compared. */
  readonly #x: Float32Array = new Float32Array();
  readonly #y: Float32Array = new Float32Array();
  #held: { readonly x: Float32Array; readonly i: number } | undefined;

  /** @param width of the rows */
  constructor(readonly width: number) {
    this.#module = startModule(Math.ceil((2 * width * Float32Array.BYTES_PER_ELEMENT) / PAGE_BYTES));
    if (!this.#module) return;
    const { buffer } = this.#module.memory;
    this.#x = new Float32Array(buffer, 0, width);
    this.#y = new Float32Array(buffer, this.#x.byteLength, width);
  }

  /** Whether vector instructions are used. */
  get isFast(): boolean {
    return this.#module !== undefined;
  }

  /** Squared distance of row i of x and row j of y. The numbers in x must not change between calls. */
  squared(x: Float32Array, y: Float32Array, i: number, j: number): number {
    const { width } = this;
    if (!this.#module) return exactSquaredDistance({ x, y, width }, i, j);
    if (this.#held?.i !== i || this.#held.x !== x) {
      this.#x.set(x.subarray(i * width, (i + 1) * width));
      this.#held = { x, i };
    }
    this.#y.set(y.subarray(j * width, (j + 1) * width));
    const end = this.#x.byteLength;
    return this.#module.squaredDistance(0, end, end - (end % 16), end);
  }
}

/** Undefined where there is no WebAssembly (`node --jitless`), or no memory for it. */
function startModule(pages: number): DistanceExports | undefined {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(distanceModule(pages))).exports;
  } catch {
    return undefined;
  }
}
