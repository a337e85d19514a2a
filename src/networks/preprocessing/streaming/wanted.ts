import type { Size } from '../framing.js';

/** The result of a resizing, of which only some columns may be wanted. */
export interface Wanted extends Size {
  /** The first of them. @default 0 */
  readonly left?: number;
  /** How many. @default all */
  readonly columns?: number;
}
