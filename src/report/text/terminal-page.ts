import { styleText } from 'node:util';
import { type Column, layOutTable, wrap } from './text-table.js';

export interface TerminalOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
  /** What was typed after the program's name, for messages that say to run it again. */
  readonly command?: readonly string[];
  /** The device that was named; `auto` is none. */
  readonly device?: string;
}

export const INDENT = '  ';
const FACT_WIDTH = 'reference'.length;

type Style = Parameters<typeof styleText>[0];

/** Lines for a terminal, written from top to bottom. Names from outside must be neutralized before they come here. */
export class Page {
  readonly #lines: string[] = [];

  constructor(readonly options: TerminalOptions) {}

  blank(): void {
    this.#lines.push('');
  }

  style(style: Style, text: string): string {
    // The caller decides whether to color; styleText must not check stdout itself.
    return this.options.color ? styleText(style, text, { validateStream: false }) : text;
  }

  sentence(text: string, style?: Style, mark = ''): void {
    const rest = ' '.repeat(mark.length);
    for (const [index, line] of wrap(text, this.options.width - mark.length).entries()) {
      const full = (index === 0 ? mark : rest) + line;
      this.#lines.push(style ? this.style(style, full) : full);
    }
  }

  fact(name: string, text: string): void {
    this.sentence(text, undefined, `${INDENT}${name.padEnd(FACT_WIDTH)}${INDENT}`);
  }

  table(columns: readonly Column[], rows: readonly string[][]): void {
    const styleHeading = (text: string) => this.style('dim', text);
    this.#lines.push(
      ...layOutTable(columns, rows, { width: this.options.width, indent: INDENT, styleHeading }),
    );
  }

  heading(text: string): void {
    this.#lines.push(this.style('bold', text));
  }

  text(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}
