import { z } from 'zod';
import { listMetricIds } from '../metrics/registry.js';
import { SHORTCUTS } from '../metrics/shortcuts.js';

/**
 * The id of one of some metrics, written in any case. They are listed when a value is checked, and when a schema is made of it, so that metrics that were
 * registered in the meantime count.
 */
export function metricIdSchema(listIds: () => readonly string[]) {
  return z
    .string()
    .overwrite((id) => listIds().find((known) => known === id.toLowerCase()) ?? id)
    .refine((id) => listIds().includes(id), {
      error: () =>
        `Invalid option: expected one of ${listIds()
          .map((id) => `"${id}"`)
          .join('|')}`,
    })
    .meta({
      get enum() {
        return listIds();
      },
    });
}

/** Ids of metrics and shortcuts, for help, suggestions and schemas. */
function listRequests(): string[] {
  const ids = listMetricIds();
  const shortcuts = Object.entries(SHORTCUTS).flatMap(([name, { metric }]) =>
    ids.includes(metric) && !ids.includes(name) ? [name] : [],
  );
  return [...ids, ...shortcuts];
}

/** What `--metrics` takes in place of a name: METRIC@NETWORK. */
const PLACED_METRIC = /^[a-z][a-z0-9-]*@./;

/** An id, a shortcut, or a metric on a network. */
export const metricRequest = z
  .string()
  .overwrite((text) => {
    const [name, ...network] = text.split('@');
    const known = listRequests().find((each) => each === name.toLowerCase()) ?? name;
    return [known, ...network].join('@');
  })
  .refine((text) => isRequest(text), {
    error: () =>
      `Invalid option: expected one of ${listRequests()
        .map((name) => `"${name}"`)
        .join('|')}, or METRIC@NETWORK`,
  })
  .meta({
    get anyOf() {
      return [{ enum: listRequests() }, { pattern: PLACED_METRIC.source }];
    },
  });

function isRequest(text: string): boolean {
  if (listRequests().includes(text)) return true;
  return PLACED_METRIC.test(text) && listMetricIds().includes(text.slice(0, text.indexOf('@')));
}
