import { encodePictureTable } from '../adversarial/sample-grid.js';
import type { PictureForm } from '../adversarial/trainer.js';
import type { MaskedPictures } from './complete-pictures.js';

/** At most so many pictures and completions are shown. */
const [MAX_ROWS, MAX_COMPLETIONS] = [20, 10];
/** Of pixels that are not known. */
const GRAY = 128;

/** A row a picture, as PNG: what is known of it (the rest in gray), its completions, and the original. */
export function encodeCompletions(
  made: Uint8Array,
  { pixels, masks }: Pick<MaskedPictures, 'pixels' | 'masks'>,
  completions: number,
  form: Pick<PictureForm, 'size' | 'channels'>,
): Promise<Buffer> {
  const width = form.size ** 2 * form.channels;
  const rows = Math.min(MAX_ROWS, pixels.length / width);
  const shown = Math.min(MAX_COMPLETIONS, completions);
  const columns = shown + 2;
  const table = new Uint8Array(rows * columns * width);
  for (let row = 0; row < rows; row++) {
    const own = pixels.subarray(row * width, (row + 1) * width);
    const known = own.map((value, at) =>
      masks[row * form.size ** 2 + Math.floor(at / form.channels)] === 1 ? value : GRAY,
    );
    table.set(known, row * columns * width);
    const from = row * completions * width;
    table.set(made.subarray(from, from + shown * width), (row * columns + 1) * width);
    table.set(own, (row * columns + columns - 1) * width);
  }
  return encodePictureTable(table, columns, form);
}
