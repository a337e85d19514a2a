import type { AlphaMode, ValueMeaning } from '../picture.js';

export interface DecodeSettings extends ValueMeaning {
  readonly alpha: AlphaMode;
  /** Pictures with more pixels are bad. */
  readonly pixelLimit: number;
}
