/** A file of labels in a folder or archive. */
export interface LabelFile {
  /** In the whole folder or archive. */
  readonly path: string;
  readonly shown: string;
  /** Its bytes, from the beginning each time, and no more than `maxBytes`. */
  readonly read: (maxBytes: number) => AsyncIterable<Buffer>;
}
