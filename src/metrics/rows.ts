/** A table of features or logits, one row a picture in the order of the source. It is read in blocks, so no metric holds all rows. */
export interface Rows {
  /** Rows, N. */
  readonly count: number;
  /** Columns, D or K. */
  readonly width: number;
  /** Rows [start, end) as row-major float32 [end − start, width]. */
  read(start: number, end: number): Promise<Float32Array>;
}
