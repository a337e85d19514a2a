import type { Options } from 'yargs';
import type { ReportFormat, ReportKind } from '../../report/format.js';
import type { TerminalOptions } from '../../report/text/terminal-page.js';
import { writeWhole } from '../../storage/write-whole.js';
import type { Arguments } from '../command.js';
import type { RunContext } from '../run-context.js';
import { checkDestinations, type Destination, isStdout } from './destinations.js';
import { textWidth } from './text-width.js';

const GROUP = 'Reports:';

/** The options that name the files of a command's reports, one for each format. */
export function reportOptions<Document>({
  formats,
}: ReportKind<Document>): Readonly<Record<string, Options>> {
  return Object.fromEntries(
    formats.map(({ id, what }) => [
      id,
      { group: GROUP, requiresArg: true, description: `File for ${what}; - for stdout` },
    ]),
  );
}

/** Where a command's document goes; checked before the work starts. */
export class ReportSet<Document> {
  readonly #kind: ReportKind<Document>;
  readonly #destinations: readonly (Destination & { readonly format: ReportFormat<Document> })[];

  /**
   * @param kind what can be made of the document
   * @param argv names the files of the formats that are wanted
   * @throws {UsageError} for a path that can't be a file, or two reports on stdout
   * @throws {StorageError} for a file that may not be written
   */
  constructor(kind: ReportKind<Document>, argv: Arguments) {
    this.#kind = kind;
    this.#destinations = kind.formats.flatMap((format) => {
      const path = argv[format.id];
      return typeof path === 'string' ? [{ flag: `--${format.id}`, path, format }] : [];
    });
    checkDestinations(this.#destinations);
  }

  /** Whether a report was asked for that shows pictures. */
  get showsPictures(): boolean {
    return this.#destinations.some(({ format }) => format.showsPictures);
  }

  /** Writes the reports that were asked for, and the table to stdout unless one of them takes it. */
  async write(
    document: Document,
    context: Pick<RunContext, 'print' | 'printExact' | 'command'> &
      Partial<Pick<RunContext, 'hooks'>> &
      Pick<TerminalOptions, 'device'>,
  ): Promise<void> {
    const texts = await Promise.all(
      this.#destinations.map(async (to) => ({ ...to, text: await to.format.render(document) })),
    );
    // stdout first: if a file fails now, the person has at least seen the numbers.
    const printed = texts.find(isStdout)?.text;
    if (printed !== undefined) context.printExact(printed);
    else
      context.print(
        await this.#kind.renderTerminal(document, {
          ...terminalOptions(context.command),
          device: context.device,
        }),
      );
    const signal = context.hooks?.signal;
    for (const to of texts) if (!isStdout(to)) await writeWhole(to.path, to.text, { signal });
  }
}

function terminalOptions(command: readonly string[] | undefined): TerminalOptions {
  const { stdout } = process;
  const width = textWidth();
  // Node's own answer heeds NO_COLOR, FORCE_COLOR and TERM.
  return { width, color: stdout.isTTY === true && stdout.hasColors(), command };
}
