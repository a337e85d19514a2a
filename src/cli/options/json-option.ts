import type { Options } from 'yargs';

/** For commands whose answer a program may want. The --json of a report names a file instead. */
export const JSON_OPTION: Readonly<Record<string, Options>> = {
  json: { type: 'boolean', description: 'Print JSON' },
};
