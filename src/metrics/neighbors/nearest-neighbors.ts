import type { TileScan, TileView } from './distance-tiles.js';

/** With more candidates than this a row of a tile, its values are computed again in float64. */
const CANDIDATES_A_ROW = 6;

/**
 * The nearest rows of another table (or of the same one, without the row itself) for every row of a table, with exact
 * squared distances. Of equally near rows those with the lower index stay.
 */
export class NearestNeighbors {
  /** [count, size], ascending in each row; infinite where there are fewer. */
  readonly squared: Float64Array;
  /** [count, size]; −1 where there are fewer. */
  readonly indices: Int32Array;

  constructor(
    readonly count: number,
    readonly size: number,
  ) {
    this.squared = new Float64Array(count * size).fill(Number.POSITIVE_INFINITY);
    this.indices = new Int32Array(count * size).fill(-1);
  }

  /** Takes the neighbors out of a tile whose rows are those of the table. A row must see its columns in ascending order. */
  readonly scan: TileScan = (tile, precision) => {
    const { rowStart, rows, columns, values, errors } = tile;
    const maxCandidates =
      precision === 'float64' ? Number.POSITIVE_INFINITY : rows * (CANDIDATES_A_ROW * this.size + 16);
    const candidates: number[] = [];
    for (let row = 0; row < rows; row++) {
      const error = errors[row];
      const limit = this.#limitWith(tile, row) + error;
      const start = row * columns;
      for (let at = start; at < start + columns; at++) if (values[at] <= limit) candidates.push(at);
      if (candidates.length > maxCandidates) return false;
    }
    for (const at of candidates) {
      const row = Math.floor(at / columns);
      // Nothing is nearer than what lies at the same place.
      if (this.#last(rowStart + row) > 0) {
        this.#keep(rowStart + row, tile.columnStart + (at % columns), tile.exact(row, at % columns));
      }
    }
    return true;
  };

  #last(row: number): number {
    return this.squared[(row + 1) * this.size - 1];
  }

  /** A bound that the last of the row's neighbors, those in the tile among them, can't lie beyond; −∞ where none can come in. */
  #limitWith({ rowStart, columns, values, errors }: TileView, row: number): number {
    const { size } = this;
    const first = (rowStart + row) * size;
    if (this.#last(rowStart + row) === 0) return Number.NEGATIVE_INFINITY;
    const nearest = this.squared.slice(first, first + size);
    const error = errors[row];
    let below = nearest[size - 1] - error;
    const end = (row + 1) * columns;
    for (let at = row * columns; at < end; at++) {
      if (!(values[at] < below)) continue;
      let place = size - 1;
      const bound = values[at] + error;
      for (; place > 0 && nearest[place - 1] > bound; place--) nearest[place] = nearest[place - 1];
      nearest[place] = bound;
      below = nearest[size - 1] - error;
    }
    return nearest[size - 1];
  }

  #keep(row: number, index: number, squared: number): void {
    const { size } = this;
    const first = row * size;
    if (squared >= this.squared[first + size - 1]) return;
    let place = size - 1;
    for (; place > 0 && this.squared[first + place - 1] > squared; place--) {
      this.squared[first + place] = this.squared[first + place - 1];
      this.indices[first + place] = this.indices[first + place - 1];
    }
    this.squared[first + place] = squared;
    this.indices[first + place] = index;
  }
}
