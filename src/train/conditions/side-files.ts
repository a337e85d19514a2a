import { encodeNpyHeader } from '../../archives/npy.js';
import { csvCell } from '../../escape/csv-cell.js';
import type { SampleStream, SideFile } from '../../generators/write-samples.js';
import { boxInPixels } from './box-table.js';
import { type ConditionForm, type ConditionPart, listParts, widthOf } from './condition-form.js';

/** What samples are written. */
interface Place {
  /** Side in pixels. */
  readonly size: number;
  readonly count: number;
}

/**
 * What the writer of samples needs to write their conditions: files of the forms that training reads.
 */
export function sideFilesOf(
  form: ConditionForm,
  place: Place,
): Pick<SampleStream, 'conditionWidth' | 'sideFiles'> {
  return {
    conditionWidth: widthOf(form),
    sideFiles: listParts(form).map((part) => {
      const { name, head, rowOf } = FILES[part.kind](form, place);
      return {
        name,
        head,
        rowOf: (conditions, path, sample) =>
          rowOf(conditions.subarray(part.from, part.from + part.width), path, sample),
      };
    }),
  };
}

const FILES: Readonly<Record<ConditionPart['kind'], (form: ConditionForm, place: Place) => SideFile>> = {
  attributes: ({ attributes = [] }) => ({
    name: 'attributes.csv',
    head: line(['file', ...attributes]),
    rowOf: (values, path) => line([path, ...Array.from(values, String)]),
  }),
  boxes: (_form, { size }) => ({
    name: 'boxes.csv',
    head: line(['file', 'x', 'y', 'width', 'height']),
    rowOf: (box, path) =>
      line([path, ...insidePicture(boxInPixels(box, { width: size, height: size }), size)]),
  }),
  embeddings: ({ embeddings = 0 }, { count }) => ({
    name: 'embeddings.npy',
    head: encodeNpyHeader('<f4', [count, embeddings]),
    // A copy: rows are written after others of the same chunk were made.
    rowOf: (values) => new Uint8Array(values.slice().buffer),
  }),
};

/** The texts that samples were asked for, in the form that training reads. */
export function textsFile(textOf: (sample: number) => string): SideFile {
  return {
    name: 'texts.csv',
    head: line(['file', 'text']),
    rowOf: (_conditions, path, sample) => line([path, textOf(sample)]),
  };
}

/** Rounded to 10⁻⁴ pixels, which float32 has at every usual size, so that no box ends outside. */
function insidePicture([x, y, width, height]: readonly number[], size: number): string[] {
  const [left, top] = [Math.max(0, rounded(x)), Math.max(0, rounded(y))];
  const sides = [Math.min(rounded(width), size - left), Math.min(rounded(height), size - top)];
  return [left, top, ...sides.map(rounded)].map(String);
}

function rounded(pixels: number): number {
  return Math.round(pixels * 1e4) / 1e4;
}

function line(cells: readonly string[]): Uint8Array {
  return Buffer.from(`${cells.map((cell) => quote(csvCell(cell))).join(',')}\n`);
}

/** A cell as RFC 4180 has it. */
function quote(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
