import { neutralize } from '../escape/neutralize.js';
import { spellOutCommand } from '../report/text/spell-out-command.js';
import { explainOpenFilesLimit } from '../storage/open-files.js';
import { explainRefusedMemory } from '../storage/refused-memory.js';
import { EXIT, exitCodeOf, FailedMetrics, REPORT_FAULT } from './exit-codes.js';
import { guardStreams, writeText } from './output/door.js';
import { dispatch } from './parsing/dispatch.js';
import { endQuietlyWithoutReader, watchEarlyEnd, watchUncaught } from './signals.js';

/**
 * The program: runs the command line and sets the process's exit code.
 *
 * @param argv the arguments after the program's name
 */
export async function main(argv: readonly string[]): Promise<void> {
  guardStreams();
  endQuietlyWithoutReader(process.stdout, 'stdout');
  endQuietlyWithoutReader(process.stderr, 'stderr');
  watchUncaught((error) => report(error, argv));
  const reachedEnd = watchEarlyEnd((error) => report(error, argv));
  process.exitCode = await run(argv);
  reachedEnd();
}

/**
 * Runs the command line; an error becomes one sentence on stderr.
 *
 * @returns the exit code
 */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    return await dispatch(argv);
  } catch (error) {
    return report(error, argv);
  }
}

function wantsDebug(argv: readonly string[]): boolean {
  return argv.includes('--debug') || ['1', 'true'].includes(process.env.GANEVAL_DEBUG ?? '');
}

/** Prints what went wrong, and returns the exit code for it. */
function report(thrown: unknown, argv: readonly string[]): number {
  const error = explainRefusedMemory(explainOpenFilesLimit(thrown));
  const debug = wantsDebug(argv);
  const code = exitCodeOf(error);
  const message = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
  if (code !== EXIT.interrupted) {
    const remedy = error instanceof FailedMetrics ? error.remedy : REPORT_FAULT;
    const text = code === EXIT.fault ? `${message}. ${remedy}` : message;
    writeText(process.stderr, `ganeval: ${neutralize(spellOutCommand(nameFlag(text), argv))}.\n`);
  }
  if (debug && error instanceof Error) writeText(process.stderr, `${error.stack}\n${describeCause(error)}`);
  return code;
}

/** Flags that are no spelling of their option's key. */
const OTHER_FLAGS: Readonly<Record<string, string>> = { sampleCount: 'samples' };

/** The library names an option by its key ("Option referenceSplit needs"); here it was typed as a flag. */
function nameFlag(message: string): string {
  return message.replace(
    /^Option ([a-z][A-Za-z]*) /,
    (_all, key: string) =>
      `Option --${OTHER_FLAGS[key] ?? key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} `,
  );
}

function describeCause({ cause }: Error): string {
  return cause instanceof Error ? `caused by ${cause.stack}\n` : '';
}
