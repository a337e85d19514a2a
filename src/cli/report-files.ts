import type { Options } from 'yargs';
import type { EvaluationResult } from '../evaluate/result.js';
import type { Arguments } from './command.js';
import { checkDestinations, type Destination, isStdout, writeReport } from './destinations.js';
import type { RunContext } from './run-context.js';

const GROUP = 'Reports:';
const NARROWEST = 40;
/** For a file or a pipe, which have no width (and terminals that don't know theirs say 0). */
const USUAL_WIDTH = 110;

type Format = (result: EvaluationResult) => string | Promise<string>;

const FORMATS: Readonly<Record<string, { what: string; load: () => Promise<Format> }>> = {
  json: {
    what: 'the whole result, with provenance',
    load: async () => (await import('../report/json.js')).toJson,
  },
  csv: { what: 'a row per number', load: async () => (await import('../report/csv.js')).toCsv },
  markdown: {
    what: 'tables for a pull request',
    load: async () => (await import('../report/markdown.js')).toMarkdown,
  },
};

export const REPORT_OPTIONS: Readonly<Record<string, Options>> = Object.fromEntries(
  Object.entries(FORMATS).map(([name, { what }]) => [
    name,
    { group: GROUP, requiresArg: true, description: `File for ${what}; - for stdout` },
  ]),
);

/** Where a command's result goes; checked before the work starts. */
export class ReportFiles {
  readonly #destinations: readonly (Destination & { load: () => Promise<Format> })[];

  /** Throws UsageError or StorageError for a file that could not be written. */
  constructor(argv: Arguments) {
    this.#destinations = Object.entries(FORMATS).flatMap(([name, { load }]) => {
      const path = argv[name];
      return typeof path === 'string' ? [{ flag: `--${name}`, path, load }] : [];
    });
    checkDestinations(this.#destinations);
  }

  /** Writes the reports that were asked for, and the table to stdout unless one of them takes it. */
  async write(result: EvaluationResult, context: RunContext): Promise<void> {
    const texts = await Promise.all(
      this.#destinations.map(async (to) => ({ ...to, text: await (await to.load())(result) })),
    );
    // stdout first: if a file fails now, the person has at least seen the numbers.
    const printed = texts.find(isStdout)?.text ?? (await makeTable(result));
    context.print(printed);
    for (const to of texts) if (!isStdout(to)) await writeReport(to.path, to.text);
  }
}

async function makeTable(result: EvaluationResult): Promise<string> {
  const { toTerminal } = await import('../report/terminal.js');
  const { stdout } = process;
  const width = Math.max(NARROWEST, stdout.columns || USUAL_WIDTH);
  // Node's own answer heeds NO_COLOR, FORCE_COLOR and TERM.
  return toTerminal(result, { width, colour: stdout.isTTY === true && stdout.hasColors() });
}
