import { AntialiasColumns } from './antialias-columns.js';
import type { PlaneRow, PlaneRows } from './plane-rows.js';
import type { Wanted } from './wanted.js';
import { type Filter, WindowWeights } from './window-weights.js';

const { fround } = Math;

/** An output row that is being summed up, or an input row after its horizontal half. */
interface Held {
  readonly y: number;
  readonly values: Float32Array;
  /** Of an output row: the first input row that it takes, and the weight of each. */
  readonly from: number;
  readonly to: number;
  readonly weights: Float32Array;
}

/**
 * Resizes a plane with antialiasing, row by row: first across, then down, as ONNX Runtime does, with its numbers to the bit. Only the
 * rows that are being summed up are in memory.
 *
 * @param source plane; its rows are read once, from the first on
 * @param wanted size of the result, and which of its columns the rows have
 */
export function antialiasRows(
  source: PlaneRows,
  { width: all, height, left = 0, columns: width = all }: Wanted,
  filter: Filter,
): PlaneRows {
  const columns = new AntialiasColumns(source.width, { all, left, width }, filter);
  const across = (y: number, values: Float32Array) => columns.reduce(source.row(y), values);
  const { count } = columns;
  const down =
    height === source.height
      ? copyRows(count, across)
      : height < source.height
        ? sumRows(new WindowWeights(source.height, height, filter), count, across)
        : mixRows(new WindowWeights(source.height, height, filter), count, across);
  const alternate = new TwoRows(width);
  return {
    width,
    height,
    row(y): PlaneRow {
      const out = alternate.take(y);
      if (out.isNew) spread(down(y), columns.places, out.values);
      return { data: out.values, start: 0, step: 1 };
    },
  };
}

function spread(values: Float32Array, places: Uint32Array | undefined, out: Float32Array): void {
  if (!places) out.set(values);
  else for (let x = 0; x < out.length; x++) out[x] = values[places[x]];
}

/** Gives the row `y` after both halves; valid until the next call. */
type Down = (y: number) => Float32Array;
type Across = (y: number, out: Float32Array) => void;

function copyRows(count: number, across: Across): Down {
  const values = new Float32Array(count);
  return (y) => {
    across(y, values);
    return values;
  };
}

/** Fewer rows: each input row is added to the few output rows that take it. */
function sumRows(window: WindowWeights, count: number, across: Across): Down {
  const row = new Float32Array(count);
  const free: Float32Array[] = [];
  let open: Held[] = [];
  let next = 0;
  const begin = (y: number): Held => {
    const { from, to, weights } = window.window(y);
    const values = free.pop()?.fill(0) ?? new Float32Array(count);
    return { y, values, from, to, weights: weights.slice(0, to - from) };
  };
  return (y) => {
    for (const { values, y: old } of open) if (old < y) free.push(values);
    open = open.filter((each) => each.y >= y);
    if (open.length === 0) {
      open.push(begin(y));
      next = Math.max(next, open[0].from);
    }
    const [wanted] = open;
    for (; next < wanted.to; next++) {
      across(next, row);
      for (let last = open[open.length - 1].y; last + 1 < window.output; last++) {
        if (window.bounds(last + 1).from > next) break;
        open.push(begin(last + 1));
      }
      for (const { values, from, to, weights } of open) {
        if (next >= from && next < to) addWeighed(values, row, weights[next - from]);
      }
    }
    return wanted.values;
  };
}

/** More rows: each output row takes a few input rows, which are kept as long. */
function mixRows(window: WindowWeights, count: number, across: Across): Down {
  const kept = new Map<number, Float32Array>();
  const values = new Float32Array(count);
  return (y) => {
    const { from, to, weights } = window.window(y);
    const free: Float32Array[] = [];
    for (const [at, row] of kept) {
      if (at >= from) continue;
      kept.delete(at);
      free.push(row);
    }
    values.fill(0);
    for (let at = from; at < to; at++) {
      let row = kept.get(at);
      if (!row) {
        row = free.pop() ?? new Float32Array(count);
        across(at, row);
        kept.set(at, row);
      }
      addWeighed(values, row, weights[at - from]);
    }
    return values;
  };
}

function addWeighed(sum: Float32Array, row: Float32Array, weight: number): void {
  for (let x = 0; x < sum.length; x++) sum[x] = fround(sum[x] + fround(row[x] * weight));
}

/** Memory for two neighboring rows. */
export class TwoRows {
  readonly #rows: (Float32Array | undefined)[] = [];
  readonly #held = [-1, -1];

  constructor(readonly width: number) {}

  /** Memory for the row `y`, and whether it has to be filled. */
  take(y: number): { values: Float32Array; isNew: boolean } {
    const at = y % 2;
    this.#rows[at] ??= new Float32Array(this.width);
    const isNew = this.#held[at] !== y;
    this.#held[at] = y;
    return { values: this.#rows[at], isNew };
  }
}
