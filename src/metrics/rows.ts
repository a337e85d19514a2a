/** A table of features or logits, one row a picture in the order of the source. It is read in blocks, so no metric holds all rows. */
export interface Rows {
  /** Rows, N. */
  readonly count: number;
  /** Columns, D or K. */
  readonly width: number;
  /**
   * Reads a block of rows.
   *
   * @param start first row, from 0
   * @param end row after the last one, at most `count`
   * @returns float32 [end − start, width], row-major
   */
  read(start: number, end: number): Promise<Float32Array>;
}
