import { neutralize } from '../../escape/neutralize.js';
import type { Check } from './check.js';

const MARKS = { fine: '✓', hint: '·', broken: '✗' } as const;

/** A line for each check, and under it what to do. */
export function checksToText(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, state, found, fix }) => [
    `${MARKS[state]} ${neutralize(name).padEnd(width)}  ${neutralize(found)}`,
    ...(fix
      ? [`${' '.repeat(width + 4)}${state === 'hint' ? 'to change it' : 'to fix it'}: ${neutralize(fix)}`]
      : []),
  ]);
  return `${lines.join('\n')}\n`;
}
