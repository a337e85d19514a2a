import { BitCounts } from './bit-counts.js';
import type { TileScan, TileView } from './distance-tiles.js';
import type { NearestNeighbors } from './nearest-neighbors.js';

/** With more pairs a row of a tile at the very edge of a neighborhood, the tile is computed again in float64. */
const UNDECIDED_A_ROW = 4;

/** The neighborhood of a row: its radius is the distance to the k-th nearest neighbor of the row. */
export interface RadiusRule {
  readonly k: number;
  /** Whether a point at just this distance lies inside. */
  readonly closed: boolean;
}

/** A row that lies in the neighborhood of a column: among all rows, and among those of halves. */
export interface Membership {
  readonly inside: boolean;
  /** Bits of the halves that hold the center and in which the row lies inside, too: a half has fewer neighbors. */
  readonly inHalves: number;
}

/** Called for each pair of a row and a neighborhood in which it lies, or lies in some half. */
export type NeighborhoodVisitor = (row: number, column: number, rule: number, membership: Membership) => void;

/**
 * The neighborhoods of the rows of a table (Kynkäänniemi et al. 2019): a point lies in that of a row (its center) if its distance is
 * within the radius, which is the center's distance to its k-th nearest neighbor in the table. This is the same as: fewer than k
 * neighbors of the center lie nearer to the center than the point does. So one list of neighbors answers it for the whole table and
 * for any part of it.
 */
export class NeighborhoodRadii {
  readonly #neighbors: NearestNeighbors;
  readonly #halves: Uint32Array | undefined;
  readonly #rules: readonly RadiusRule[];
  /** Squared radius by the widest rule, in whichever half it is largest. */
  readonly #maxRadius: Float64Array;
  readonly #nearer = new BitCounts();

  /**
   * @param neighbors of the table in itself, more than the largest k if there are halves
   * @param halves of each row of the table
   */
  constructor(neighbors: NearestNeighbors, rules: readonly RadiusRule[], halves?: Uint32Array) {
    this.#neighbors = neighbors;
    this.#halves = halves;
    this.#rules = rules;
    this.#maxRadius = Float64Array.from({ length: neighbors.count }, (_, row) => this.#findMaxRadius(row));
  }

  /** Makes a scan of tiles whose columns are the centers. */
  scanFor(visit: NeighborhoodVisitor): TileScan {
    return (tile, precision) => {
      const { rowStart, rows, columnStart, columns, values, errors } = tile;
      const maxUndecided = precision === 'float64' ? Number.POSITIVE_INFINITY : rows * UNDECIDED_A_ROW + 1024;
      const maxRadius = this.#maxRadius.subarray(columnStart, columnStart + columns);
      const found: number[] = [];
      let undecided = 0;
      for (let row = 0; row < rows; row++) {
        const error = errors[row];
        const start = row * columns;
        for (let column = 0; column < columns; column++) {
          const value = values[start + column];
          if (!(value - error <= maxRadius[column])) continue;
          found.push(start + column);
          if (this.#isNearEdge(columnStart + column, value, error)) undecided++;
        }
        if (undecided > maxUndecided) return false;
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
  #membership(center: number, point: number, { k, closed }: RadiusRule): Membership | undefined {
    const { size, squared, indices } = this.#neighbors;
    const first = center * size;
    let nearer = 0;
    this.#nearer.clear();
    while (nearer < size && (closed ? squared[first + nearer] < point : squared[first + nearer] <= point)) {
      if (this.#halves) this.#nearer.add(this.#halves[indices[first + nearer]] ?? 0);
      nearer++;
    }
    // Nothing is known beyond the last neighbor in the list; few halves have a larger radius.
    if (nearer === size && nearer >= k) return undefined;
    const inHalves = this.#halves ? this.#nearer.below(k) & this.#halves[center] : 0;
    const inside = nearer < k;
    return inside || inHalves !== 0 ? { inside, inHalves: inHalves >>> 0 } : undefined;
  }

  #findMaxRadius(center: number): number {
    const { size, squared } = this.#neighbors;
    for (let i = size - 1; i > 0; i--) {
      const at = squared[center * size + i];
      if (!Number.isFinite(at)) continue;
      if (this.#rules.some((rule) => this.#membership(center, at, { ...rule, closed: true }))) return at;
    }
    return squared[center * size];
  }
}
