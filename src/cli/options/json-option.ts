import type { Options } from 'yargs';

/** For commands whose answer a program may want; a score's --json names a file instead. */
export const JSON_OPTION: Readonly<Record<string, Options>> = {
  json: { type: 'boolean', description: 'Print JSON' },
};

export function toPrettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
