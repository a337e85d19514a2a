import { BitCounts } from './bit-counts.js';
import type { NearestNeighbors } from './nearest-neighbors.js';

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

/** Called for each pair of a neighborhood (by its center) and a point that lies in it, or in that of some half. */
export type NeighborhoodVisitor = (
  center: number,
  point: number,
  rule: number,
  membership: Membership,
) => void;

/** Where neighbors are, and what is told of the points in their neighborhoods. */
export interface RadiiOptions {
  readonly rules: readonly RadiusRule[];
  /** Halves of each row of the table. */
  readonly halves?: Uint32Array;
  readonly visitor: NeighborhoodVisitor;
}

/**
 * The neighborhoods of the rows of a table (Kynkäänniemi et al. 2019): a point lies in that of a row (its center) if its distance is
 * within the radius, which is the center's distance to its k-th nearest neighbor in the table. This is the same as: fewer than k
 * neighbors of the center lie nearer to the center than the point does. So one list of neighbors answers it for the whole table and
 * for any part of it.
 */
export class NeighborhoodRadii {
  /** Squared radius by the widest rule, in whichever half it is largest. */
  readonly reaches: Float64Array;
  readonly #neighbors: NearestNeighbors;
  readonly #halves: Uint32Array | undefined;
  readonly #rules: readonly RadiusRule[];
  readonly #visitor: NeighborhoodVisitor;
  readonly #nearer = new BitCounts();

  /** @param neighbors of the table in itself, more than the largest k if there are halves */
  constructor(neighbors: NearestNeighbors, { rules, halves, visitor }: RadiiOptions) {
    this.#neighbors = neighbors;
    this.#halves = halves;
    this.#rules = rules;
    this.#visitor = visitor;
    this.reaches = Float64Array.from({ length: neighbors.count }, (_, row) => this.#findReach(row));
  }

  /** Tells of each rule by which a point lies in a neighborhood. */
  visit(center: number, point: number, squared: number): void {
    for (const [rule, each] of this.#rules.entries()) {
      const membership = this.#membership(center, squared, each);
      if (membership) this.#visitor(center, point, rule, membership);
    }
  }

  /** Whether a squared distance that is off by up to `error` may be on either side of a neighbor's. */
  isNearEdge(center: number, value: number, error: number): boolean {
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

  #findReach(center: number): number {
    const { size, squared } = this.#neighbors;
    for (let i = size - 1; i > 0; i--) {
      const at = squared[center * size + i];
      if (!Number.isFinite(at)) continue;
      if (this.#rules.some((rule) => this.#membership(center, at, { ...rule, closed: true }))) return at;
    }
    return squared[center * size];
  }
}
