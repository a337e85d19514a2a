import type { FileRange, RandomFile } from './random-file.js';
import type { TensorRef } from './tensor.js';

/** A file of weights taken apart, whichever format it has. */
export interface WeightTable {
  /** Where each tensor lies in its storage, by name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, TensorRef>;
  /** The key of a checkpoint under which they are, if they are not the whole of the file. */
  readonly wrapper?: string;
  /** The bytes of each storage that a tensor uses, of just the size that the tensor's storage states. */
  readonly storages: ReadonlyMap<string, FileRange>;
  readonly littleEndian: boolean;
}

/** A way to write weights to a file. All that is known about a format stands in one file of `formats/`. */
export interface WeightFormat {
  /** For messages: "a zip of PyTorch". */
  readonly title: string;
  /** Whether a file that begins so may be of this format. `start` has 16 bytes, fewer if the file has. */
  matches(start: Buffer): boolean;
  /**
   * Takes a file apart without executing anything in it.
   *
   * @throws {PthFault}
   */
  read(file: RandomFile): Promise<WeightTable>;
}
