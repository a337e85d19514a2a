import { BitCounts } from './bit-counts.js';
import type { TileScan, TileView } from './distance-tiles.js';
import type { NearestNeighbors } from './nearest-neighbors.js';

/** More pairs a row of a tile at the very edge of a ball, and its values are computed again in float64. */
const UNDECIDED_A_ROW = 4;

/** Which balls a point must lie in: those that reach to the k-th neighbor of their center, with or without their edge. */
export interface BallRule {
  readonly k: number;
  /** Whether a point at the distance of the k-th neighbor lies inside. */
  readonly closed: boolean;
}

/** A row that lies in the ball of a column: among all rows, and among those of halves. */
export interface Membership {
  readonly inside: boolean;
  /** Bits of the halves that hold the ball's center, in whose smaller set of neighbors the row lies inside too. */
  readonly inHalves: number;
}

/** Called for each pair of a row and a ball in which it lies, or lies in some half. */
export type BallVisitor = (row: number, column: number, rule: number, membership: Membership) => void;

/**
 * The balls round the rows of a table that reach to their k-th neighbors in it (Kynkäänniemi et al. 2019). A point lies in
 * one if fewer than k neighbors of its center lie nearer to the center. This needs no radius: one list of neighbors
 * tells it for the whole table and for any part of it.
 */
export class Balls {
  readonly #neighbors: NearestNeighbors;
  readonly #halves: Uint32Array | undefined;
  readonly #rules: readonly BallRule[];
  /** Squared distance beyond which nothing lies in a ball, in any half. */
  readonly #reach: Float64Array;
  readonly #nearer = new BitCounts();

  /**
   * @param neighbors of the table in itself, more than the largest k if there are halves
   * @param halves of each row of the table
   */
  constructor(neighbors: NearestNeighbors, rules: readonly BallRule[], halves?: Uint32Array) {
    this.#neighbors = neighbors;
    this.#halves = halves;
    this.#rules = rules;
    this.#reach = Float64Array.from({ length: neighbors.count }, (_, row) => this.#furthest(row));
  }

  /** Makes a scan of tiles whose columns are the centers. */
  scanFor(visit: BallVisitor): TileScan {
    return (tile, precision) => {
      const { rowStart, rows, columnStart, columns, values, errors } = tile;
      const most = precision === 'float64' ? Number.POSITIVE_INFINITY : rows * UNDECIDED_A_ROW + 1024;
      const reach = this.#reach.subarray(columnStart, columnStart + columns);
      const found: number[] = [];
      let undecided = 0;
      for (let row = 0; row < rows; row++) {
        const error = errors[row];
        const start = row * columns;
        for (let column = 0; column < columns; column++) {
          const value = values[start + column];
          if (!(value - error <= reach[column])) continue;
          found.push(start + column);
          if (this.#isNearEdge(columnStart + column, value, error)) undecided++;
        }
        if (undecided > most) return false;
      }
      for (const at of found) {
        const row = Math.floor(at / columns);
        const column = at % columns;
        const squared = this.#decide(tile, row, column);
        for (const rule of this.#rules.keys()) {
          const membership = this.#membership(columnStart + column, squared, this.#rules[rule]);
          if (membership) visit(rowStart + row, columnStart + column, rule, membership);
        }
      }
      return true;
    };
  }

  /** The value of the tile where it is clear on which side of every neighbor it lies, else the exact one. */
  #decide({ values, errors, columns, columnStart, exact }: TileView, row: number, column: number): number {
    const value = values[row * columns + column];
    return this.#isNearEdge(columnStart + column, value, errors[row]) ? exact(row, column) : value;
  }

  #isNearEdge(center: number, value: number, error: number): boolean {
    const { size, squared } = this.#neighbors;
    for (let i = center * size; i < (center + 1) * size; i++) {
      if (squared[i] > value + error) return false;
      if (squared[i] >= value - error) return true;
    }
    return false;
  }

  /** Undefined where the point is outside, in every half too. */
  #membership(center: number, point: number, { k, closed }: BallRule): Membership | undefined {
    const { size, squared, indices } = this.#neighbors;
    const first = center * size;
    let nearer = 0;
    this.#nearer.clear();
    while (nearer < size && (closed ? squared[first + nearer] < point : squared[first + nearer] <= point)) {
      if (this.#halves) this.#nearer.add(this.#halves[indices[first + nearer]] ?? 0);
      nearer++;
    }
    // What lies beyond the last neighbor that is known can't be told; few halves reach further.
    if (nearer === size && nearer >= k) return undefined;
    const inHalves = this.#halves ? this.#nearer.below(k) & this.#halves[center] : 0;
    const inside = nearer < k;
    return inside || inHalves !== 0 ? { inside, inHalves: inHalves >>> 0 } : undefined;
  }

  #furthest(center: number): number {
    const { size, squared } = this.#neighbors;
    for (let i = size - 1; i > 0; i--) {
      const at = squared[center * size + i];
      if (!Number.isFinite(at)) continue;
      if (this.#rules.some((rule) => this.#membership(center, at, { ...rule, closed: true }))) return at;
    }
    return squared[center * size];
  }
}
