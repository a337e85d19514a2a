import type { WatchEvent, WatchLine } from '../../documents/watch.js';

/** What a command may be told of an event, and what it is, in the order in which the documentation has it. */
export const ACTION_FACTS = {
  kind: (_line, { kind }) => kind,
  class: (_line, event) => event.class ?? '',
  metric: (_line, { metric }) => metric,
  network: (_line, { network }) => network ?? '',
  step: ({ step }) => (step === null ? '' : String(step)),
  set: ({ set }) => set,
  since: (_line, { since }) => since.set,
  message: (_line, { message }) => message,
  json: (_line, event) => JSON.stringify(event),
} satisfies Record<string, (line: WatchLine, event: WatchEvent) => string>;

/** The name of a fact, as placeholders have it. */
export type ActionFact = keyof typeof ACTION_FACTS;

/** All that a command may be told of an event of a line; what there is not is empty. */
export function factsOf(line: WatchLine, event: WatchEvent): Record<ActionFact, string> {
  const facts = Object.entries(ACTION_FACTS).map(([name, read]) => [name, read(line, event)]);
  return Object.fromEntries(facts) as Record<ActionFact, string>;
}
