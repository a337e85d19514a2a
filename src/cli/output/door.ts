import { fstatSync } from 'node:fs';
import { terminalText } from '../../escape/terminal-text.js';

type Environment = Readonly<Record<string, string | undefined>>;
type Stream = NodeJS.WriteStream & { readonly fd?: number };

/** Variables by which services that run CI can be told, and those of whose runners take commands from the output. */
export const RUNNER_VARIABLES = [
  'CI',
  'GITHUB_ACTIONS',
  'TF_BUILD',
  'TEAMCITY_VERSION',
  'BUILDKITE',
  'GITLAB_CI',
];

/** Whether what is being written has passed the door already. */
let isThrough = false;

/**
 * Makes this module the only way to stdout and stderr: whatever else writes there (the parser's help, a package's complaint) is taken
 * for text that is not ours.
 */
export function guardStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (text: unknown, ...rest: unknown[]) => boolean;
    stream.write = (chunk: unknown, ...rest: unknown[]) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString();
      return write(isThrough ? text : terminalText(text, stream.isTTY), ...rest);
    };
  }
  // Node writes its warnings past the streams; without a listener they are switched off.
  if (process.listenerCount('warning') === 0) return;
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => writeText(process.stderr, `${name}: ${message}\n`));
}

/** Writes text for people. No name in it can control a terminal, or be a command for a runner of CI. */
export function writeText(stream: Stream, text: string): void {
  letThrough(stream, terminalText(text, stream.isTTY));
}

/**
 * Writes what a program may read: exactly, to a file and to a pipe. A terminal, and the log of a CI service, get it as text for people.
 *
 * @returns whether something in it had to be changed for them
 */
export function writeExact(stream: Stream, text: string, environment: Environment = process.env): boolean {
  const isRead = stream.isTTY || (isOnRunner(environment) && !isFile(stream));
  const shown = isRead ? terminalText(text) : text;
  letThrough(stream, shown);
  return shown !== text;
}

/** Writes commands of ours for a runner of CI; what is in them from outside must be escaped already. */
export function writeCommands(stream: Stream, commands: readonly string[]): void {
  for (const command of commands) letThrough(stream, `${command}\n`);
}

/** A terminal for what moves its cursor, as a bar does; texts in it must be safe already. */
export function drawOn(stream: Stream): Stream {
  const write = (text: string) => letThrough(stream, text);
  return Object.create(stream, { write: { value: write } });
}

function letThrough(stream: Stream, text: string): boolean {
  isThrough = true;
  try {
    return stream.write(text);
  } finally {
    isThrough = false;
  }
}

function isOnRunner(environment: Environment): boolean {
  return RUNNER_VARIABLES.some((name) => !['', '0', 'false'].includes(environment[name] ?? ''));
}

/** `… > file` in the script of a step: no runner reads that. */
function isFile({ fd }: Stream): boolean {
  try {
    return fd !== undefined && fstatSync(fd).isFile();
  } catch {
    return false;
  }
}
