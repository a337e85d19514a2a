import type { PickleValue } from './pickle-values.js';
import type { FileRange } from './random-file.js';

/** A `.pth` file taken apart, whichever of the two layouts it has. */
export interface PthLayout {
  /** What was saved. */
  readonly value: PickleValue;
  /** The bytes of each storage that `value` names, of just the size that it states. */
  readonly storages: ReadonlyMap<string, FileRange>;
  readonly littleEndian: boolean;
}
