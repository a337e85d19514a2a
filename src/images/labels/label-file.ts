/** A file of labels in a folder or archive. */
export interface LabelFile {
  /** In the whole folder or archive. */
  readonly path: string;
  readonly shown: string;
  readonly readText: () => Promise<string>;
}
