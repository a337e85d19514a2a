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

  /** Squared distance of the farthest neighbor that is kept; infinite where there are fewer. */
  last(row: number): number {
    return this.squared[(row + 1) * this.size - 1];
  }

  /** Keeps a neighbor if it is one of the nearest so far; in which order they come doesn't matter. */
  keep(row: number, index: number, squared: number): void {
    const { size } = this;
    const first = row * size;
    const isBefore = (at: number) =>
      squared < this.squared[at] || (squared === this.squared[at] && index < this.indices[at]);
    let at = first + size - 1;
    if (!isBefore(at)) return;
    for (; at > first && isBefore(at - 1); at--) {
      this.squared[at] = this.squared[at - 1];
      this.indices[at] = this.indices[at - 1];
    }
    this.squared[at] = squared;
    this.indices[at] = index;
  }
}
