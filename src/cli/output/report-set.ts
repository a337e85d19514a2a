import type { Options } from 'yargs';
import type { TerminalOptions } from '../../report/text/terminal-page.js';
import type { Arguments } from '../command.js';
import type { RunContext } from '../run-context.js';
import { checkDestinations, type Destination, isStdout, writeReport } from './destinations.js';
import { textWidth } from './text-width.js';

const GROUP = 'Reports:';

type Format<Document> = (document: Document) => string | Promise<string>;

/** The formats that a command can write its document in, by the flag that asks for them. */
export type ReportFormats<Document> = Readonly<
  Record<string, { readonly what: string; readonly load: () => Promise<Format<Document>> }>
>;

/** The options that name the files. */
export function reportOptions<Document>(formats: ReportFormats<Document>): Readonly<Record<string, Options>> {
  return Object.fromEntries(
    Object.entries(formats).map(([name, { what }]) => [
      name,
      { group: GROUP, requiresArg: true, description: `File for ${what}; - for stdout` },
    ]),
  );
}

/** Where a command's document goes; checked before the work starts. */
export class ReportSet<Document> {
  readonly #destinations: readonly (Destination & { load: () => Promise<Format<Document>> })[];
  readonly #makeTable: (document: Document, options: TerminalOptions) => Promise<string>;

  /**
   * Throws UsageError or StorageError for a file that could not be written.
   *
   * @param makeTable what stdout gets unless a format takes it
   */
  constructor(
    formats: ReportFormats<Document>,
    makeTable: (document: Document, options: TerminalOptions) => Promise<string>,
    argv: Arguments,
  ) {
    this.#makeTable = makeTable;
    this.#destinations = Object.entries(formats).flatMap(([name, { load }]) => {
      const path = argv[name];
      return typeof path === 'string' ? [{ flag: `--${name}`, path, load }] : [];
    });
    checkDestinations(this.#destinations);
  }

  /** Writes the reports that were asked for, and the table to stdout unless one of them takes it. */
  async write(document: Document, context: Pick<RunContext, 'print'>): Promise<void> {
    const texts = await Promise.all(
      this.#destinations.map(async (to) => ({ ...to, text: await (await to.load())(document) })),
    );
    // stdout first: if a file fails now, the person has at least seen the numbers.
    const printed = texts.find(isStdout)?.text;
    context.print(printed ?? (await this.#makeTable(document, terminalOptions())));
    for (const to of texts) if (!isStdout(to)) await writeReport(to.path, to.text);
  }
}

function terminalOptions(): TerminalOptions {
  const { stdout } = process;
  const width = textWidth();
  // Node's own answer heeds NO_COLOR, FORCE_COLOR and TERM.
  return { width, color: stdout.isTTY === true && stdout.hasColors() };
}
