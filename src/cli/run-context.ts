import type { MetricFault, ProgressEvent, RunHooks } from '../core/run-hooks.js';
import { neutralize } from '../escape/neutralize.js';
import { spellOutCommand } from '../report/text/spell-out-command.js';
import type { GlobalFlags } from './options/global-flags.js';
import type { Destination } from './output/destinations.js';
import { drawOn, writeExact, writeText } from './output/door.js';
import { watchInterrupts } from './signals.js';

/** What a command gets in addition to its options: somewhere to write, hooks for a long run. */
export interface RunContext {
  readonly flags: GlobalFlags;
  /** What was typed after the program's name. */
  readonly command?: readonly string[];
  /** The files that the command's options name to be written. */
  readonly outputs?: readonly Destination[];
  readonly hooks: RunHooks;
  /** The metrics that failed so far. */
  readonly faults: readonly MetricFault[];
  /** Writes text for a person to stdout. */
  print(text: string): void;
  /** Writes what a program may read to stdout: a document, the path of what was made. */
  printExact(text: string): void;
  /** A line for the person on stderr, unless --quiet. */
  note(text: string): void;
  /** Erases the bar and stops watching signals. */
  close(): void;
}

const CHANGED =
  'Names on stdout are shown with what a terminal or a CI service would obey made visible: write to a file to have them exactly.';

/**
 * Progress is drawn only for a person at a terminal.
 *
 * @param interrupted what is said at an interrupt, where no batches are computed
 */
export async function openRunContext(
  flags: GlobalFlags,
  command?: readonly string[],
  interrupted?: string,
): Promise<RunContext> {
  const { stderr, stdout } = process;
  const drawn = stderr.isTTY && process.env.TERM !== 'dumb' && flags.progress && !flags.quiet;
  const bar = drawn ? new (await import('./output/progress.js')).ProgressBar(drawOn(stderr)) : undefined;
  const note = (text: string) => {
    if (flags.quiet) return;
    bar?.clear();
    writeText(stderr, `${neutralize(spellOutCommand(text, command))}\n`);
  };
  const faults: MetricFault[] = [];
  let isSomethingKept = false;
  const onProgress = (event: ProgressEvent) => {
    isSomethingKept ||= (event.kept ?? 0) > 0;
    bar?.show(event);
  };
  const interrupts = watchInterrupts(() =>
    note(
      interrupted ??
        `Stopping after the current batch; ${isSomethingKept ? 'what is done is kept' : 'nothing is done yet that could be kept'}.`,
    ),
  );
  return {
    flags,
    command,
    hooks: { signal: interrupts.signal, onNote: note, onProgress, onFault: (fault) => faults.push(fault) },
    faults,
    note,
    print: (text) => {
      bar?.clear();
      writeText(stdout, text);
    },
    printExact: (text) => {
      bar?.clear();
      const isChanged = writeExact(stdout, text);
      if (isChanged) note(CHANGED);
    },
    close: () => {
      bar?.clear();
      interrupts.stopWatching();
    },
  };
}
