import { ImagesError } from '../../core/errors.js';
import { findRepeats } from './find-repeats.js';

/** How much a table of pictures may hold. */
export interface TableLimits {
  /** @default 10 million */
  readonly rows?: number;
  /** Characters of all paths together. @default 2 ** 29 */
  readonly pathLength?: number;
  /** Names of classes that differ. @default 1 million */
  readonly classes?: number;
  /** Characters of a row, or of a line of JSON. @default 2 ** 20 */
  readonly rowLength?: number;
}

const MAX_ROWS = 10_000_000;
const MAX_PATH_LENGTH = 2 ** 29;
const MAX_CLASSES = 1_000_000;
/** Of the names of classes, which are also bounded together. */
const MAX_CLASS_LENGTH = 2 ** 26;
const ROWS_A_BLOCK = 2 ** 12;
/** In place of a class. */
const NONE = 0xffffffff;

/** Rows of one block: their paths one after the other as one string, where each path ends, and their classes. */
interface Block {
  text: string;
  readonly ends: Uint32Array;
  readonly classes: Uint32Array;
}

/**
 * Paths of pictures with their labels, packed: a row takes some eight bytes beside the letters of its path, where a string and an
 * object take a hundred.
 */
export class LabelRows {
  readonly #blocks: Block[] = [];
  /** Paths of the last block until it is full. */
  #open: string[] = [];
  #size = 0;
  #pathLength = 0;
  #labeled = 0;
  readonly #names: string[] = [];
  readonly #classes = new Map<string, number>();
  #classLength = 0;
  #repeats: readonly number[] | undefined;

  /** @param shown what messages call the table */
  constructor(
    readonly shown: string,
    private readonly limits: TableLimits = {},
  ) {}

  get size(): number {
    return this.#size;
  }

  /** How many rows have a label. */
  get labeled(): number {
    return this.#labeled;
  }

  /**
   * Adds a row.
   *
   * @param path normalized, relative with forward slashes, or absolute
   * @param label class name or number as it stands; undefined or empty where there is none
   * @throws {ImagesError} for more than the limits
   */
  add(path: string, label?: string): void {
    this.#refuseMore(path);
    const at = this.#size % ROWS_A_BLOCK;
    if (at === 0) this.#begin();
    const { ends, classes } = this.#blocks[this.#blocks.length - 1];
    this.#open.push(path);
    ends[at] = (at === 0 ? 0 : ends[at - 1]) + path.length;
    classes[at] = label ? this.#classOf(label) : NONE;
    if (label) this.#labeled++;
    this.#size++;
    this.#repeats = undefined;
  }

  /** The path of a row, from 0. */
  path(row: number): string {
    const { text, ends } = this.#block(row);
    const at = row % ROWS_A_BLOCK;
    if (row >= this.#size - this.#open.length) return this.#open[at];
    return text.slice(at === 0 ? 0 : ends[at - 1], ends[at]);
  }

  label(row: number): string | undefined {
    const index = this.#block(row).classes[row % ROWS_A_BLOCK];
    return index === NONE ? undefined : this.#names[index];
  }

  /** The rows whose path stands in a row before, each path once. */
  repeats(): readonly number[] {
    this.#repeats ??= findRepeats(this.#size, (row) => this.path(row));
    return this.#repeats;
  }

  #block(row: number): Block {
    return this.#blocks[Math.floor(row / ROWS_A_BLOCK)];
  }

  /** Joins the paths of the block before, so that the text which they were cut from is free. */
  #begin(): void {
    const before = this.#blocks.at(-1);
    if (before) before.text = this.#open.join('');
    this.#open = [];
    this.#blocks.push({
      text: '',
      ends: new Uint32Array(ROWS_A_BLOCK),
      classes: new Uint32Array(ROWS_A_BLOCK),
    });
  }

  #classOf(label: string): number {
    const known = this.#classes.get(label);
    if (known !== undefined) return known;
    const { classes = MAX_CLASSES } = this.limits;
    this.#classLength += label.length;
    if (this.#names.length === classes || this.#classLength > MAX_CLASS_LENGTH) {
      throw new ImagesError(
        `${this.shown} has more than ${this.#names.length} classes: name the column of classes with --label-column, if this is another one.`,
      );
    }
    // A copy: a part of a longer text would keep all of it.
    const name = Buffer.from(label, 'utf16le').toString('utf16le');
    this.#classes.set(name, this.#names.length);
    this.#names.push(name);
    return this.#names.length - 1;
  }

  #refuseMore(path: string): void {
    const { rows = MAX_ROWS, pathLength = MAX_PATH_LENGTH } = this.limits;
    if (this.#size === rows) {
      throw new ImagesError(`${this.shown} has more than ${rows} rows: give it in parts.`);
    }
    this.#pathLength += path.length;
    if (this.#pathLength > pathLength) {
      throw new ImagesError(
        `${this.shown} has paths of more than ${pathLength} characters together: give it in parts, or with shorter paths.`,
      );
    }
  }
}
