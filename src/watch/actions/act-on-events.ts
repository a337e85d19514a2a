import type { WatchEvent, WatchLine } from '../../documents/watch.js';
import { factsOf } from './action-facts.js';
import { type Action, fillWords } from './parse-action.js';
import { runCommand } from './run-command.js';

/** Commands for the events of a watch. */
export interface ActionOptions {
  readonly actions: readonly Action[];
  /** After so many seconds a command is ended. */
  readonly timeout: number;
}

/** How acting is followed and ended. */
export interface ActionHooks {
  readonly signal?: AbortSignal;
  readonly onNote?: (note: string) => void;
}

/**
 * Runs the commands for the events of a new line, one after the other. One that fails is told, and ends nothing.
 *
 * @throws the signal's reason
 */
export async function actOnEvents(
  line: WatchLine,
  { actions, timeout }: ActionOptions,
  { signal, onNote }: ActionHooks,
): Promise<void> {
  for (const event of line.events) {
    for (const action of actions) {
      if (action.kind !== 'any' && action.kind !== event.kind) continue;
      const failure = await act(action, { line, event }, { timeoutMs: timeout * 1000, signal });
      if (failure === undefined) continue;
      const what = [`at ${line.set}`, ...(event.class === undefined ? [] : [`class ${event.class}`])];
      onNote?.(`The command for ${event.kind} (${what.join(', ')}) ${failure}; the watch goes on.`);
    }
  }
}

async function act(
  { command }: Action,
  { line, event }: { readonly line: WatchLine; readonly event: WatchEvent },
  limits: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<string | undefined> {
  const facts = factsOf(line, event);
  // No variable of the environment can hold a byte 0.
  const environment = Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [`EVENT_${name.toUpperCase()}`, value.replaceAll('\0', '')]),
  );
  let filled = command;
  try {
    if ('words' in command) filled = { words: fillWords(command.words, facts) };
  } catch (error) {
    return `was not run, because ${(error as Error).message}`;
  }
  return runCommand({ command: filled, environment, input: `${facts.json}\n`, ...limits });
}
